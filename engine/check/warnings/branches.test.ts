import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfHex } from '../../bytes';
import { longBranches, realBranches, shortBranchesTo } from './branches';

const all = (): boolean => true;

test('calls and jumps of 32 bits are found by their bytes, with where they lead', () => {
  const code = bytesOfHex('e8000000009090e9f4ffffff0f8404000000');
  assert.deepEqual(longBranches(code, all), [
    { at: 0, target: 5 },
    { at: 7, target: 0 },
    { at: 12, target: 22 },
  ]);
  assert.deepEqual(longBranches(code.subarray(0, 17), all).length, 2);
});

test('likewise of 8 bits, near the place they lead to', () => {
  const code = bytesOfHex('eb0290907402ebf8c3');
  assert.deepEqual(shortBranchesTo(code, 0), [{ at: 6, target: 0 }]);
  assert.deepEqual(shortBranchesTo(code, 4), [{ at: 0, target: 4 }]);
  assert.deepEqual(shortBranchesTo(code, 8), [{ at: 4, target: 8 }]);
});

test('what only looks like one, in the middle of an instruction, is none', () => {
  // mov $0xebe8, %eax; jmp to the start.
  const code = bytesOfHex('b8e8eb0000ebf9');
  const [jump] = shortBranchesTo(code, 0);
  assert.deepEqual(realBranches(code, 0, [{ at: 2, target: 4 }, jump ?? { at: 0, target: 0 }]), [{ at: 5, target: 0 }]);
});

test('an undefined instruction of one byte does not mislead what follows', () => {
  // udb; cmpl, which has the bytes of a jump in it.
  const code = bytesOfHex('d68179187f6967ff74f1');
  assert.deepEqual(realBranches(code, 0, [{ at: 4, target: 111 }]), []);
  assert.deepEqual(realBranches(code, 0, [{ at: 8, target: -5 }]), [{ at: 8, target: -5 }]);
});
