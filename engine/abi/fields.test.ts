import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { bytes, checkU64, layout, s32, u16, u32, u64, u8 } from './fields';

const ALL = layout('all', 24, { a: u8(0), b: bytes(1, 3), c: u16(4), d: u16(6), e: u32(8), f: s32(12), g: u64(16) });

describe('layouts check themselves', () => {
  test('a field outside the structure', () => {
    assert.throws(
      () => layout('short', 4, { a: u32(0), b: u8(4) }),
      /short\.b: expected an offset within 4 bytes, got 4/,
    );
    assert.throws(() => layout('short', 4, { a: u32(1) }), RangeError);
    assert.throws(() => layout('short', 4, { a: u32(-1) }), RangeError);
  });

  test('two fields over one byte', () => {
    assert.throws(() => layout('double', 8, { a: u32(0), b: u32(4), c: u8(7) }), /double\.c: overlaps b at byte 7/);
  });

  test('a byte without a field, unless that is meant', () => {
    assert.throws(() => layout('gap', 8, { a: u32(0), b: u16(6) }), /gap: expected a field for byte 4, got none/);
    assert.throws(() => layout('gap', 8, { a: u32(0) }), RangeError);
    assert.equal(layout('gap', 8, { a: u32(0) }, { sparse: true }).size, 8);
  });
});

describe('encode and decode', () => {
  const values = fc.record({
    a: fc.integer({ min: 0, max: 0xff }),
    b: fc.uint8Array({ minLength: 3, maxLength: 3 }),
    c: fc.integer({ min: 0, max: 0xffff }),
    d: fc.integer({ min: 0, max: 0xffff }),
    e: fc.integer({ min: 0, max: 0xffff_ffff }),
    f: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
    g: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  });

  test('what was encoded is decoded, at any offset', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 40 }), (value, offset) => {
        const file = new Uint8Array(offset + ALL.size + 5).fill(0xee);
        file.set(ALL.encode(value), offset);
        assert.deepEqual(ALL.decode(file, offset), { ...value, b: Uint8Array.from(value.b) });
      }),
    );
  });

  test('a reader says of each offset what decoding there says, past the end too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (file) => {
        const read = ALL.reader(file);
        for (let offset = 0; offset < 120; offset += 7)
          assert.deepEqual(read(offset), ALL.decode(file.slice(offset, offset + ALL.size)));
      }),
    );
  });

  test('what was decoded is encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (file) => {
        assert.deepEqual(Buffer.from(ALL.encode(ALL.decode(file))), Buffer.from(file));
      }),
    );
  });

  test('numbers are little endian, what is not given is zero, short bytes are followed by zeros', () => {
    const encoded = ALL.encode({ b: Uint8Array.of(7), c: 0x1234, f: -2, g: 0x0102030405060708n });
    assert.equal(Buffer.from(encoded).toString('hex'), '0007000034120000' + '00000000feffffff' + '0807060504030201');
  });

  test('bytes past the end read as zero; what is decoded is a copy', () => {
    const file = Uint8Array.of(1, 2, 3, 4, 5);
    const { a, b, c, g } = ALL.decode(file);
    assert.deepEqual([a, c, g], [1, 5, 0n]);
    b[0] = 99;
    assert.equal(file[1], 2);
    assert.equal(ALL.decode(file, 100).a, 0);
  });

  test('a number that does not fit its field is refused', () => {
    const tooLarge = [
      { a: 0x100 },
      { a: -1 },
      { b: new Uint8Array(4) },
      { c: 0x1_0000 },
      { e: 0x1_0000_0000 },
      { e: -1 },
      { f: 0x8000_0000 },
      { f: -0x8000_0001 },
      { g: 1n << 64n },
      { g: -1n },
    ];
    for (const value of tooLarge) assert.throws(() => ALL.encode(value), RangeError);
    for (const value of [{ a: 1.5 }, { e: Number.NaN }]) assert.throws(() => ALL.encode(value), TypeError);
  });

  test('64 bits', () => {
    assert.equal(checkU64(0xffff_ffff_ffff_ffffn), 0xffff_ffff_ffff_ffffn);
    assert.throws(() => checkU64(1n << 64n), RangeError);
  });
});
