import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Decoder, DecoderOptions, Mnemonic } from 'iced-x86';
import { labelled, padded } from './assembly';
import {
  calls,
  callsPrintk,
  copiesBytes,
  copiesFromArgument,
  countsCalls,
  hookReturning,
  increments,
  jumpsTo,
  printsNumbers,
  leadsTo,
  pointsTo,
  returnsAddressOf,
  returnsNumber,
  returnsString,
  saysNameOf,
  storesByteAt,
  storesTo,
  writesByte,
} from './code';
import { dividesByZero, faults, fillsStack, halts, loopsForever, storesToNowhere, ud2 } from './misdeeds';
import type { Code } from './assembly';

interface Decoded {
  readonly start: number;
  readonly end: number;
  readonly mnemonic: string;
}

function decode({ bytes }: Code): readonly Decoded[] {
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  const decoded: Decoded[] = [];
  while (decoder.canDecode) {
    const instruction = decoder.decode();
    const start = Number(instruction.ip);
    decoded.push({
      start,
      end: start + instruction.length,
      mnemonic: Mnemonic[instruction.mnemonic].toLowerCase(),
    });
    instruction.free();
  }
  decoder.free();
  return decoded;
}

const says = (code: Code): string =>
  decode(code)
    .map(({ mnemonic }) => mnemonic)
    .join(' ');
const hex = ({ bytes }: Code): string => Buffer.from(bytes).toString('hex');

const CASES: readonly (readonly [name: string, code: Code, instructions: string, targets: readonly string[]])[] = [
  ['returnsString', returnsString('Hi'), 'lea ret', ['PC32 "Hi"']],
  ['returnsNumber', returnsNumber(7), 'mov ret', []],
  ['hookReturning', hookReturning(-22), 'mov ret', []],
  ['returnsAddressOf', returnsAddressOf('printk'), 'mov ret', ['64 printk']],
  ['returnsAddressOf by distance', returnsAddressOf('printk', 'PC32'), 'lea ret', ['PC32 printk']],
  ['callsPrintk', callsPrintk('x', -5), 'sub lea xor call mov add ret', ['PC32 "x"', 'PLT32 printk']],
  ['increments', increments('counter', 8), 'inc xor ret', ['PC32 counter+8']],
  ['copiesFromArgument', copiesFromArgument('seen'), 'mov mov xor ret', ['PC32 seen']],
  ['storesByteAt', storesByteAt('a', [64, 168], 1, -22), 'mov mov mov ret', ['PC32 a+64', 'PC32 a+168']],
  ['storesTo', storesTo('a', 2, Uint8Array.of(1, 2)), 'mov mov xor ret', ['PC32 a+2', 'PC32 a+3']],
  ['writesByte', writesByte(0xffff82d040200000n, 1), 'mov mov xor ret', []],
  ['loopsForever', loopsForever(), 'jmp', []],
  ['faults', faults(), 'mov ret', []],
  ['ud2', ud2(), 'ud2 xor ret', []],
  ['calls', calls('helper'), 'sub call add ret', ['PLT32 helper']],
  ['calls by distance', calls('helper', 'PC32'), 'sub call add ret', ['PC32 helper']],
  [
    'saysNameOf',
    saysNameOf('helper'),
    'sub lea lea xor call add xor ret',
    ['PC32 "%ps\\n"', 'PC32 helper', 'PLT32 printk'],
  ],
  [
    'printsNumbers',
    printsNumbers('%d', [1n, -1n]),
    'sub lea mov mov xor call add xor ret',
    ['PC32 "%d"', 'PLT32 printk'],
  ],
  ['jumpsTo', jumpsTo('helper'), 'jmp', ['PLT32 helper']],
];

/** The relocation with the place it is for: the CPU counts from the instruction's end, the relocation from its field. */
function target(code: Code, { offset, type, target: at, addend }: Code['relocations'][number]): string {
  const instruction = decode(code).find(({ start, end }) => start <= offset && offset < end);
  assert.ok(instruction);
  const own = type === '64' ? addend : addend + BigInt(instruction.end - offset);
  const name = 'symbol' in at ? at.symbol : JSON.stringify(at.text);
  return `${type} ${name}${own === 0n ? '' : `+${own}`}`;
}

for (const [name, code, instructions, targets] of CASES)
  test(`${name}: ${instructions}`, () => {
    assert.equal(says(code), instructions);
    assert.deepEqual(
      code.relocations.map((one) => target(code, one)),
      targets,
    );
    for (const { offset, type } of code.relocations)
      assert.ok(code.bytes.subarray(offset, offset + (type === '64' ? 8 : 4)).every((byte) => byte === 0));
  });

test('the bytes are those of the architecture’s manual', () => {
  assert.equal(hex(returnsString('Hi')), '488d0500000000c3');
  assert.equal(hex(returnsNumber(0xffff_ffff)), 'b8ffffffffc3');
  assert.equal(hex(returnsNumber(-1n)), '48b8ffffffffffffffffc3');
  assert.equal(hex(hookReturning(-22)), 'b8eaffffffc3');
  assert.equal(hex(increments('counter')), '48ff050000000033c0c3');
  assert.equal(hex(writesByte('a', 0x5a)), 'c605000000005a33c0c3');
  assert.equal(hex(writesByte(0x1234n, 0x5a, 1)), '48b83512000000000000c6005a33c0c3');
  assert.equal(hex(loopsForever()), 'ebfe');
  assert.equal(hex(faults()), '488b042510000000c3');
  assert.equal(hex(ud2()), '0f0b33c0c3');
  assert.equal(hex(storesToNowhere()), '4889042510000000c3');
  assert.equal(hex(fillsStack()), 'e8fbffffff');
  assert.equal(hex(halts()), 'f4c3');
  assert.equal(hex(dividesByZero()), '33c9f7f1c3');
  assert.equal(hex(copiesBytes('a', 'b', 40)), '488d3500000000488d3d00000000b928000000f3a433c0c3');
  assert.equal(hex(leadsTo('site', 'f')), '488d0500000000488d0d00000000482bc18941fc33c0c3');
  assert.equal(hex(pointsTo('table', 16, 'f')), '488d0500000000488d0d000000004889' + '0133c0c3');
  assert.equal(hex(countsCalls('n')), '48ff0500000000488b0500000000c3');
  assert.equal(hex(jumpsTo('x')), 'e900000000');
});

test('padding is nops to exactly that length', () => {
  fc.assert(
    fc.property(fc.nat(100), (more) => {
      const code = returnsNumber(1);
      const long = padded(code, code.bytes.length + more);
      assert.equal(long.bytes.length, code.bytes.length + more);
      assert.equal(says(long), ['mov ret', ...Array<string>(more).fill('nop')].join(' '));
    }),
  );
  assert.throws(() => padded(returnsNumber(1), 5), RangeError);
});

test('labels are kept and added to', () => {
  const code = padded(labelled(labelled(faults(), { fault: 0 }), { fixup: 8 }), 16);
  assert.deepEqual(code.labels, { fault: 0, fixup: 8 });
  assert.equal(faults().labels, undefined);
});
