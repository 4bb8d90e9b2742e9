import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findDebianXen } from '../../engine/xen';
import { returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import type { CheckedJson } from '../check/json';
import { check, type CheckOptions } from './check';

const folder = mkdtempSync(join(tmpdir(), 'check-'));
after(() => rmSync(folder, { recursive: true }));

const OTHER = '0123456789abcdef0123456789abcdef01234567';

/** A payload's file, for the hypervisor of that build-id, and on top of that or of another one. */
/** Its only warning is that of missing expectations. */
const SAMPLE = join(__dirname, '../../payloads/samples/hello_world.livepatch');

function payloadFile(name: string, buildId: string, on = buildId, byte = on === buildId ? 7 : 8): string {
  const [xenDepends, depends] = [buildId, on].map((digits) => Buffer.from(digits, 'hex'));
  const path = join(folder, name);
  const functions = [{ name: 'xen_extra_version', oldSize: 12, replacement: returnsString('new') }];
  const own = new Uint8Array(20).fill(byte);
  writeFileSync(path, livepatch({ revision: 2, buildId: own, depends, xenDepends, functions }).bytes);
  return path;
}

async function run(paths: readonly string[], options: CheckOptions = {}) {
  const said: string[] = [];
  const complaints: string[] = [];
  const status = await check(paths, options, {
    say: (text) => {
      said.push(text);
      return Promise.resolve();
    },
    complain: (line) => complaints.push(line),
  });
  return { status, said, complaints };
}

const only = ([line = '']: readonly string[]): CheckedJson => JSON.parse(line) as CheckedJson;

test('a good payload: status 0; one for another hypervisor: 1, with both build-ids', async () => {
  const path = payloadFile('p', OTHER);
  const good = await run([path], { buildId: OTHER });
  assert.deepEqual([good.status, good.complaints], [0, []]);
  assert.match(good.said[0] ?? '', /^.*\/p: good\n/);

  const bad = await run([path], { json: true });
  assert.equal(bad.status, 1);
  const { ok, hypervisor, reference, xen } = only(bad.said);
  assert.deepEqual([ok, reference.upload?.errno, reference.upload?.clause, xen], [false, 'EINVAL', 'V2-FMT-1', null]);
  assert.ok(
    reference.upload?.reason?.includes(`made for the build-id ${OTHER}; the hypervisor has ${hypervisor.buildId}`),
  );
});

test('a payload is called as its tool calls it, and judged on top of those that it depends on', async () => {
  const [base, top] = [payloadFile('base.v1.livepatch', OTHER), payloadFile('top.livepatch', OTHER, '07'.repeat(20))];
  const { status, said } = await run([top, base], { buildId: OTHER, json: true });
  const checked = said.map((line) => JSON.parse(line) as CheckedJson);
  assert.equal(status, 0);
  assert.deepEqual(
    checked.map(({ file, stack, payload }) => [file, stack, payload.name]),
    [
      [top, ['base.v1'], 'top'],
      [base, [], 'base.v1'],
    ],
  );
  const alone = await run([top], { buildId: OTHER, on: [base] });
  assert.deepEqual(
    [alone.status, /on top of +.*base\.v1\.livepatch \(base\.v1\)/.test(alone.said[0] ?? '')],
    [0, true],
  );
  assert.equal((await run([top], { buildId: OTHER })).status, 1);
  assert.equal((await run([top], { buildId: OTHER, nodeps: true })).status, 0);
  assert.equal((await run([top], { buildId: OTHER, expect: [{ step: 'APPLY', errno: -22 }] })).status, 0);
});

for (const [what, options, message] of [
  ['a verdict of no Xen', { failOn: 'xen' }, /^--fail-on xen .* name the Xen with --hypervisor/],
  ['NODEPS in revision 1', { nodeps: true, revision: '1' }, /^--nodeps needs revision 2/],
  ['a file below that is not there', { on: ['/no/payload'] }, /^The payload \/no\/payload cannot be read/],
  [
    'two expectations of a step',
    { expect: [-1, -22].map((errno) => ({ step: 'APPLY', errno }) as const) },
    /^--expect names apply twice/,
  ],
] as const)
  test(`${what} is told in a sentence`, async () => {
    await assert.rejects(run([], options), { name: 'UserError', message });
  });

test('what is applied already is a reason where APPLY failed for it, and nowhere else', async () => {
  const [base, second] = [payloadFile('below', OTHER), payloadFile('beside', OTHER, OTHER, 9)];
  const reason = /The payload depends on the hypervisor, and .*below is applied: try --replace, or --nodeps/;
  assert.match((await run([second], { buildId: OTHER, on: [base] })).said.join(), reason);
  assert.doesNotMatch((await run([second], { buildId: OTHER, on: [base], replace: true })).said.join(), reason);
  assert.doesNotMatch((await run([second], { on: [base] })).said.join(), reason);
});

test('warnings make the status 1 if they are to count, that of missing expectations excepted', async () => {
  const path = payloadFile('w', OTHER);
  const names = async (...paths: readonly string[]): Promise<readonly string[]> =>
    (await run(paths, { json: true, buildId: OTHER })).said.flatMap((line) =>
      (JSON.parse(line) as CheckedJson).warnings.map(({ name }) => name),
    );
  const other = payloadFile('v', OTHER);
  assert.equal((await run([path, other], { buildId: OTHER, strict: true })).status, 1);
  assert.equal((await run([SAMPLE], { strict: true })).status, 0);
  assert.equal((await run([path], { buildId: OTHER })).status, 0);
  const one = await names(path);
  assert.ok(one.includes('no-expectation'));
  assert.deepEqual(await names(path, other), [...one, ...one, 'patched-by-another']);
});

test('a file that cannot be read keeps nobody from the next, and makes the status 2', async () => {
  const { status, said, complaints } = await run([folder, payloadFile('q', OTHER), join(folder, 'no\u001b[2J')], {
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

const REFUSED = [
  ['an empty file', '', 0, 'UPL-4'],
  ['a text', 'no ELF\n', 7, 'ELF-1'],
  ['the beginning of a file', '\x7fELF', 4, 'ELF-1'],
  ['a file of 2 MiB', '', 2 ** 21, 'ELF-1'],
  ['a file of 1 GiB', '\x7fELF', 2 ** 30, 'UPL-4'],
] as const;

test(`refused as a payload, status 1: ${REFUSED.map(([what]) => what).join(', ')}`, async () => {
  const files = REFUSED.map(([what, content, size]) => fileOf(what, content, size));
  const { status, said, complaints } = await run(files, { json: true, revision: '1' });
  assert.deepEqual([status, complaints], [1, []]);
  const checked = said.map((line) => JSON.parse(line) as CheckedJson);
  assert.deepEqual(
    checked.map(({ file, revision, reference }) => [file, revision, reference.upload?.clause]),
    REFUSED.map(([, , , clause], at) => [files[at], 1, clause]),
  );
});

test('a link that leads back to itself is told in a sentence, and so is a name that is none', async () => {
  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  assert.deepEqual(await run([loop, ''], {}), {
    status: 2,
    said: [],
    complaints: [
      `The payload ${loop} cannot be read: too many symbolic links encountered.`,
      'The payload  cannot be read: no such file or directory.',
    ],
  });
});

for (const [what, options, message] of [
  ['a build-id that is none', { buildId: 'abc' }, /^--build-id abc is no build-id: give 40 hex/],
  [
    'a hypervisor that is none',
    { hypervisor: '/dev/zero' },
    /^\/dev\/zero cannot be read \(it is not a regular file\)/,
  ],
] as const)
  test(`${what} is told in a sentence`, async () => {
    await assert.rejects(run([], options), { name: 'UserError', message });
  });

const xen = findDebianXen();

test("with a Xen: two verdicts, side by side, under another's build-id too", { skip: xen === undefined }, async () => {
  const path = payloadFile('s', OTHER);
  const { status, said } = await run([path], { json: true, hypervisor: xen ?? '', buildId: OTHER });
  const checked = only(said);
  assert.deepEqual([status, checked.ok, checked.hypervisor.buildId], [0, true, OTHER]);
  for (const verdict of [checked.reference, checked.xen]) {
    const patched = verdict?.functions[0];
    assert.equal(patched?.name, 'xen_extra_version');
    assert.match(patched.after ?? '', /^e9/);
    assert.equal(patched.restored, patched.before);
  }
  assert.equal(checked.reference.functions[0]?.before, checked.xen?.functions[0]?.before);
  await assert.rejects(run([path], { hypervisor: xen ?? '', revision: '1' }), { message: /has revision 2/ });
  await assert.rejects(run([path], { hypervisor: xen ?? '', buildId: 'abcd' }), { message: /give 40 hexadecimal/ });
});
