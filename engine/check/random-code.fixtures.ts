/** For the tests: random code, the same each time for a seed. */
import { joined, machineCode, type Code } from '../../payloads/builder/assembly';
import { calls, jumpsTo } from '../../payloads/builder/code';
import { hexDigits } from '../bytes';

export interface Random {
  /** An integer from 0 to below `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <Value>(values: readonly Value[]) => Value;
  readonly bytes: (count: number) => Uint8Array;
}

/** Marsaglia's xorshift of 32 bits. */
export function createRandom(seed: number): Random {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    pick(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new RangeError('pick: expected at least one value, got none');
      return value;
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}

/**
 * What kills the emulator itself, and with it the process: `mov` to a debug register, far calls and jumps by a register,
 * and `lock cmp` (any `lock` here). No verdict is possible within the process, so they are tested with one of their own.
 */
const DEADLY = /^(?:..)*(?:0f23|ff[de][89a-f]|f0)/;

/** A jump may go into a relocated operand; an operand that leads back to the hypervisor ends with ff. */
function isDeadly({ bytes, relocations }: Code): boolean {
  const relocated = Buffer.from(bytes);
  for (const { offset } of relocations) relocated.fill(0xff, offset, offset + 4);
  return DEADLY.test(hexDigits(relocated));
}

/** Addresses and numbers that matter: domains, stacks, text, heap, payloads, the ends of all. */
const VALUES: readonly bigint[] = [
  0n,
  1n,
  0x10n,
  0x1000_0000n,
  0x1010_0000n,
  0x11ff_fff8n,
  0x7fff_ffff_ffffn,
  0x8000_0000_0000n,
  0xffff_82c0_0000_0000n,
  0xffff_82d0_4020_0000n,
  0xffff_82d0_405d_0000n,
  0xffff_82e0_0000_0000n,
  0xffff_8300_0000_0000n,
  0xffff_8300_0000_7ff8n,
  0xffff_8300_00f0_5ff0n,
  0xffff_8300_00f0_7f00n,
  0xffff_8300_0200_0000n,
  0xffff_87ff_ffff_d000n,
  0xffff_ffff_ffff_fff8n,
  0xffff_ffff_ffff_ffffn,
];

/** Instructions without operands of their own: what is privileged, what ends something, what repeats. */
const PLAIN = [
  '90', 'c3', '0f0b', 'cc', 'f4', '0f05', '0f07', '0f34', '0f35', '48cf', 'fa', 'fb', '9d', '9c', '0fa2', '0f30', '0f32',
  '0f01f9', '0faee8', 'f30f01e8', '0f20c0', '0f22c0', '0f20d8', '0f22d8', '0f22e0', '0f0100', '0f0118', '0fae00', '0fae08',
  'f348ab', 'f3aa', 'f348a5', 'f3a4', 'fd', 'fc', 'c9', '48cb', 'cd80', 'cd0e', 'f390', 'd9e8', '0f08', '0f09', '6c', 'ee',
] as const; // prettier-ignore

type Make = (random: Random) => Code;

const make = (...bytes: readonly number[]): Code => machineCode(Uint8Array.from(bytes));
/** REX.W, the opcode, and a ModRM of two registers or of one and what it points to. */
const twoRegisters =
  (opcode: number, mode: 0 | 0xc0): Make =>
  ({ below }) =>
    make(0x48, opcode, mode | below(64));

const INSTRUCTIONS: readonly Make[] = [
  ({ pick }) => machineCode(Buffer.from(pick(PLAIN), 'hex')),
  // mov $value, a register
  ({ pick, below }) => {
    const bytes = Buffer.alloc(10, Buffer.of(0x48, 0xb8 | below(8)));
    bytes.writeBigUInt64LE(pick(VALUES), 2);
    return machineCode(bytes);
  },
  twoRegisters(0x89, 0xc0), // mov
  twoRegisters(0x89, 0), // mov to memory
  twoRegisters(0x8b, 0), // mov from memory
  twoRegisters(0x87, 0xc0), // xchg
  twoRegisters(0x01, 0xc0), // add
  twoRegisters(0x31, 0xc0), // xor
  twoRegisters(0xf7, 0xc0), // test, not, neg, mul, div
  ({ below }) => make(0x50 | below(16)), // push, pop
  ({ below }) => make(0xeb, below(32)), // jmp forward
  ({ below }) => make(0x70 | below(16), 0xf0 | below(16)), // a conditional jump back
  ({ below }) => make(0x48, 0x83, 0xc0 | below(64), below(256)), // add, and, cmp, … with a number
  ({ bytes, below }) => machineCode(bytes(1 + below(12))),
];

/** Some instructions, and calls of some of the symbols; nothing that is deadly. */
export function randomCode(random: Random, symbols: readonly string[]): Code {
  const { pick, below } = random;
  const one = (): Code => {
    const kind = below(12);
    if (kind === 0) return calls(pick(symbols));
    return kind === 1 ? jumpsTo(pick(symbols)) : pick(INSTRUCTIONS)(random);
  };
  const code = joined(Array.from({ length: 1 + below(14) }, one));
  return isDeadly(code) ? randomCode(random, symbols) : code;
}
