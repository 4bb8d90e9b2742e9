/**
 * Machine code for payloads: replacements and hooks, each a few instructions put together by an assembler library, with
 * the relocations they need. Everything is position independent, as FMT-9 asks.
 *
 * Code that says nothing else returns 0, so that it can stand as a hook whose result counts.
 */
import { Code as Op, Encoder, Instruction, MemoryOperand, Register } from 'iced-x86';
import type { RelocationType } from '../../engine/abi/elf';
import { BUG_INSTRUCTION, type BugInstruction } from '../../engine/abi/tables';
import { concat } from './bytes';

/** What a relocation in code is against: a symbol (or a section, by its name), or a string that comes with the code. */
export type CodeTarget = { readonly symbol: string } | { readonly text: string };

export interface CodeRelocation {
  /** Bytes from the start of the code. */
  readonly offset: number;
  readonly type: RelocationType;
  readonly target: CodeTarget;
  readonly addend: bigint;
}

export interface Code {
  readonly bytes: Uint8Array;
  readonly relocations: readonly CodeRelocation[];
  /** Places in the code that relocations of other sections can name: bytes from its start. */
  readonly labels?: Readonly<Record<string, number>>;
}

/** One instruction, and what is to be put into its rip-relative, branch or 64-bit operand. */
interface Step {
  readonly instruction: Instruction;
  readonly relocation?: { readonly type: RelocationType; readonly target: CodeTarget; readonly addend: bigint };
}

let sharedEncoder: Encoder | undefined;

/** Encodes one instruction; its relocated operand is left zero, and where that stands is said. */
function encode({ instruction, relocation }: Step): Code {
  const encoder = (sharedEncoder ??= new Encoder(64));
  encoder.encode(instruction, 0n);
  const bytes = encoder.takeBuffer();
  const constants = encoder.getConstantOffsets();
  const [offset, size] = constants.hasDisplacement
    ? [constants.displacementOffset, constants.displacementSize]
    : [constants.immediateOffset, constants.immediateSize];
  constants.free();
  instruction.free();
  if (relocation === undefined) return { bytes, relocations: [] };
  bytes.fill(0, offset, offset + size);
  // The CPU counts from the end of the instruction, the relocation from its own field.
  const bias = relocation.type === '64' ? 0 : offset - bytes.length;
  return { bytes, relocations: [{ ...relocation, offset, addend: relocation.addend + BigInt(bias) }] };
}

function assemble(steps: readonly Step[]): Code {
  let at = 0;
  const relocations: CodeRelocation[] = [];
  const parts = steps.map((step) => {
    const code = encode(step);
    relocations.push(...code.relocations.map((one) => ({ ...one, offset: one.offset + at })));
    at += code.bytes.length;
    return code.bytes;
  });
  return { bytes: concat(parts), relocations };
}

/** Memory at a register (or none) and a displacement. */
const memory = (base: Register, displacement = 0n, size = 0): MemoryOperand =>
  new MemoryOperand(base, Register.None, 1, displacement, size, false, Register.None);
/** rip-relative memory; the relocation says where. */
const elsewhere = (): MemoryOperand => memory(Register.RIP, 0n, 8);

const to = (target: CodeTarget, addend = 0n, type: RelocationType = 'PC32') => ({ type, target, addend });

const ret = (): Step => ({ instruction: Instruction.create(Op.Retnq) });
const returnZero = (): readonly Step[] => [
  { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.EAX, Register.EAX) },
  ret(),
];
/** Keeps the stack 16-byte aligned around calls. */
const withFrame = (steps: readonly Step[]): readonly Step[] => [
  { instruction: Instruction.createRegI32(Op.Sub_rm64_imm8, Register.RSP, 8) },
  ...steps,
  { instruction: Instruction.createRegI32(Op.Add_rm64_imm8, Register.RSP, 8) },
];
const loadAddress = (register: Register, target: CodeTarget, addend = 0n): Step => ({
  instruction: Instruction.createRegMem(Op.Lea_r64_m, register, elsewhere()),
  relocation: to(target, addend),
});
const call = (symbol: string, type: RelocationType = 'PLT32'): Step => ({
  instruction: Instruction.createBranch(Op.Call_rel32_64, 0n),
  relocation: to({ symbol }, 0n, type),
});

