import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCopies } from './copies';

test('what is as it was the last time, or the first, is not copied again', () => {
  const copies = createCopies();
  const stretch = { start: 0x1000n, bytes: Uint8Array.of(1, 2, 3) };
  const copyNow = (): Uint8Array | undefined => copies([stretch])[0]?.copy;
  const first = copyNow();
  assert.deepEqual(first, Uint8Array.of(1, 2, 3));
  assert.equal(copyNow(), first);
  stretch.bytes[0] = 9;
  const patched = copyNow();
  assert.deepEqual([first[0], patched?.[0]], [1, 9]);
  assert.equal(copyNow(), patched);
  stretch.bytes[0] = 1;
  assert.equal(copyNow(), first);
});

test('a stretch that came later is copied', () => {
  const copies = createCopies();
  copies([{ start: 0x1000n, bytes: Uint8Array.of(1) }]);
  const later = { start: 0x2000n, bytes: Uint8Array.of(2) };
  assert.deepEqual(copies([later])[0]?.copy, Uint8Array.of(2));
});

test('what nothing can have written to is not compared, where it is the same memory', () => {
  const copies = createCopies();
  const stretch = { start: 0x1000n, bytes: Uint8Array.of(1) };
  const first = copies([stretch])[0]?.copy;
  stretch.bytes[0] = 2;
  assert.equal(copies([stretch], () => true)[0]?.copy, first);
  const other = { start: 0x1000n, bytes: Uint8Array.of(3) };
  assert.deepEqual(copies([other], () => true)[0]?.copy, Uint8Array.of(3));
});
