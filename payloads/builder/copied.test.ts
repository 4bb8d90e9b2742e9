import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goesOnIn } from './copied';

const AT = 0xffff_82d0_4020_0000n;
/** mov $…,%r11; jmp *%r11 */
const goesTo = (address: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(address);
  return [0x49, 0xbb, ...bytes, 0x41, 0xff, 0xe3];
};
const made = (...code: readonly number[]) => [...goesOnIn(Uint8Array.from(code), AT).bytes];

test('copies whole instructions, as many as a jump covers, and goes on after them', () => {
  // push %r15; push %r14; push %r13; push %r12
  const pushes = [0x41, 0x57, 0x41, 0x56, 0x41, 0x55, 0x41, 0x54];
  assert.deepEqual(made(...pushes), [...pushes.slice(0, 6), ...goesTo(AT + 6n)]);
});

test('copies endbr64 and what a jump after it covers', () => {
  const code = [0xf3, 0x0f, 0x1e, 0xfa, 0x41, 0x57, 0x41, 0x56, 0x53, 0x55];
  assert.deepEqual(made(...code), [...code.slice(0, 9), ...goesTo(AT + 9n)]);
});

test('makes a function that is a jump that jump', () => {
  assert.deepEqual(made(0xe9, 0x10, 0, 0, 0), goesTo(AT + 0x15n));
});

test('refuses what depends on where it is', () => {
  assert.throws(() => made(0x48, 0x8d, 0x05, 0, 0, 0, 0), RangeError);
  assert.throws(() => made(0xe8, 0, 0, 0, 0, 0x90), RangeError);
  assert.throws(() => made(0x41, 0x57), RangeError);
});
