import assert from 'node:assert/strict';
import { readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openArchive } from '../debian/archive';
import { createMachine, NO_APT, publish, temporaryFolder, trusted, type Machine } from '../debian/fixtures';
import { isUserError } from '../user-error';
import {
  fetchedXens,
  findDebianXen,
  findXenOfBuild,
  newerVersion,
  provideDebianXen,
  type DebianXen,
  type DebianXenName,
  type XenStore,
} from './provision';

const PACKAGE = 'xen-hypervisor-4.17-amd64-dbg';
const FILE = 'usr/lib/debug/boot/xen-syms-4.17-amd64';
/** A package whose file is just a build-id. */
const xen417 = (version: string, buildId: string) => ({
  name: PACKAGE,
  version,
  files: { [FILE]: buildId, [`${FILE}.map`]: '' },
});

interface Scene extends Machine {
  readonly archive: string;
  readonly store: XenStore;
  /** As another command does, which has fetched no lists. */
  readonly provide: (name: DebianXenName, refresh?: boolean) => DebianXen;
  readonly said: string[];
}

function scene(context: TestContext): Scene {
  const folder = temporaryFolder(context);
  const archive = join(folder, 'archive');
  const machine = createMachine(folder);
  machine.addSources('debian.sources', trusted(archive, 'bookworm'));
  const { environment } = machine;
  const identify = (file: string): string => readFileSync(file, 'utf8');
  const opened = () => ({ cache: join(folder, 'cache'), archive: openArchive(environment), environment, identify });
  const said: string[] = [];
  const provide = (name: DebianXenName, refresh = false) =>
    provideDebianXen(name, (line) => said.push(line), { refresh, store: opened() });
  return { ...machine, archive, store: opened(), provide, said };
}

test('what else lies in the cache is no Xen', (context) => {
  const cache = temporaryFolder(context);
  mkdirSync(join(cache, 'debian-12', '4.17.4-1_ab04'), { recursive: true });
  writeFileSync(join(cache, 'debian-12', '4.17.9-1_ab09'), 'a file');
  assert.deepEqual(fetchedXens('debian-12', cache), []);
});

describe('the Xen of a Debian release', { skip: NO_APT }, () => {
  test('is fetched once, and kept under its version and build-id', (context) => {
    const { archive, provide, store, said } = scene(context);
    publish(archive, 'bookworm', [xen417('4.17.5-1', 'ab05')]);
    assert.equal(findDebianXen('debian-12', store.cache), undefined);
    const file = join(store.cache, 'debian-12', '4.17.5-1_ab05', 'xen-syms-4.17-amd64');
    assert.deepEqual(provide('debian-12'), { name: 'debian-12', file, version: '4.17.5-1', buildId: 'ab05' });
    rmSync(archive, { recursive: true });
    assert.equal(provide('debian-12').file, file);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^fetching the Xen of Debian 12 /);
    assert.equal(readFileSync(file, 'utf8'), 'ab05');
    assert.equal(findDebianXen('debian-12', store.cache), file);
  });

  test('is fetched anew only when asked, and the earlier one is kept', (context) => {
    const { archive, provide, store, said } = scene(context);
    publish(archive, 'bookworm', [xen417('4.17.9-1', 'ab09')]);
    const earlier = provide('debian-12');
    publish(archive, 'bookworm', [xen417('4.17.10-1', 'ab10')]);
    assert.equal(provide('debian-12').version, '4.17.9-1');
    for (const version of ['4.17.10-1', '4.17.11-1']) {
      publish(archive, 'bookworm', [xen417(version, `ab${version.slice(5, 7)}`)]);
      assert.equal(provide('debian-12', true).version, version);
      assert.equal(provide('debian-12').version, version);
    }
    assert.deepEqual(
      fetchedXens('debian-12', store.cache).map(({ buildId }) => buildId),
      ['ab11', 'ab10', 'ab09'],
    );
    assert.equal(findXenOfBuild('ab09', store.cache), earlier.file);
    assert.equal(findXenOfBuild('ab12', store.cache), undefined);
    assert.equal(said.length, 3);
    // Nothing is downloaded if there is nothing newer.
    rmSync(join(archive, 'pool'), { recursive: true });
    assert.equal(provide('debian-12', true).version, '4.17.11-1');
    assert.equal(said.length, 3);
  });

  test('is known to be old where the lists that the system has anyway say so', (context) => {
    const { archive, provide, store, said, updateLists } = scene(context);
    publish(archive, 'bookworm', [xen417('4.17.9-1', 'ab09')]);
    const xen = provide('debian-12');
    updateLists();
    assert.equal(newerVersion(xen, store), undefined);
    publish(archive, 'bookworm', [xen417('4.17.10-1', 'ab10')]);
    updateLists();
    assert.equal(newerVersion(xen, store), '4.17.10-1');
    assert.equal(provide('debian-12').version, '4.17.9-1');
    assert.deepEqual(said.slice(1), ['Debian 12 has a newer Xen, 4.17.10-1: "run --refresh" fetches it']);
  });

  test('may be compressed, under a name that tells its version', (context) => {
    const { archive, provide } = scene(context);
    const syms = 'usr/lib/debug/xen-syms-4.14.6';
    const files = { [`${syms}.map.gz`]: gzipSync('map'), [`${syms}.gz`]: gzipSync('ab14') };
    publish(archive, 'bullseye', [{ name: 'xen-hypervisor-4.14-amd64', version: '4.14.6-1', files }]);
    const { file, buildId } = provide('debian-11');
    assert.deepEqual([buildId, readFileSync(file, 'utf8')], ['ab14', 'ab14']);
    assert.match(file, /4\.14\.6-1_ab14\/xen-syms-4\.14\.6$/);
  });

  test('that cannot be had is told in a sentence, with what apt said, and nothing is left behind', (context) => {
    const { archive, provide, store } = scene(context);
    publish(archive, 'bookworm', []);
    assert.throws(
      () => provide('debian-13'),
      (error) =>
        isUserError(error) &&
        /^Debian's package xen-hypervisor-4\.20-amd64-dbg cannot be fetched \(Failed to fetch .*trixie.*; then: Unable to locate package .*\): name a mirror with --debian-source/.test(
          error.message,
        ),
    );
    assert.deepEqual(fetchedXens('debian-13', store.cache), []);
  });
});
