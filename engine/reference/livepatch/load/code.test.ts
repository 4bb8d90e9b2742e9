import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, Decoder } from 'iced-x86';
import { displacement, isEndbr64, nops, trampoline } from './code';

describe('nops', () => {
  it('are as long as asked, and nothing but nops', () => {
    for (let length = 0; length <= 31; length++) {
      const bytes = nops(length);
      assert.equal(bytes.length, length);
      const decoder = new Decoder(64, bytes, 0);
      while (decoder.canDecode) {
        const instruction = decoder.decode();
        assert.ok([Code.Nopd, Code.Nopw, Code.Nop_rm16, Code.Nop_rm32].includes(instruction.code));
        instruction.free();
      }
      decoder.free();
    }
  });
});

describe('a trampoline', () => {
  const from = 0xffff82d040200100n;

  it('jumps from the end of its five bytes (TRAMP-1)', () => {
    assert.deepEqual(trampoline(from, from + 0x12345n + 5n), Uint8Array.of(0xe9, 0x45, 0x23, 0x01, 0));
    assert.deepEqual(trampoline(from, from), Uint8Array.of(0xe9, 0xfb, 0xff, 0xff, 0xff));
  });

  it('reaches 2 GiB by what it encodes, in both directions (TRAMP-2)', () => {
    assert.equal(displacement(from, from + 5n + 0x7fff_ffffn), 0x7fff_ffffn);
    assert.equal(displacement(from, from + 5n - 0x8000_0000n), -0x8000_0000n);
  });
});

it('endbr64 is four bytes', () => {
  assert.ok(isEndbr64(Uint8Array.of(0xf3, 0x0f, 0x1e, 0xfa, 0x90)));
  assert.ok(!isEndbr64(Uint8Array.of(0xf3, 0x0f, 0x1e)));
});
