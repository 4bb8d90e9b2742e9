import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIRECT_MAP, MAX_CPUS, presentPiece, RAM_SIZE, stackTop } from './places';

const PAGE = 0x1000n;

test('memory that is there comes in pieces of at most 2 MiB, none with a guard page', () => {
  const guards = Array.from({ length: MAX_CPUS }, (_, cpu) => stackTop(cpu) - 3n * PAGE);
  for (let page = stackTop(0) - 0x2_0000n; page < stackTop(MAX_CPUS); page += PAGE) {
    const piece = presentPiece(page + 7n);
    assert.equal(piece === undefined, guards.includes(page));
    if (piece === undefined) continue;
    assert.ok(piece.start <= page && page < piece.end && piece.end - piece.start <= 0x20_0000n);
    assert.ok(guards.every((guard) => guard < piece.start || piece.end <= guard));
  }
});

test('there is none before the first address and after the last', () => {
  const end = DIRECT_MAP + BigInt(RAM_SIZE);
  assert.deepEqual([presentPiece(DIRECT_MAP - 1n), presentPiece(end)], [undefined, undefined]);
  assert.deepEqual(presentPiece(end - 1n), { start: end - 0x20_0000n, end });
  assert.deepEqual(presentPiece(0xffff_82cf_fff0_0000n)?.start, 0xffff_82cf_fff0_0000n);
});
