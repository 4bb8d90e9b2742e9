import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { livepatch } from '../../payloads/builder/payload';
import { createStacks } from './stacks';

const folder = mkdtempSync(join(tmpdir(), 'stacks-'));
after(() => rmSync(folder, { recursive: true }));

const XEN = 99;
const idOf = (digit: number): Uint8Array => new Uint8Array(20).fill(digit);

/** A file with that build-id that goes on top of another one. */
function file(name: string, own: number, depends: number): string {
  const path = join(folder, name);
  const ids = { buildId: idOf(own), depends: idOf(depends), xenDepends: idOf(XEN) };
  writeFileSync(path, livepatch({ revision: 2, functions: [], ...ids }).bytes);
  return path;
}

const first = file('first', 1, XEN);
const second = file('second', 2, 1);
const third = file('third', 3, 2);
const other = file('other', 4, XEN);
const claims = file('claims', XEN, XEN);
const [egg, hen] = [file('egg', 5, 6), file('hen', 6, 5)];

function below(named: readonly string[], base: readonly string[] = []): Readonly<Record<string, readonly string[]>> {
  const stacks = createStacks(base);
  named.forEach(stacks.add);
  const hypervisor = Buffer.from(idOf(XEN)).toString('hex');
  return Object.fromEntries(
    named.map((path) => [basename(path), stacks.below(path, hypervisor).map((one) => basename(one))]),
  );
}

test('a file goes on top of those that it depends on, in whatever order they are named', () => {
  const expected = { first: [], second: ['first'], third: ['first', 'second'], other: [] };
  assert.deepEqual(below([first, second, third, other]), expected);
  assert.deepEqual(below([third, other, second, first]), expected);
  assert.deepEqual(below([third]), { third: [] });
});

test('a file that claims to have the build-id of the hypervisor goes below none', () => {
  assert.deepEqual(below([claims, first, second]), { claims: [], first: [], second: ['first'] });
});

test('what goes below all is below those that a file depends on, and once', () => {
  assert.deepEqual(below([third, second], [first]), { third: ['first', 'second'], second: ['first'] });
  assert.deepEqual(below([other], [first, second]), { other: ['first', 'second'] });
  assert.deepEqual(below([first], [first]), { first: [] });
});

test('files that depend on one another, or on nothing, and files that are not there have an end', () => {
  const none = join(folder, 'none');
  const text = join(folder, 'text');
  writeFileSync(text, 'no ELF');
  assert.deepEqual(below([egg, hen, none, text]), { egg: ['hen'], hen: ['egg'], none: [], text: [] });
});
