import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfHex, wordBytes } from '../bytes';
import { createBudget } from './budget';
import { codeOf, entryOf, type Bases } from './ranges';
import type { Attributes } from './units';

const BASES: Bases = { code: 0x1000n, addresses: 8, lists: 4 };
const words = (...values: readonly bigint[]): Buffer => Buffer.concat(values.map((value) => wordBytes(value, 8)));
const NONE = Buffer.alloc(0);

/** Of a unit of this version, with these range lists, and the addresses 0x2000 and 0x2010 by number. */
const contextOf = (version: 4 | 5, lists: Buffer) => ({
  sections: {
    '.debug_info': NONE,
    '.debug_abbrev': NONE,
    '.debug_addr': words(0n, 0x2000n, 0x2010n),
    '.debug_ranges': lists,
    '.debug_rnglists': lists,
  },
  spend: createBudget(),
  unit: { start: 0, entries: 0, end: 0, version, offsetSize: 4, abbreviations: 0 } as const,
  bases: BASES,
});

const codeIn = (version: 4 | 5, lists: Buffer, attributes: Attributes): readonly (readonly bigint[])[] =>
  codeOf(contextOf(version, lists), attributes).map(({ start, end }) => [start, end]);
const AT_4 = { ranges: { is: 'offset', value: 4 } } as const;
const list = (digits: string): Buffer => Buffer.from(bytesOfHex(`00000000 ${digits}`));

test('the list of DWARF 4 counts from the unit, and from the base that it sets; empty stretches are left out', () => {
  const pairs = [0x10n, 0x20n, 0x30n, 0x30n, 0xffff_ffff_ffff_ffffn, 0x8000n, 1n, 2n, 0n, 0n, 5n, 6n];
  assert.deepEqual(codeIn(4, Buffer.concat([Buffer.alloc(4), words(...pairs)]), AT_4), [
    [0x1010n, 0x1020n],
    [0x8001n, 0x8002n],
  ]);
});

test('the list of DWARF 5 has entries of seven kinds', () => {
  const entries = '04 01 02  01 00  04 03 04  02 00 01  03 01 8001  05 0000010000000000  04 00 01  04 02 02';
  assert.deepEqual(codeIn(5, list(`${entries}  07 0030000000000000 10 00`), AT_4), [
    [0x1001n, 0x1002n],
    [0x2003n, 0x2004n],
    [0x2000n, 0x2010n],
    [0x2010n, 0x2090n],
    [0x1_0000n, 0x1_0001n],
    [0x3000n, 0x3010n],
  ]);
  assert.deepEqual(codeIn(5, list('06 0030000000000000 0040000000000000 00'), AT_4), [[0x3000n, 0x4000n]]);
  assert.throws(() => codeIn(5, list('08 00'), AT_4), RangeError);
});

test('a list may be named by its number', () => {
  const lists = list('ffffffff 09000000 00 04 05 06 00');
  assert.deepEqual(codeIn(5, lists, { ranges: { is: 'list index', value: 1 } }), [[0x1005n, 0x1006n]]);
});

test('code is from low_pc to high_pc, which is an address or a number of bytes', () => {
  const low_pc = { is: 'address', value: 0x10n } as const;
  assert.deepEqual(codeIn(5, NONE, { low_pc, high_pc: { is: 'address', value: 0x18n } }), [[0x10n, 0x18n]]);
  assert.deepEqual(codeIn(5, NONE, { low_pc, high_pc: { is: 'constant', value: 4 } }), [[0x10n, 0x14n]]);
  assert.deepEqual(codeIn(5, NONE, { low_pc, high_pc: { is: 'constant', value: 0 } }), []);
  assert.deepEqual(codeIn(5, NONE, { low_pc }), []);
});

test('it is entered at its start, or where entry_pc says; without code, nowhere', () => {
  const context = contextOf(5, NONE);
  const code = { low_pc: { is: 'address', value: 0x10n }, high_pc: { is: 'constant', value: 4 } } as const;
  const entry_pc = { is: 'address index', value: 1 } as const;
  assert.deepEqual(
    [code, { ...code, entry_pc }, { entry_pc }].map((attributes) => entryOf(context, attributes)),
    [0x10n, 0x2010n, undefined],
  );
});
