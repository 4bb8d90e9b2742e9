import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findDebianXen } from '../../engine/xen';
import { returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import type { CheckedJson } from '../../reports/check-json';
import { check, type CheckOptions } from './check';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
after(() => rmSync(folder, { recursive: true }));

const OTHER = '0123456789abcdef0123456789abcdef01234567';

/** A payload's file, for the hypervisor of that build-id. */
function payloadFile(name: string, buildId: string): string {
  const depends = Buffer.from(buildId, 'hex');
  const path = join(folder, name);
  const functions = [{ name: 'xen_extra_version', oldSize: 12, replacement: returnsString('new') }];
  const own = new Uint8Array(20).fill(7);
  writeFileSync(path, livepatch({ revision: 2, buildId: own, depends, xenDepends: depends, functions }).bytes);
  return path;
}

function run(paths: readonly string[], options: CheckOptions = {}) {
  const said: string[] = [];
  const complaints: string[] = [];
  const status = check(
    paths,
    options,
    (text) => said.push(text),
    (line) => complaints.push(line),
  );
  return { status, said, complaints };
}

const only = ([line = '']: readonly string[]): CheckedJson => JSON.parse(line) as CheckedJson;

test('a good payload: status 0; one for another hypervisor: 1, with both build-ids', () => {
  const path = payloadFile('p', OTHER);
  const good = run([path], { buildId: OTHER });
  assert.deepEqual([good.status, good.complaints], [0, []]);
  assert.match(good.said[0] ?? '', /^.*\/p: good\n/);

  const bad = run([path], { json: true });
  assert.equal(bad.status, 1);
  const { ok, hypervisor, reference, xen } = only(bad.said);
  assert.deepEqual([ok, reference.upload.errno, reference.upload.clause, xen], [false, 'EINVAL', 'V2-FMT-1', null]);
  assert.ok(reference.upload.reason?.includes(`made for ${OTHER}; the hypervisor is ${hypervisor.buildId}`));
});

test('a file that cannot be read keeps nobody from the next, and makes the status 2', () => {
  const { status, said, complaints } = run([folder, payloadFile('q', OTHER), join(folder, 'no\u001b[2J')], {
    json: true,
  });
  assert.deepEqual([status, said.length, complaints.length], [2, 1, 2]);
  assert.match(complaints[0] ?? '', /cannot be read: it is a folder\.$/);
  assert.match(complaints[1] ?? '', /no\?\[2J cannot be read: no such file or directory\.$/);
});

/** A file of that size, the beginning of which is this. */
function fileOf(name: string, content: string, size = content.length): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  truncateSync(path, size);
  return path;
}

for (const [what, content, size, clause] of [
  ['an empty file', '', 0, 'UPL-4'],
  ['a text', 'no ELF\n', 7, 'ELF-1'],
  ['the beginning of a file', '\x7fELF', 4, 'ELF-1'],
  ['a file of 2 MiB', '', 2 ** 21, 'ELF-1'],
  ['a file of 1 GiB', '\x7fELF', 2 ** 30, 'UPL-4'],
] as const)
  test(`${what} is refused as a payload: status 1`, () => {
    const { status, said, complaints } = run([fileOf('none', content, size)], { json: true, revision: '1' });
    const { revision, reference } = only(said);
    assert.deepEqual([status, revision, reference.upload.clause, complaints], [1, 1, clause, []]);
  });

test('a link that leads back to itself is told in a sentence, and so is a name that is none', () => {
  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  assert.deepEqual(run([loop, ''], {}), {
    status: 2,
    said: [],
    complaints: [
      `The payload ${loop} cannot be read: too many symbolic links encountered.`,
      'The payload  cannot be read: no such file or directory.',
    ],
  });
});

for (const buildId of ['', 'abc', 'xyz!'])
  test(`--build-id '${buildId}' is no build-id`, () => {
    assert.throws(() => run([], { buildId }), {
      name: 'UserError',
      message: /^--build-id .* is no build-id: give 40 hex/,
    });
  });

for (const [what, hypervisor, message] of [
  ['a device', () => '/dev/zero', /^\/dev\/zero cannot be read \(it is no regular file\): name the xen-syms/],
  ['a folder', () => folder, /cannot be read \(it is a folder\): name the xen-syms/],
  ['nothing', () => '', /cannot be read \(no such file or directory\): name the xen-syms/],
  ['an empty file', () => fileOf('empty', ''), /empty is not an ELF file: name the xen-syms/],
  ['a payload', () => payloadFile('r', OTHER), /r is not an executable: name the xen-syms/],
] as const)
  test(`a hypervisor that is ${what} is told in a sentence`, () => {
    assert.throws(() => run([], { hypervisor: hypervisor() }), { name: 'UserError', message });
  });

const xen = findDebianXen();

test("with a Xen: two verdicts, side by side, under another's build-id too", { skip: xen === undefined }, () => {
  const path = payloadFile('s', OTHER);
  const { status, said } = run([path], { json: true, hypervisor: xen ?? '', buildId: OTHER });
  const checked = only(said);
  assert.deepEqual([status, checked.ok, checked.hypervisor.buildId], [0, true, OTHER]);
  for (const verdict of [checked.reference, checked.xen]) {
    const patched = verdict?.functions[0];
    assert.equal(patched?.name, 'xen_extra_version');
    assert.match(patched.after ?? '', /^e9/);
    assert.equal(patched.restored, patched.before);
  }
  assert.equal(checked.reference.functions[0]?.before, checked.xen?.functions[0]?.before);
  assert.throws(() => run([path], { hypervisor: xen ?? '', revision: '1' }), { message: /speaks revision 2/ });
  assert.throws(() => run([path], { hypervisor: xen ?? '', buildId: 'abcd' }), { message: /give 40 hexadecimal/ });
});