/** Bytes of a call or jump with a displacement. */
const JUMP_SIZE = 5;

const CODES = new Map<string, Code>();

/** Makes each code once: an assembler in WebAssembly is slow beside the few bytes it gives. */
function once(key: readonly unknown[], steps: () => readonly Step[]): Code {
  const name = key.join('\0');
  const known = CODES.get(name);
  if (known !== undefined) return known;
  const code = assemble(steps());
  CODES.set(name, code);
  return code;
}

/** Returns the address of this text: `lea text(%rip),%rax; ret`. */
export const returnsString = (text: string): Code =>
  once(['returnsString', text], () => [loadAddress(Register.RAX, { text }), ret()]);

/** Returns this number in RAX: 0 to 2^32-1 by a 32-bit move, any other by a 64-bit one (negative: two's complement). */
export function returnsNumber(value: number | bigint): Code {
  const unsigned = BigInt.asUintN(64, BigInt(value));
  return once(['returnsNumber', unsigned], () => [
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
  once(['hookReturning', rc], () => [
    { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, rc) },
    ret(),
  ]);

/** Returns the address of a symbol: by the address itself, a relocation of type 64, or by its distance. */
export const returnsAddressOf = (symbol: string, type: RelocationType = '64', addend = 0n): Code =>
  once(['returnsAddressOf', symbol, type, addend], () => [
    {
      instruction:
        type === '64'
          ? Instruction.createRegU64(Op.Mov_r64_imm64, Register.RAX, 0n)
          : Instruction.createRegMem(Op.Lea_r64_m, Register.RAX, elsewhere()),
      relocation: to({ symbol }, addend, type),
    },
    ret(),
  ]);

/** Writes this text to the console and returns `rc`. The text is printk's format: mind its `%`. */
export const callsPrintk = (text: string, rc = 0): Code =>
  once(['callsPrintk', rc, text], () => [
    ...withFrame([
      loadAddress(Register.RDI, { text }),
      { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.EAX, Register.EAX) },
      call('printk'),
      { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, rc) },
    ]),
    ret(),
  ]);

/** Writes to the console what the hypervisor calls the address of a symbol. */
export const saysNameOf = (symbol: string): Code =>
  once(['saysNameOf', symbol], () => [
    ...withFrame([
      loadAddress(Register.RDI, { text: '%ps\n' }),
      loadAddress(Register.RSI, { symbol }),
      { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.EAX, Register.EAX) },
      call('printk'),
    ]),
    ...returnZero(),
  ]);

/** Adds 1 to the 64-bit counter at `symbol` + `offset`, be it in the payload's data or in the hypervisor. */
export const increments = (symbol: string, offset = 0): Code =>
  once(['increments', symbol, offset], () => [
    {
      instruction: Instruction.createMem(Op.Inc_rm64, elsewhere()),
      relocation: to({ symbol }, BigInt(offset)),
    },
    ...returnZero(),
  ]);

/** Copies the first 8 bytes of what its argument points to (for a hook: the payload) to the payload's object `into`. */
export const copiesFromArgument = (into: string): Code =>
  once(['copiesFromArgument', into], () => [
    { instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, memory(Register.RDI)) },
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, elsewhere(), Register.RAX),
      relocation: to({ symbol: into }),
    },
    ...returnZero(),
  ]);

/** Stores one byte at each of these offsets from `symbol` and returns `rc`. */
export const storesByteAt = (symbol: string, offsets: readonly number[], byte: number, rc = 0): Code =>
  once(['storesByteAt', symbol, offsets, byte, rc], () => [
    ...offsets.map((offset) => ({
      instruction: Instruction.createMemU32(Op.Mov_rm8_imm8, elsewhere(), byte),
      relocation: to({ symbol }, BigInt(offset)),
    })),
    { instruction: Instruction.createRegI32(Op.Mov_r32_imm32, Register.EAX, rc) },
    ret(),
  ]);

