import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCopies } from './copies';

test('what is as it was the last time, or the first, is not copied again', () => {
  const copies = createCopies();
  const stretch = { start: 0x1000n, bytes: Uint8Array.of(1, 2, 3) };
  const copyNow = () => copies([stretch])[0]?.copy;
  const first = copyNow();
  assert.deepEqual(first?.bytes, Uint8Array.of(1, 2, 3));
  assert.equal(copyNow(), first);
  stretch.bytes[0] = 9;
  const patched = copyNow();
  assert.deepEqual([first.bytes[0], patched?.bytes[0]], [1, 9]);
  assert.equal(copyNow(), patched);
  stretch.bytes[0] = 1;
  assert.equal(copyNow(), first);
});

test('a stretch that came later is copied', () => {
  const copies = createCopies();
  copies([{ start: 0x1000n, bytes: Uint8Array.of(1) }]);
  const later = { start: 0x2000n, bytes: Uint8Array.of(2) };
  assert.deepEqual(copies([later])[0]?.copy.bytes, Uint8Array.of(2));
});

test('what nothing can have written to is not compared, where it is the same memory', () => {
  const copies = createCopies();
  const stretch = { start: 0x1000n, bytes: Uint8Array.of(1) };
  const first = copies([stretch])[0]?.copy;
  stretch.bytes[0] = 2;
  assert.equal(copies([stretch], () => true)[0]?.copy, first);
  const other = { start: 0x1000n, bytes: Uint8Array.of(3) };
  assert.deepEqual(copies([other], () => true)[0]?.copy.bytes, Uint8Array.of(3));
});

test('blocks of large stretches that are as they were are shared', () => {
  const copies = createCopies();
  const stretch = { start: 0x1000n, bytes: Uint8Array.from({ length: 300_000 }, (_, at) => at) };
  const copyNow = () => copies([stretch])[0]?.copy ?? assert.fail();
  const before = copyNow();
  assert.deepEqual(before.bytes, stretch.bytes);
  stretch.bytes[100_000] = 0xff;
  const after = copyNow();
  const shared = after.blocks.map((block, index) => block === before.blocks[index]);
  assert.deepEqual(shared, [true, false, true, true, true]);
  assert.deepEqual([after.bytes, before.bytes[100_000]], [stretch.bytes, 100_000 % 256]);
});
