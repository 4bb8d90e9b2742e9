import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginsWithEndbr64, BRANCH, branchTarget, displacement, isBranch, jump } from './code';

const FROM = 0xffff_82d0_4020_0100n;

describe('a jump', () => {
  it('counts from the end of its five bytes (TRAMP-1)', () => {
    assert.deepEqual(jump(FROM, FROM + 0x12345n + 5n), Uint8Array.of(0xe9, 0x45, 0x23, 0x01, 0));
    assert.deepEqual(jump(FROM, FROM), Uint8Array.of(0xe9, 0xfb, 0xff, 0xff, 0xff));
  });

  it('reaches 2 GiB by what it encodes, in both directions (TRAMP-2)', () => {
    assert.equal(displacement(FROM, FROM + 5n + 0x7fff_ffffn), 0x7fff_ffffn);
    assert.equal(displacement(FROM, FROM + 5n - 0x8000_0000n), -0x8000_0000n);
  });

  it('leads where it was made to lead', () => {
    for (const to of [FROM, FROM + 0x1000n, FROM - 0x1000n]) assert.equal(branchTarget(jump(FROM, to), FROM), to);
    assert.equal(branchTarget(Uint8Array.of(0xe8, 0xf0, 0xff, 0xff, 0xff), 5n), 0xffff_ffff_ffff_fffan);
  });
});

it('a branch is a whole call or jump', () => {
  const call = Uint8Array.of(0xe8, 0, 0, 0, 0);
  assert.deepEqual(
    [isBranch(call), isBranch(call, BRANCH.call), isBranch(call, BRANCH.jump), isBranch(call.subarray(0, 4))],
    [true, true, false, false],
  );
  assert.ok(!isBranch(Uint8Array.of(0x90, 0, 0, 0, 0)));
});

it('endbr64 is four bytes', () => {
  assert.ok(beginsWithEndbr64(Uint8Array.of(0xf3, 0x0f, 0x1e, 0xfa, 0x90)));
  assert.ok(!beginsWithEndbr64(Uint8Array.of(0xf3, 0x0f, 0x1e)));
});
