import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openArchive } from '../debian/archive';
import { isUserError } from '../user-error';
import { LIBRARY_VARIABLE, type LibraryPlaces, findUnicorn, libraryPaths, provideUnicorn } from './library';

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A machine whose system has the library, or not. */
function machine(folder: string, { installed = false, named = '' } = {}): LibraryPlaces {
  const system = join(folder, 'system.so');
  if (installed) writeFileSync(system, 'system');
  const environment = { [LIBRARY_VARIABLE]: named };
  return { environment, system: () => [system], cache: join(folder, 'cache'), archive: openArchive() };
}

/** Puts commands of this name before all others for the time of a test: what they are is a shell script. */
function replaceCommands(context: TestContext, folder: string, scripts: Readonly<Record<string, string>>): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const before = process.env['PATH'];
  process.env['PATH'] = [bin, before].join(delimiter);
  context.after(() => {
    process.env['PATH'] = before;
  });
}

const UNPACK =
  '[ "$1" = --extract ] || { echo 1.0; exit; }; mkdir -p "$3/usr/lib/some-triplet"; printf library > "$3/usr/lib/some-triplet/libunicorn.so.2"';

test('what the user names comes first, then the system', (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'mine.so'), 'mine');
  assert.equal(findUnicorn(machine(folder)), undefined);
  const named = join(folder, 'mine.so');
  assert.equal(findUnicorn(machine(folder, { installed: true, named })), named);
  assert.equal(findUnicorn(machine(folder, { installed: true })), join(folder, 'system.so'));
});

test('a name that leads nowhere is an error, and not passed over', (context) => {
  const places = machine(temporaryFolder(context), { installed: true, named: '/no/such.so' });
  assert.throws(() => findUnicorn(places), isUserError);
});

test('of what ldconfig knows, only this processor’s library of version 2 counts', () => {
  const known = [
    '3 libs found in cache',
    '\tlibunicorn.so.2 (libc6) => /usr/lib/i386-linux-gnu/libunicorn.so.2',
    '\tlibunicorn.so.2 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libunicorn.so.2',
    '\tlibunicorn.so.1 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libunicorn.so.1',
  ].join('\n');
  assert.deepEqual(libraryPaths(known, 'x86-64'), ['/usr/lib/x86_64-linux-gnu/libunicorn.so.2']);
});

test('where there is none it is fetched once, and that is said in a line', (context) => {
  const folder = temporaryFolder(context);
  replaceCommands(context, folder, { 'apt-get': 'touch libunicorn2.deb', 'dpkg-deb': UNPACK });
  const places = machine(folder);
  const said: string[] = [];
  const path = provideUnicorn((line) => said.push(line), places);
  assert.equal(readFileSync(path, 'utf8'), 'library');
  assert.deepEqual(readdirSync(places.cache), ['libunicorn.so.2']);
  assert.equal(
    provideUnicorn((line) => said.push(line), places),
    path,
  );
  assert.equal(said.length, 1);
});

test('where the system has no lists, its sources are read into a folder of our own', (context) => {
  const folder = temporaryFolder(context);
  const log = join(folder, 'log');
  // "-qq -c SETTINGS COMMAND": without lists of its own nothing can be downloaded.
  const aptGet = `echo "$4" >> "${log}"; [ "$4" = update ] || { grep -q Dir::State "$3" && touch it.deb; }`;
  replaceCommands(context, folder, { 'apt-get': aptGet, 'dpkg-deb': UNPACK });
  provideUnicorn(() => undefined, machine(folder));
  assert.deepEqual(readFileSync(log, 'utf8').trim().split('\n'), ['download', 'update', 'download']);
});

test('where it cannot be had, one sentence says what to install, and nothing is left behind', (context) => {
  const folder = temporaryFolder(context);
  replaceCommands(context, folder, { 'apt-get': 'echo "E: no network" >&2; exit 100' });
  const places = machine(folder);
  assert.throws(
    () => provideUnicorn(() => undefined, places),
    (error) => isUserError(error) && /apt-get install libunicorn2.*\(no network\)/.test(error.message),
  );
  assert.deepEqual(readdirSync(places.cache), []);
});