/** Copies 8 bytes from an address to the payload's object `into`. */
export const copies = (from: bigint, into: string): Code =>
  once(['copies', from, into], () => [
    { instruction: Instruction.createRegU64(Op.Mov_r64_imm64, Register.RAX, from) },
    { instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, memory(Register.RAX)) },
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, elsewhere(), Register.RAX),
      relocation: to({ symbol: into }),
    },
    ...returnZero(),
  ]);

/** Copies bytes from one object to another, each the payload's or the hypervisor's. */
export const copiesBytes = (from: string, into: string, length: number): Code =>
  once(['copiesBytes', from, into, length], () => [
    loadAddress(Register.RSI, { symbol: from }),
    loadAddress(Register.RDI, { symbol: into }),
    { instruction: Instruction.createRegU32(Op.Mov_r32_imm32, Register.ECX, length) },
    { instruction: Instruction.createRepMovsb(64) },
    ...returnZero(),
  ]);

/** Makes the call or jump at `site`, a byte and a displacement of 32 bits, lead to `target`. */
export const leadsTo = (site: string, target: string): Code =>
  once(['leadsTo', site, target], () => [
    loadAddress(Register.RAX, { symbol: target }),
    loadAddress(Register.RCX, { symbol: site }, BigInt(JUMP_SIZE)),
    { instruction: Instruction.createRegReg(Op.Sub_r64_rm64, Register.RAX, Register.RCX) },
    {
      instruction: Instruction.createMemReg(Op.Mov_rm32_r32, elsewhere(), Register.EAX),
      relocation: to({ symbol: site }, 1n),
    },
    ...returnZero(),
  ]);

/** Stores the address of `target` as 64 bits at `symbol` + `offset`. */
export const pointsTo = (symbol: string, offset: number, target: string): Code =>
  once(['pointsTo', symbol, offset, target], () => [
    loadAddress(Register.RAX, { symbol: target }),
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, elsewhere(), Register.RAX),
      relocation: to({ symbol }, BigInt(offset)),
    },
    ...returnZero(),
  ]);

/** Adds 1 to the 64 bits at `symbol` and returns them. */
export const countsCalls = (symbol: string): Code =>
  once(['countsCalls', symbol], () => [
    { instruction: Instruction.createMem(Op.Inc_rm64, elsewhere()), relocation: to({ symbol }) },
    { instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, elsewhere()), relocation: to({ symbol }) },
    ret(),
  ]);

