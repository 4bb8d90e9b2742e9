import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageSymbol } from './machine/image';
import { staticImage } from './static-image';

const START = 0x1000n;
const symbol = (name: string, at: bigint, size: number, more: Partial<ImageSymbol> = {}): ImageSymbol => ({
  name,
  address: START + at,
  size,
  isVariable: false,
  ...more,
});
const SYMBOLS = [
  symbol('_stext', 0n, 0),
  symbol('later', 16n, 4),
  symbol('first', 0n, 8),
  symbol('own', 32n, 4, { source: 'a.c' }),
  symbol('table', 40n, 8, { isVariable: true }),
  symbol('_etext', 48n, 0),
  symbol('after', 50n, 4),
];
const segment = { start: START, bytes: Uint8Array.from({ length: 64 }, (_, at) => at), permissions: 'r-x' } as const;
const find = (name: string) => SYMBOLS.find((own) => own.name === name);
const image = staticImage({ segments: [segment], allSymbols: SYMBOLS, describe: String }, find);

test('lists the functions of the text by address, each with its code and its room', () => {
  assert.deepEqual(
    image
      .functions()
      .map(({ name, code, room, isLocal }) => [name, [...code.subarray(0, 2)], code.length, room, isLocal]),
    [
      ['first', [0, 1], 8, 16, false],
      ['later', [16, 17], 4, 16, false],
      ['own', [32, 33], 4, 8, true],
    ],
  );
});

test('has bytes as they are in the file, where there are some', () => {
  assert.deepEqual([...(image.bytes(START + 4n, 2) ?? [])], [4, 5]);
  assert.equal(image.bytes(START + 63n, 2), undefined);
  assert.deepEqual([image.symbol('later'), image.size('later'), image.symbol('none')], [START + 16n, 4, undefined]);
});
