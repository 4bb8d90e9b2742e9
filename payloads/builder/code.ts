/**
 * Machine code for payloads: replacements and hooks, each a few instructions put together by an assembler library, with
 * the relocations they need. Everything is position independent, as FMT-9 asks.
 *
 * Code that says nothing else returns 0, so that it can be a hook whose result counts.
 */
import { Code as Op, Instruction, Register } from 'iced-x86';
import { BRANCH_SIZE } from '../../engine/abi/code';
import type { RelocationType } from '../../engine/abi/elf';
import { hexDigits } from '../../engine/bytes';
import {
  assembled,
  call,
  elsewhere,
  loadAddress,
  memory,
  ret,
  returnZero,
  to,
  withFrame,
  type Code,
  type Step,
} from './assembly';

/** Returns the address of this text: `lea text(%rip),%rax; ret`. */
export const returnsString = (text: string): Code =>
  assembled(['returnsString', text], () => [loadAddress(Register.RAX, { text }), ret()]);

/** Returns this number in RAX: 0 to 2^32-1 by a 32-bit move, any other by a 64-bit one (negative: two's complement). */
export function returnsNumber(value: number | bigint): Code {
  const unsigned = BigInt.asUintN(64, BigInt(value));
  return assembled(['returnsNumber', unsigned], () => [
    {
      instruction:
        unsigned <= 0xffff_ffffn
          ? Instruction.createRegU32(Op.Mov_r32_imm32, Register.EAX, Number(unsigned))
          : Instruction.createRegU64(Op.Mov_r64_imm64, Register.RAX, unsigned),
    },
    ret(),
  ]);
}

/** A hook that does nothing but return `rc` as an int: 0, or a negative errno. */
export const hookReturning = (rc: number): Code =>
  assembled(['hookReturning', rc], () => [
    { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, rc) },
    ret(),
  ]);

/** Returns the address of a symbol: by the address itself, a relocation of type 64, or by its distance. */
export const returnsAddressOf = (symbol: string, type: RelocationType = '64', addend = 0n): Code =>
  assembled(['returnsAddressOf', symbol, type, addend], () => [
    {
      instruction:
        type === '64'
          ? Instruction.createRegU64(Op.Mov_r64_imm64, Register.RAX, 0n)
          : Instruction.createRegMem(Op.Lea_r64_m, Register.RAX, elsewhere()),
      relocation: to({ symbol }, addend, type),
    },
    ret(),
  ]);

/** Calls printk. `load`: puts what the format asks for into its registers. */
const printk = (format: string, load: readonly Step[] = []): readonly Step[] => [
  loadAddress(Register.RDI, { text: format }),
  ...load,
  { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.EAX, Register.EAX) },
  call('printk'),
];

/** Writes this text to the console and returns `rc`. The text is a format of printk, so `%` has a meaning. */
export const callsPrintk = (text: string, rc = 0): Code =>
  assembled(['callsPrintk', rc, text], () => [
    ...withFrame([...printk(text), { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, rc) }]),
    ret(),
  ]);

/** Writes a line to the console; returns `rc` when it is called first, 0 afterwards. `counter`: 8 bytes that are 0. */
export const failsFirst = (text: string, rc: number, counter: string): Code =>
  assembled(['failsFirst', text, rc, counter], () => [
    ...withFrame([
      ...printk(text),
      { instruction: Instruction.createMem(Op.Inc_rm64, elsewhere()), relocation: to({ symbol: counter }) },
      { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, 0) },
      { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.ECX, rc) },
      { instruction: Instruction.createMemI32(Op.Cmp_rm64_imm8, elsewhere(), 1), relocation: to({ symbol: counter }) },
      { instruction: Instruction.createRegReg(Op.Cmove_r32_rm32, Register.EAX, Register.ECX) },
    ]),
    ret(),
  ]);

/** Writes to the console what the hypervisor calls the address of a symbol. */
export const saysNameOf = (symbol: string): Code =>
  assembled(['saysNameOf', symbol], () => [
    ...withFrame([...printk('%ps\n', [loadAddress(Register.RSI, { symbol })])]),
    ...returnZero(),
  ]);

/** Where printk finds the arguments of its format, by the System V convention; the others are on the stack. */
const NUMBERS = [Register.RSI, Register.RDX, Register.RCX, Register.R8, Register.R9] as const;

/** Writes up to five numbers to the console as the format says. RangeError if there are more. */
export function printsNumbers(format: string, numbers: readonly bigint[]): Code {
  if (numbers.length > NUMBERS.length)
    throw new RangeError(`numbers: expected at most ${NUMBERS.length}, got ${numbers.length}`);
  return assembled(['printsNumbers', format, ...numbers], () => [
    ...withFrame([
      ...printk(
        format,
        numbers.map((number, at) => ({
          instruction: Instruction.createRegU64(
            Op.Mov_r64_imm64,
            NUMBERS[at] ?? Register.None,
            BigInt.asUintN(64, number),
          ),
        })),
      ),
    ]),
    ...returnZero(),
  ]);
}

/** Adds 1 to the 64-bit counter at `symbol` + `offset`, in the payload's data or in the hypervisor. */
export const increments = (symbol: string, offset = 0): Code =>
  assembled(['increments', symbol, offset], () => [
    {
      instruction: Instruction.createMem(Op.Inc_rm64, elsewhere()),
      relocation: to({ symbol }, BigInt(offset)),
    },
    ...returnZero(),
  ]);

