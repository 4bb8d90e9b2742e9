import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asBuffer, bytesOfHex, hex, hexDigits, s32At, spacedHexDigits, u32At, u64At, u64sOf, wordBytes } from './bytes';

describe('hexadecimal text', () => {
  it('of numbers has a prefix', () => {
    assert.deepEqual([hex(0), hex(0x12ab), hex(0xffff_8000_0000_0000n)], ['0x0', '0x12ab', '0xffff800000000000']);
  });

  it('of bytes has two digits each, and is read again', () => {
    const bytes = Uint8Array.of(0, 0x0f, 0xf0);
    assert.deepEqual([hexDigits(bytes), spacedHexDigits(bytes)], ['000ff0', '00 0f f0']);
    assert.deepEqual([bytesOfHex('000ff0'), bytesOfHex('00 0F f0'), bytesOfHex('')], [bytes, bytes, new Uint8Array()]);
    assert.equal(spacedHexDigits(new Uint8Array()), '');
  });

  it('is not read where it is none', () => {
    for (const text of ['0', '0g', '0x00', '000']) assert.throws(() => bytesOfHex(text), TypeError);
  });
});

describe('words', () => {
  const bytes = Uint8Array.of(9, 0xfe, 0xff, 0xff, 0xff, 1, 0, 0, 0x80, 7);

  it('are read from any offset, of a part of other bytes too', () => {
    assert.deepEqual([u32At(bytes, 1), s32At(bytes, 1), u64At(bytes, 1)], [0xffff_fffe, -2, 0x8000_0001_ffff_fffen]);
    const part = bytes.subarray(1, 9);
    assert.deepEqual([u32At(part), s32At(part), u64At(part)], [0xffff_fffe, -2, 0x8000_0001_ffff_fffen]);
    assert.deepEqual(u64sOf(part), [0x8000_0001_ffff_fffen]);
    assert.deepEqual(u64sOf(bytes.subarray(0, 7)), []);
  });

  it('are not read past the end', () => {
    for (const read of [u32At, s32At, u64At]) assert.throws(() => read(bytes, 7), RangeError);
  });

  it('are written lowest byte first, and cut', () => {
    assert.deepEqual(wordBytes(-2, 4), Uint8Array.of(0xfe, 0xff, 0xff, 0xff));
    assert.deepEqual(wordBytes(0x1234_5678_9abcn, 2), Uint8Array.of(0xbc, 0x9a));
    assert.equal(u64At(wordBytes(0xffff_ffff_ffff_fffen, 8)), 0xffff_ffff_ffff_fffen);
  });

  it('share their memory with the buffer', () => {
    const own = Uint8Array.of(1, 2, 3);
    asBuffer(own.subarray(1)).writeUInt8(7);
    assert.deepEqual(own, Uint8Array.of(1, 7, 3));
  });
});
