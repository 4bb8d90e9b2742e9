/**
 * What code for payloads is put together from: instructions by an assembler library, the relocations they need, and
 * pieces of code one after the other.
 */
import { Code as Op, Encoder, Instruction, MemoryOperand, Register } from 'iced-x86';
import { NOP } from '../../engine/abi/code';
import type { RelocationType } from '../../engine/abi/elf';
import { createCache } from '../../engine/cache';
import { concat } from './bytes';

/** The target of a relocation in code: a symbol (or a section, by its name), or a string that belongs to the code. */
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

/** One instruction, and the target of its rip-relative, branch or 64-bit operand. */
export interface Step {
  readonly instruction: Instruction;
  readonly relocation?: { readonly type: RelocationType; readonly target: CodeTarget; readonly addend: bigint };
}

/** One encoder for all code, because each keeps WebAssembly memory. */
let sharedEncoder: Encoder | undefined;

/** Encodes one instruction; its relocated operand is left zero, and the result says where that is. */
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
  // The CPU counts from the end of the instruction, but the relocation from its own field.
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
export const memory = (base: Register, displacement = 0n, size = 0): MemoryOperand =>
  new MemoryOperand(base, Register.None, 1, displacement, size, false, Register.None);
/** rip-relative memory; the relocation says where. */
export const elsewhere = (): MemoryOperand => memory(Register.RIP, 0n, 8);

export const to = (target: CodeTarget, addend = 0n, type: RelocationType = 'PC32') => ({ type, target, addend });

export const ret = (): Step => ({ instruction: Instruction.create(Op.Retnq) });
export const returnZero = (): readonly Step[] => [
  { instruction: Instruction.createRegReg(Op.Xor_r32_rm32, Register.EAX, Register.EAX) },
  ret(),
];

/** Keeps the stack 16-byte aligned around calls. */
export const withFrame = (steps: readonly Step[]): readonly Step[] => [
  { instruction: Instruction.createRegI32(Op.Sub_rm64_imm8, Register.RSP, 8) },
  ...steps,
  { instruction: Instruction.createRegI32(Op.Add_rm64_imm8, Register.RSP, 8) },
];

export const loadAddress = (register: Register, target: CodeTarget, addend = 0n): Step => ({
  instruction: Instruction.createRegMem(Op.Lea_r64_m, register, elsewhere()),
  relocation: to(target, addend),
});

export const call = (symbol: string, type: RelocationType = 'PLT32'): Step => ({
  instruction: Instruction.createBranch(Op.Call_rel32_64, 0n),
  relocation: to({ symbol }, 0n, type),
});

/** Number of different codes; the whole suite has fewer. */
const CODES = createCache<Code>(4096);

/** The code of these steps, which `key` identifies. An assembler in WebAssembly is slow, so codes are kept. */
export const assembled = (key: readonly unknown[], steps: () => readonly Step[]): Code =>
  CODES.get(key.join('\0'), () => assemble(steps()));

/** Bytes as they are, without relocations. */
export const machineCode = (bytes: Uint8Array): Code => ({ bytes, relocations: [] });

/** The code with nops after it, `length` bytes in all. RangeError if it is longer. */
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

/** One piece of code after the other; labels of each keep their places. */
export function joined(pieces: readonly Code[]): Code {
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
