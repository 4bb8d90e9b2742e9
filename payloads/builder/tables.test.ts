import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineCode } from './assembly';
import { jumpsTo } from './code';
import type { PayloadDescription } from './description';
import { tableSections } from './tables';

const EMPTY: PayloadDescription = { revision: 1, buildId: undefined, depends: undefined, functions: [] };
const texts = (text: string) => ({ symbol: 'texts', addend: BigInt(text.length) });
const sections = (description: Partial<PayloadDescription>) => tableSections({ ...EMPTY, ...description }, texts);
const hex = (content: Uint8Array | number | undefined): string =>
  content instanceof Uint8Array ? Buffer.from(content).toString('hex') : `${content}`;

test('tables are none where the description has none', () => {
  assert.deepEqual(sections({}), []);
});

test('tables has entries of alternatives in the layout of the revision, each replacement behind the other', () => {
  const alternatives = [
    { original: 'one', originalSize: 3, replacement: machineCode(Uint8Array.of(0x0f, 0x01, 0xcb)), feature: 180 },
    { original: 'two', originalSize: 8, replacement: jumpsTo('somewhere'), feature: 0 },
  ];
  const [table, replacements] = sections({ alternatives });
  assert.equal(hex(table?.content), '0000000000000000b4000303' + '000000000000000000000805');
  assert.deepEqual(
    table?.relocations?.map(({ offset, symbol, addend }) => [offset, symbol, addend]),
    [
      [0, 'one', 0n],
      [4, '.altinstr_replacement', 0n],
      [12, 'two', 0n],
      [16, '.altinstr_replacement', 3n],
    ],
  );
  assert.equal(hex(replacements?.content), '0f01cbe900000000');
  assert.deepEqual(replacements?.relocations, [{ offset: 4, type: 'PLT32', symbol: 'somewhere', addend: -4n }]);
  assert.equal(hex(sections({ revision: 2, alternatives })[0]?.content).length, 2 * 2 * 14);
});

test('tables has a line of bug frames in seven bits above each displacement, which counts from the frame', () => {
  const [table] = sections({ bugFrames: [{ kind: 'warn', at: 'here', file: 'fix.c', line: 300 }] });
  assert.equal(table?.name, '.bug_frames.1');
  assert.deepEqual(
    table.relocations?.map(({ offset, symbol, addend }) => [offset, symbol, addend]),
    [
      [0, 'here', 2n << 24n],
      [4, 'texts', 5n + 4n + (44n << 24n)],
    ],
  );
});

test('tables has assertions of 16 bytes, and frames of each kind in their own section', () => {
  const found = sections({
    bugFrames: [
      { kind: 'assert', at: 'here', file: 'a.c', line: 1, message: 'one' },
      { kind: 'run_fn', at: 'there', function: 'called' },
      { kind: 'assert', at: 'here too', file: 'a.c', line: 2, message: 'other' },
    ],
  });
  assert.deepEqual(
    found.map(({ name, content }) => [name, hex(content).length / 2]),
    [
      ['.bug_frames.0', 8],
      ['.bug_frames.3', 32],
    ],
  );
  assert.deepEqual(
    found[1]?.relocations?.map(({ offset }) => offset),
    [0, 4, 12, 16, 20, 28],
  );
});
