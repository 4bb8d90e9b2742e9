import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readImage } from '../machine/image';
import { createBudget } from './budget';
import { readInlined } from './inlined';
import { debugSectionsOf } from './sections';

const read = (name: string): Buffer => readFileSync(join(__dirname, 'testdata', `${name}.elf`));

/** The functions of `testdata/inlined.c`, each with the places of its copies and what has them, as llvm-dwarfdump shows. */
const GCC = {
  inner: [
    ['split.cold', 'split'],
    ['outer+0x6', 'outer'],
    ['once', 'once'],
    ['often+0x10', 'often'],
    ['often+0x4e', 'often'],
    ['through+0x6', 'through'],
  ],
  outer: [['through', 'through']],
  once: [],
  down: [
    ['down+0x1f', 'down'],
    ['goes_down', 'goes_down'],
  ],
};
const CLANG = {
  inner: [
    ['outer+0x6', 'outer'],
    ['once', 'once'],
    ['often+0xb', 'often'],
    ['often+0x3f', 'often'],
    ['through+0x6', 'through'],
    ['split+0x14', 'split'],
  ],
  outer: [['through', 'through']],
  once: [],
};
const FILES = [
  ['gcc-4', GCC],
  ['gcc-5', GCC],
  ['gcc-5-64', GCC],
  ['gcc-5-zlib', GCC],
  ['clang-5', CLANG],
] as const;

describe('inlined copies', () => {
  for (const [name, functions] of FILES)
    test(`are found in ${name}`, () => {
      const file = read(name);
      const { address, describe: nameOf } = readImage(file);
      const inlined = readInlined(file);
      for (const [function_, copies] of Object.entries(functions)) {
        const found = inlined(address(function_)).map((copy) => [nameOf(copy.address), nameOf(copy.owner)]);
        assert.deepEqual(found.toSorted(), copies.toSorted(), function_);
      }
    });

  const file = read('gcc-5');
  const inner = readImage(file).address('inner');
  const findsNone = (bytes: Uint8Array): void => assert.deepEqual(readInlined(bytes)(inner), []);

  test('are copies of what begins there, not of what is around it', () => {
    assert.deepEqual(readInlined(file)(inner + 1n), []);
    assert.deepEqual(readInlined(file)(0n), []);
    assert.deepEqual(readInlined(file)(0xffff_ffff_ffff_ffffn), []);
  });

  test('are none without debug information, or without a file', () => {
    findsNone(new Uint8Array());
    findsNone(Buffer.from('no ELF'));
    findsNone(file.subarray(0, 0x1000));
  });

  test('are none where the compression is another one, or its data are wrong', () => {
    const isHeader = (at: number): boolean =>
      compressed.readUInt32LE(at) === 1 && compressed.readUInt32LE(at + 16) === 1;
    const compressed = read('gcc-5-zlib');
    const headers = Array.from({ length: (compressed.length - 24) / 8 }, (_, index) => index * 8).filter(isHeader);
    assert.ok(headers.length > 0);
    for (const [offset, byte] of [
      [0, 2],
      [8, 1],
      // Far more than any hypervisor has.
      [11, 0x7f],
      [24, 0xff],
    ] as const) {
      const other = Buffer.from(compressed);
      for (const at of headers) other.writeUInt8(byte, at + offset);
      findsNone(other);
    }
  });

  test('are none in units of another version or kind, or with addresses of another size', () => {
    for (const [offset, byte] of [
      [4, 6],
      [6, 2],
      [7, 4],
    ] as const) {
      const other = Buffer.from(file);
      debugSectionsOf(other)['.debug_info'].writeUInt8(byte, offset);
      findsNone(other);
    }
  });

  test('are none where reading them takes too many steps', () => {
    const { length } = readInlined(file)(inner);
    const foundIn = (steps: number): number => readInlined(file, createBudget(steps))(inner).length;
    assert.deepEqual([foundIn(0), foundIn(100), foundIn(10_000)], [0, 0, length]);
  });

  test('of a damaged file end in none or some, whatever is damaged', () => {
    const damaged = fc
      .record({
        file: fc.constantFrom(...FILES.map(([name]) => read(name))),
        bytes: fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)))),
        length: fc.option(fc.nat(), { freq: 8, nil: undefined }),
      })
      .map(({ file: { length: size }, file: whole, bytes, length }) => {
        const other = Buffer.from(whole.subarray(0, length === undefined ? size : length % size));
        for (const [at, byte] of bytes) if (other.length > 0) other.writeUInt8(byte, at % other.length);
        return other;
      });
    fc.assert(
      fc.property(damaged, (other) => {
        const inlined = readInlined(other, createBudget(100_000));
        for (const address of [0n, inner, 0x40_0100n]) assert.ok(Array.isArray(inlined(address)));
      }),
      { numRuns: 2000 },
    );
  });
});
