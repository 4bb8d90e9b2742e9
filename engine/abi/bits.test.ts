import assert from 'node:assert/strict';
import { it } from 'node:test';
import { putBits, takeBits } from './bits';
import { decodeExpectation, encodeExpectation } from './hypercall';
import { lineParts, readFrame } from './tables';

it('parts are taken from where they were put, the highest bit too', () => {
  const bits = { at: 28, width: 4 } as const;
  assert.equal(putBits(0xf, bits), 0xf000_0000);
  assert.equal(putBits(0x1f, bits), 0xf000_0000);
  assert.deepEqual([takeBits(0xf123_4567, bits), takeBits(0x0fff_ffff, bits), takeBits(-1, bits)], [15, 0, 15]);
});

it('an expectation has bit 0 for enabled, 1 to 5 for the length, 6 and 7 reserved (V2-FUNC-3)', () => {
  assert.equal(encodeExpectation({ enabled: true, length: 0, reserved: 0 }), 0b00_00000_1);
  assert.equal(encodeExpectation({ enabled: false, length: 31, reserved: 0 }), 0b00_11111_0);
  assert.equal(encodeExpectation({ enabled: false, length: 0, reserved: 3 }), 0b11_00000_0);
  assert.deepEqual(decodeExpectation(0b10_00101_1), { enabled: true, length: 5, reserved: 2 });
});

it("a bug frame has the line's upper 7 bits in loc and the lower ones in ptr, above 24 bits of displacement (EXC-3)", () => {
  const { loc, ptr } = lineParts(1234);
  assert.deepEqual([loc, ptr], [9n << 24n, 82n << 24n]);
  const word = (displacement: number, part: bigint): number => Number(BigInt.asUintN(32, BigInt(displacement) + part));
  for (const [at, pointer] of [
    [0x1234, -0x4321],
    [-1, 0x7f_ffff],
    [-0x80_0000, 0],
  ] as const)
    assert.deepEqual(readFrame({ loc: word(at, loc), ptr: word(pointer, ptr) }), {
      at: BigInt(at),
      pointer: BigInt(pointer),
      line: 1234,
    });
});