/** Copies the first 8 bytes of what its argument points to (for a hook: the payload) to the payload's object `into`. */
export const copiesFromArgument = (into: string): Code =>
  assembled(['copiesFromArgument', into], () => [
    { instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, memory(Register.RDI)) },
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, elsewhere(), Register.RAX),
      relocation: to({ symbol: into }),
    },
    ...returnZero(),
  ]);

/** Stores one byte at each of these offsets from `symbol` and returns `rc`. */
export const storesByteAt = (symbol: string, offsets: readonly number[], byte: number, rc = 0): Code =>
  assembled(['storesByteAt', symbol, offsets, byte, rc], () => [
    ...offsets.map((offset) => ({
      instruction: Instruction.createMemU32(Op.Mov_rm8_imm8, elsewhere(), byte),
      relocation: to({ symbol }, BigInt(offset)),
    })),
    { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, rc) },
    ret(),
  ]);

/** Copies 8 bytes from an address to the payload's object `into`. */
export const copies = (from: bigint, into: string): Code =>
  assembled(['copies', from, into], () => [
    { instruction: Instruction.createRegU64(Op.Mov_r64_imm64, Register.RAX, from) },
    { instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, memory(Register.RAX)) },
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, elsewhere(), Register.RAX),
      relocation: to({ symbol: into }),
    },
    ...returnZero(),
  ]);

/** A place that code uses: a symbol, or an address without relocation. */
export type CodePlace = string | bigint;

const loadPlace = (register: Register, place: CodePlace, offset = 0): Step =>
  typeof place === 'string'
    ? loadAddress(register, { symbol: place }, BigInt(offset))
    : { instruction: Instruction.createRegU64(Op.Mov_r64_imm64, register, place + BigInt(offset)) };

/** Copies bytes from one place to another, each in the payload or in the hypervisor. */
export const copiesBytes = (from: CodePlace, into: CodePlace, length: number): Code =>
  assembled(['copiesBytes', from, into, length], () => [
    loadPlace(Register.RSI, from),
    loadPlace(Register.RDI, into),
    { instruction: Instruction.createRegU32(Op.Mov_r32_imm32, Register.ECX, length) },
    { instruction: Instruction.createRepMovsb(64) },
    ...returnZero(),
  ]);

/** Makes the call or jump at `site`, a byte and a displacement of 32 bits, lead to `target`. */
export const leadsTo = (site: CodePlace, target: string): Code =>
  assembled(['leadsTo', site, target], () => [
    loadAddress(Register.RAX, { symbol: target }),
    loadPlace(Register.RCX, site, BRANCH_SIZE),
    { instruction: Instruction.createRegReg(Op.Sub_r64_rm64, Register.RAX, Register.RCX) },
    { instruction: Instruction.createMemReg(Op.Mov_rm32_r32, memory(Register.RCX, -4n, 1), Register.EAX) },
    ...returnZero(),
  ]);

/** Stores the address of `target` as 64 bits at `place` + `offset`. */
export const pointsTo = (place: CodePlace, offset: number, target: string): Code =>
  assembled(['pointsTo', place, offset, target], () => [
    loadAddress(Register.RAX, { symbol: target }),
    loadPlace(Register.RCX, place, offset),
    { instruction: Instruction.createMemReg(Op.Mov_rm64_r64, memory(Register.RCX), Register.RAX) },
    ...returnZero(),
  ]);

/** Adds 1 to the 64 bits at `symbol` and returns them. */
export const countsCalls = (symbol: string): Code =>
  assembled(['countsCalls', symbol], () => [
    { instruction: Instruction.createMem(Op.Inc_rm64, elsewhere()), relocation: to({ symbol }) },
    { instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, elsewhere()), relocation: to({ symbol }) },
    ret(),
  ]);

/** Stores these bytes, one store each, from `symbol` + `offset` on. */
export function storesTo(symbol: CodePlace, offset: number, bytes: Uint8Array): Code {
  return assembled(['storesTo', symbol, offset, hexDigits(bytes)], () =>
    typeof symbol === 'string'
      ? [
          ...Array.from(bytes, (byte, i) => ({
            instruction: Instruction.createMemU32(Op.Mov_rm8_imm8, elsewhere(), byte),
            relocation: to({ symbol }, BigInt(offset + i)),
          })),
          ...returnZero(),
        ]
      : [
          ...Array.from(bytes).flatMap((byte, i) => [
            {
              instruction: Instruction.createRegU64(
                Op.Mov_r64_imm64,
                Register.RAX,
                BigInt.asUintN(64, symbol + BigInt(offset + i)),
              ),
            },
            { instruction: Instruction.createMemU32(Op.Mov_rm8_imm8, memory(Register.RAX), byte) },
          ]),
          ...returnZero(),
        ],
  );
}

/** Stores one byte at `symbol` + `offset`. */
export const writesByte = (symbol: CodePlace, byte: number, offset = 0): Code =>
  storesTo(symbol, offset, Uint8Array.of(byte));

/** Calls a symbol and returns what it returned. */
export const calls = (symbol: string, type: RelocationType = 'PLT32'): Code =>
  assembled(['calls', symbol, type], () => [...withFrame([call(symbol, type)]), ret()]);

/** Jumps to a symbol, like a tail call. */
export const jumpsTo = (symbol: string): Code =>
  assembled(['jumpsTo', symbol], () => [
    { instruction: Instruction.createBranch(Op.Jmp_rel32_64, 0n), relocation: to({ symbol }, 0n, 'PLT32') },
  ]);
