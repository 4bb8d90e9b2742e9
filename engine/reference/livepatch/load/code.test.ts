import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, Decoder } from 'iced-x86';
import { nops } from './code';

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