/** Stores these bytes, one store each, from `symbol` + `offset` on; the symbol may be an address instead. */
export function storesTo(symbol: string | bigint, offset: number, bytes: Uint8Array): Code {
  return once(['storesTo', symbol, offset, Buffer.from(bytes).toString('hex')], () =>
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
export const writesByte = (symbol: string | bigint, byte: number, offset = 0): Code =>
  storesTo(symbol, offset, Uint8Array.of(byte));

/** `jmp .`: never comes back. */
export const loopsForever = (): Code =>
  once(['loopsForever'], () => [{ instruction: Instruction.createBranch(Op.Jmp_rel8_64, 0n) }]);

/** Reads address 0x10, which is mapped nowhere. The read is the first instruction and 8 bytes long. */
export const faults = (): Code =>
  once(['faults'], () => [
    {
      instruction: Instruction.createRegMem(Op.Mov_r64_rm64, Register.RAX, memory(Register.None, 0x10n, 8)),
    },
    ret(),
  ]);

/** Stores to address 0x10, which is mapped nowhere. */
export const storesToNowhere = (): Code =>
  once(['storesToNowhere'], () => [
    {
      instruction: Instruction.createMemReg(Op.Mov_rm64_r64, memory(Register.None, 0x10n, 8), Register.RAX),
    },
    ret(),
  ]);

/** Calls itself without end, until no stack is left. */
export const fillsStack = (): Code => machineCode(Uint8Array.of(0xe8, 0xfb, 0xff, 0xff, 0xff));

/** Divides by zero. */
export const dividesByZero = (): Code =>
  once(['dividesByZero'], () => [
    { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.ECX, Register.ECX) },
    { instruction: Instruction.createReg(Op.Div_rm32, Register.ECX) },
    ret(),
  ]);

/** `hlt`, as no hook may. */
export const halts = (): Code => once(['halts'], () => [{ instruction: Instruction.create(Op.Hlt) }, ret()]);

/** One piece of code behind the other; labels of each keep their places. */
function joined(pieces: readonly Code[]): Code {
  let at = 0;
  const labels: Record<string, number> = {};
  const relocations: CodeRelocation[] = [];
  for (const piece of pieces) {
    for (const [label, offset] of Object.entries(piece.labels ?? {})) labels[label] = at + offset;
    relocations.push(...piece.relocations.map((one) => ({ ...one, offset: at + one.offset })));
    at += piece.bytes.length;
  }
  return { bytes: concat(pieces.map(({ bytes }) => bytes)), relocations, labels };
}

/** Labels of `faultsThen` and of `bugThen`. */
export const faultLabel = (prefix: string, number: number): string => `${prefix}.fault.${number}`;
export const fixupLabel = (prefix: string, number: number): string => `${prefix}.fixup.${number}`;
export const bugLabel = (prefix: string): string => `${prefix}.bug`;

/** Faults so many times in turn, and goes on to `then` if each fault resumes at the fix-up of its number, from 1 on. */
export function faultsThen(times: number, then: Code, prefix: string): Code {
  const fault = faults();
  const steps = Array.from({ length: times }, (_, index) =>
    labelled(fault, {
      [faultLabel(prefix, index + 1)]: 0,
      [fixupLabel(prefix, index + 1)]: fault.bytes.length,
    }),
  );
  return joined([...steps, then]);
}

/** The undefined instruction of a bug frame, then something else. */
export const bugThen = (instruction: BugInstruction, then: Code, prefix: string): Code =>
  joined([labelled(machineCode(BUG_INSTRUCTION[instruction]), { [bugLabel(prefix)]: 0 }), then]);

/** `ud2` (2 bytes), as a BUG or WARN compiles to; comes back where that is seen to. */
export const ud2 = (): Code => once(['ud2'], () => [{ instruction: Instruction.create(Op.Ud2) }, ...returnZero()]);

/** Calls a symbol and returns what it returned. */
export const calls = (symbol: string, type: RelocationType = 'PLT32'): Code =>
  once(['calls', symbol, type], () => [...withFrame([call(symbol, type)]), ret()]);

/** Goes on at a symbol, as a tail call does. */
export const jumpsTo = (symbol: string): Code =>
  once(['jumpsTo', symbol], () => [
    { instruction: Instruction.createBranch(Op.Jmp_rel32_64, 0n), relocation: to({ symbol }, 0n, 'PLT32') },
  ]);

/** Bytes as they are, without relocations. */
export const machineCode = (bytes: Uint8Array): Code => ({ bytes, relocations: [] });

const NOP = 0x90;

/** The code with nops after it, `length` bytes in all. RangeError where it is longer. */
export function padded(code: Code, length: number): Code {
  if (!Number.isInteger(length) || length < code.bytes.length)
    throw new RangeError(`padded: expected at least ${code.bytes.length} bytes, got ${length}`);
  const bytes = new Uint8Array(length).fill(NOP);
  bytes.set(code.bytes);
  return { ...code, bytes };
}

/** The code with names for places in it, so that an exception table or a bug frame can point there. */
export const labelled = (code: Code, labels: Readonly<Record<string, number>>): Code => ({
  ...code,
  labels: { ...code.labels, ...labels },
});
