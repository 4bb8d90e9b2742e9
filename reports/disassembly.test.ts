import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { MemoryEvidence } from '../engine/evidence';
import { disassemble, foldPadding } from './disassembly';
import { parseBytes, symbolsOf } from './html/symbols';

const BASE = 0xffff82d040200000n;
const OLD = parseBytes('f30f1efa55488d05f90f0000c39090');
const lines = (bytes: Uint8Array, before?: Uint8Array): readonly string[] =>
  foldPadding(disassemble(BASE, bytes, before)).map(({ offset, text }) => `${offset} ${text}`);

describe('disassembly', () => {
  it('reads as the listings of the document do', () => {
    assert.deepEqual(lines(OLD), [
      '0 endbr64',
      '4 push %rbp',
      '5 lea 0xffff82d040201005, %rax',
      '12 ret',
      '13 nop × 2',
    ]);
  });

  it('names the rest of an instruction that a trampoline has cut', () => {
    const patched = Uint8Array.from(OLD);
    patched.set(parseBytes('e9f7ff1f00'), 4);
    assert.deepEqual(lines(patched, OLD), [
      '0 endbr64',
      '4 jmp 0xffff82d040400000',
      '9 (rest of an old instruction)',
      '12 ret',
      '13 nop × 2',
    ]);
    assert.equal(disassemble(BASE, patched, OLD)[1]?.target, 0xffff82d040400000n);
  });

  it('says where the reading cuts an instruction', () => {
    assert.deepEqual(lines(parseBytes('55e90000')), ['0 push %rbp', '1 …']);
  });

  it('covers each byte once, whatever the bytes, before and after', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(bytes, bytes, fc.bigInt(0n, 2n ** 64n - 1n), (now, before, address) => {
        const instructions = foldPadding(disassemble(address, now, before));
        let next = 0;
        for (const { offset, length } of instructions) {
          assert.equal(offset, next);
          assert.ok(length > 0);
          next = offset + length;
        }
        assert.equal(next, now.length);
      }),
    );
  });
});

describe('names for addresses', () => {
  const reading = (address: string, symbol: string, bytes: string): MemoryEvidence => ({
    kind: 'memory',
    when: 'before',
    address,
    symbol,
    bytes,
    permissions: 'r-x',
  });

  it('come from what was read, by its start or from within', () => {
    const nameOf = symbolsOf([reading('0x1008', 'hello text+0x8', '9090c3'), reading('0x2000', '0x2000', '90')]);
    assert.equal(nameOf(0x1000n), 'hello text');
    assert.equal(nameOf(0x100an), 'hello text+0xa');
    assert.equal(nameOf(0x100bn), undefined);
    assert.equal(nameOf(0x2000n), undefined);
  });

  it('are none where the evidence is malformed', () => {
    assert.equal(symbolsOf([reading('nowhere', 'x', 'zz')])(0n), undefined);
  });
});
