import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { isUserError } from '../user-error';
import { isNewer, openArchive, type DebianFile, type DebianTree } from './archive';
import { createMachine, NO_APT, publish, temporaryFolder, trusted, type Machine } from './fixtures';
import { versionsInSystemLists } from './known';

const WANTED: DebianFile = {
  package: 'tool',
  suite: 'trixie',
  architecture: 'amd64',
  file: /^it\.so$/,
  anyVersion: false,
};
const tool = (version: string) => ({ name: 'tool', version, files: { 'usr/lib/it.so': version } });

interface Scene extends Machine {
  readonly folder: string;
  readonly archive: string;
  /** An empty folder. */
  readonly place: () => string;
}

function scene(context: TestContext): Scene {
  const folder = temporaryFolder(context);
  const place = (): string => {
    const path = join(folder, 'place');
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return path;
  };
  return { folder, archive: join(folder, 'archive'), place, ...createMachine(folder) };
}

const refuses = (action: () => unknown, ...sentences: readonly RegExp[]): void => {
  assert.throws(action, (error) => {
    assert.ok(isUserError(error) && !error.message.includes('\n'), String(error));
    for (const sentence of sentences) assert.match(error.message, sentence);
    return true;
  });
};

describe("a package of Debian's archive", { skip: NO_APT }, () => {
  test('comes from the system’s source, of another suite and of whatever part has the newest', (context) => {
    const { archive, folder, addSources, environment, place } = scene(context);
    publish(archive, 'bookworm', [tool('9')]);
    publish(archive, 'trixie', [tool('1.2')]);
    publish(archive, 'trixie-security', [tool('1.10'), { ...tool('3'), architecture: 'arm64' }]);
    addSources('main.sources', trusted(archive, 'bookworm'));
    addSources('security.sources', trusted(archive, 'bookworm-security'));
    const { path, version } = openArchive(environment).unpack(WANTED, place());
    assert.deepEqual([readFileSync(path, 'utf8'), version], ['1.10', '1.10']);
    const arm64 = { ...WANTED, architecture: 'arm64' };
    assert.equal(openArchive(environment).newestVersion(arm64), '3');
    assert.deepEqual(readdirSync(join(folder, 'machine', 'state', 'lists')), ['partial'], "the machine's own lists");
  });

  test('is looked for in lists that are fetched once', (context) => {
    const { archive, addSources, environment, place } = scene(context);
    publish(archive, 'trixie', [tool('1')]);
    addSources('main.sources', trusted(archive, 'bookworm'));
    const opened = openArchive(environment);
    assert.equal(opened.newestVersion(WANTED), '1');
    rmSync(join(archive, 'dists'), { recursive: true });
    assert.equal(opened.unpack(WANTED, place()).version, '1');
  });

  test('may come from the lists that the system has, where any version will do', (context) => {
    const { archive, addSources, environment, place, updateLists } = scene(context);
    publish(archive, 'jammy', [tool('1')]);
    addSources('main.sources', trusted(archive, 'jammy'));
    updateLists();
    const any = { ...WANTED, anyVersion: true };
    rmSync(join(archive, 'dists'), { recursive: true });
    assert.equal(openArchive(environment).unpack(any, place()).version, '1');
    refuses(() => openArchive(environment).unpack(WANTED, place()), /no source of Debian's .* --debian-source/);
  });

  test('may come from fresh lists of a system made from Debian, where any version will do', (context) => {
    const { archive, addSources, environment, place } = scene(context);
    publish(archive, 'jammy', [tool('1')]);
    addSources('main.sources', trusted(archive, 'jammy'));
    assert.equal(openArchive(environment).unpack({ ...WANTED, anyVersion: true }, place()).version, '1');
  });

  test('is had although another source fails', (context) => {
    const { archive, folder, addSources, environment, place } = scene(context);
    publish(archive, 'trixie', [tool('1')]);
    addSources('a.sources', trusted(join(folder, 'gone'), 'bookworm'));
    addSources('b.sources', trusted(archive, 'bookworm'));
    assert.equal(openArchive(environment).unpack(WANTED, place()).version, '1');
  });

  test('that cannot be had is told with what apt said of its lists, and of it', (context) => {
    const { folder, archive, addSources, environment, place } = scene(context);
    addSources('a.sources', trusted(join(folder, 'gone'), 'bookworm'));
    const opened = openArchive(environment);
    const why = [/Debian's package tool cannot be fetched/, /Failed to fetch \S+gone\/dists\/trixie/];
    refuses(() => opened.unpack(WANTED, place()), ...why, /; then: Unable to locate package tool/);
    refuses(() => opened.newestVersion(WANTED), ...why, /; then: the archive has no package tool/);
    publish(archive, 'trixie', [tool('1')]);
    const unsigned = { ...environment, LIVEPATCH_DEBIAN_SOURCE: `file:${archive}` };
    refuses(() => openArchive(unsigned).unpack(WANTED, place()), /archive trixie Release' is not signed; then: /);
  });

  test('without the file wanted is told', (context) => {
    const { archive, addSources, environment, place } = scene(context);
    publish(archive, 'trixie', [{ name: 'tool', version: '1', files: { 'usr/it.so.map': '' } }]);
    addSources('a.sources', trusted(archive, 'bookworm'));
    refuses(() => openArchive(environment).unpack(WANTED, place()), /the package has no file/);
  });

  test('is known in the system’s lists until these change', (context) => {
    const { archive, folder, addSources, environment, updateLists } = scene(context);
    const known = () => versionsInSystemLists(['tool', 'other'], join(folder, 'cache', 'known.json'), environment);
    addSources('a.sources', trusted(archive, 'bookworm'));
    assert.deepEqual(known(), {});
    publish(archive, 'bookworm', [tool('1')]);
    updateLists();
    assert.deepEqual(known(), { tool: '1' });
    rmSync(join(folder, 'machine', 'cache'), { recursive: true });
    assert.deepEqual(versionsInSystemLists(['other'], join(folder, 'cache', 'known.json'), environment), { tool: '1' });
    publish(archive, 'bookworm', [tool('1'), tool('2')]);
    updateLists();
    assert.deepEqual(known(), { tool: '2' });
  });

  test('has versions that are compared by Debian’s rules', () => {
    assert.deepEqual(
      [isNewer('1.10', '1.9'), isNewer('1.0', '1.0~rc1'), isNewer('1', '1'), isNewer('1', '2')],
      [true, true, false, false],
    );
  });
});

test('a machine without apt is told so', (context) => {
  refuses(
    () =>
      openArchive({ PATH: '/nowhere', LIVEPATCH_DEBIAN_SOURCE: 'file:/x' }).unpack(WANTED, temporaryFolder(context)),
    /there is no apt-get/,
  );
});

describe('a tree of packages', { skip: NO_APT }, () => {
  const library = { name: 'library', version: '1:2', files: { 'usr/lib/library.so': 'library', 'usr/lib/other': 'x' } };
  const program = { ...tool('3'), depends: ['library'] };
  const wanted: DebianTree = { suite: 'trixie', package: 'tool', architecture: 'amd64', anyVersion: false };
  const opened = (context: TestContext) => {
    const { archive, addSources, environment, place } = scene(context);
    publish(archive, 'trixie', [program, library, { ...library, name: 'unasked' }]);
    addSources('main.sources', trusted(archive, 'bookworm'));
    return { archive: openArchive(environment), place };
  };
  const filesIn = (folder: string): readonly string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => !statSync(join(folder, path)).isDirectory(),
    );

  test('has what they depend on, of a size that is known before', (context) => {
    const { archive, place } = opened(context);
    const plan = archive.planTree(wanted);
    assert.deepEqual([[...plan.packages].sort(), plan.version], [['library', 'tool'], '3']);
    assert.ok(plan.bytes > 500);
    const folder = place();
    archive.unpackTree(plan, folder);
    assert.deepEqual([...filesIn(folder)].sort(), ['usr/lib/it.so', 'usr/lib/library.so', 'usr/lib/other']);
  });

  test('may be of some packages, and of some paths', (context) => {
    const { archive, place } = opened(context);
    const plan = archive.planTree({ ...wanted, only: /^lib/, paths: ['*/library.so'] });
    assert.deepEqual([plan.packages, plan.version], [['library'], '1:2']);
    const folder = place();
    archive.unpackTree(plan, folder);
    assert.deepEqual(filesIn(folder), ['usr/lib/library.so']);
  });

  test('that cannot be had is told in a sentence', (context) => {
    const { archive, place } = opened(context);
    refuses(() => archive.planTree({ ...wanted, package: 'nothing' }), /Debian's package nothing cannot be fetched/);
    const plan = archive.planTree({ ...wanted, paths: ['./missing'] });
    refuses(() => archive.unpackTree(plan, place()), /Debian's package tool cannot be fetched \(.*missing/);
  });
});
