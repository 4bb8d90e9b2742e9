import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openArchive } from '../debian/archive';
import { createMachine, NO_APT, publish, trusted } from '../debian/fixtures';
import { isUserError } from '../user-error';
import { temporaryFolder } from './client.fixtures';
import { clientEnvironment, toolCommand } from './run';
import { fetchedTool, findTool, isDebianTool, loaderIn, toolFor } from './tool';

const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
const VERSION = '4.17.7+13-g2445b30a44-0+deb12u1';
const packages = (version: string) => [
  {
    name: 'xen-utils-4.17',
    version,
    depends: ['libxencall1', 'libc6', 'python3'],
    files: { 'usr/lib/xen-4.17/bin/xen-livepatch': `tool of ${version}`, 'usr/lib/xen-4.17/bin/xen-diag': '' },
  },
  {
    name: 'libxencall1',
    version,
    files: { [`${LIBRARIES}/libxencall.so.1`]: 'library', [`${LIBRARIES}/libxenlight.so.4.17`]: '' },
  },
  {
    name: 'libc6',
    version: '2.36',
    files: { [`${LIBRARIES}/ld-linux-x86-64.so.2`]: 'loader', [`${LIBRARIES}/libc.so.6`]: '' },
  },
  { name: 'python3', version: '3', files: { 'usr/bin/python3': '' } },
];

test('a release’s tool is fetched once, with what it needs and nothing else', { skip: NO_APT }, (context) => {
  const folder = temporaryFolder(context);
  const archive = join(folder, 'archive');
  publish(
    archive,
    'bookworm',
    packages(VERSION).map((each) => ({ ...each, architecture: 'amd64' })),
  );
  const { addSources, environment } = createMachine(folder);
  addSources('main.sources', trusted(archive, 'bookworm'));
  const store = { cache: join(folder, 'tools'), archive: openArchive(environment) };
  const said: string[] = [];
  assert.equal(fetchedTool('debian-12', store), undefined);
  const tool = findTool('debian-12', (line) => said.push(line), store);
  const { name, version, interfaceVersion, path, libraries = '' } = tool;
  assert.deepEqual(
    { name, version, interfaceVersion },
    { name: 'xen-livepatch 4.17.7', version: '4.17.7', interfaceVersion: 0x15 },
  );
  assert.equal(readFileSync(path, 'utf8'), `tool of ${VERSION}`);
  assert.equal(readFileSync(loaderIn(libraries), 'utf8'), 'loader');
  assert.equal(readFileSync(join(libraries, 'libxencall.so.1'), 'utf8'), 'library');
  assert.throws(() => readFileSync(join(libraries, 'libxenlight.so.4.17')));
  assert.match(
    said.join('\n'),
    /^fetching xen-livepatch 4\.17\.7\+13-g2445b30a44-0\+deb12u1 of Debian 12 into .*: 1 MB$/,
  );
  assert.deepEqual(
    findTool('debian-12', () => assert.fail('it is there'), store),
    tool,
  );
  const { words, environment: own } = toolCommand(tool, '/socket');
  assert.deepEqual(
    [words[0], words.at(-1), own['LIVEPATCH_SOCKET'], own['LD_PRELOAD']],
    [loaderIn(libraries), path, '/socket', ''],
  );
});

test('a tool that cannot be had is told in a sentence', (context) => {
  const folder = temporaryFolder(context);
  const store = {
    cache: join(folder, 'tools'),
    archive: openArchive({ PATH: '/nowhere', LIVEPATCH_DEBIAN_SOURCE: 'file:/x' }),
  };
  const refused = (name: string, sentence: RegExp): void =>
    assert.throws(
      () => findTool(name, () => undefined, store),
      (error) => isUserError(error) && sentence.test(error.message),
    );
  refused('debian-12', /^Debian's package xen-utils-4\.17 cannot be fetched/);
  refused('debian-99', /^--tool debian-99 is no program: name the path of a xen-livepatch .* debian-13\.$/);
  refused(folder, /is no program/);
  const file = join(folder, 'tool');
  writeFileSync(file, '#!/bin/sh\n');
  refused(file, /is no program/);
  chmodSync(file, 0o755);
  const tool = findTool(file, () => undefined, store);
  assert.deepEqual(tool, { name: file, path: file });
  assert.deepEqual(toolCommand(tool, '/socket').words, [file]);
});

test('a tool fits by the version of the interface', () => {
  assert.deepEqual([0x13, 0x15, 0x16].map(toolFor), ['debian-11', 'debian-12', undefined]);
  assert.deepEqual(['debian-12', 'toString'].map(isDebianTool), [true, false]);
});

test('libraries that are preloaded anyway stay', () => {
  const { LD_PRELOAD: alone = '' } = clientEnvironment('/socket', {});
  const { LD_PRELOAD: both } = clientEnvironment('/socket', { LD_PRELOAD: '/lib/other.so' });
  assert.match(alone, /\/preload\.so$/);
  assert.equal(both, `${alone}:/lib/other.so`);
});
