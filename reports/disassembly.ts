/** Machine code for people. */
import { Decoder, DecoderError, DecoderOptions, Formatter, FormatterSyntax, OpKind } from 'iced-x86';
import type { Instruction as Decoded } from 'iced-x86';

export interface Instruction {
  /** From the first byte of the reading. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** In the syntax of the GNU assembler, like the document's listings. */
  readonly text: string;
  /** The address that it jumps to, calls, or refers to. */
  readonly target: bigint | undefined;
}

const formatter = new Formatter(FormatterSyntax.Gas);
formatter.uppercaseHex = false;
formatter.spaceAfterOperandSeparator = true;
formatter.smallHexNumbersInDecimal = false;

function targetOf(instruction: Decoded): bigint | undefined {
  const kind = instruction.opCount > 0 ? instruction.opKind(0) : undefined;
  if (kind === OpKind.NearBranch64) return instruction.nearBranchTarget;
  return instruction.isIpRelMemoryOperand ? instruction.ipRelMemoryAddress : undefined;
}

/**
 * The instructions in `bytes` at `address`. Bytes that are no instruction are `(bad)`; an instruction that is cut off
 * at the end is `…`.
 *
 * `before`: the bytes that were there before. If a change ends inside an old instruction, the rest of that instruction
 * is not decoded, and decoding continues with the next old one.
 */
export function disassemble(address: bigint, bytes: Uint8Array, before?: Uint8Array): readonly Instruction[] {
  const lastChanged = bytes.findLastIndex((byte, at) => before?.[at] !== undefined && before[at] !== byte);
  const starts =
    before === undefined || lastChanged < 0 ? [] : disassemble(address, before).map(({ offset }) => offset);
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  const instructions: Instruction[] = [];
  try {
    for (let offset = 0; offset < bytes.length; offset += instructions.at(-1)?.length ?? 1) {
      const next = offset > lastChanged ? starts.find((start) => start >= offset) : undefined;
      if (next !== undefined && next > offset)
        instructions.push({ offset, length: next - offset, text: '(rest of an old instruction)', target: undefined });
      else instructions.push(decodeAt(decoder, address, offset, bytes.length));
    }
  } finally {
    decoder.free();
  }
  return instructions;
}

function decodeAt(decoder: Decoder, address: bigint, offset: number, end: number): Instruction {
  decoder.position = offset;
  decoder.ip = BigInt.asUintN(64, address + BigInt(offset));
  const instruction = decoder.decode();
  try {
    if (decoder.lastError === DecoderError.NoMoreBytes)
      return { offset, length: end - offset, text: '…', target: undefined };
    return { offset, length: instruction.length, text: formatter.format(instruction), target: targetOf(instruction) };
  } finally {
    instruction.free();
  }
}

const MAX_FOLDED = 8;

/** Joins runs of one single-byte instruction, such as padding. `longest`: the most instructions in a run. */
export function foldPadding(instructions: readonly Instruction[], longest = MAX_FOLDED): readonly Instruction[] {
  const folded: Instruction[] = [];
  let times = 1;
  for (const [at, instruction] of instructions.entries()) {
    const { length, text } = instruction;
    const next = instructions[at + 1];
    if (length === 1 && next?.length === 1 && next.text === text && times < longest) {
      times++;
      continue;
    }
    const name = times > 1 ? `${text} × ${times}` : text;
    folded.push({ ...instruction, offset: instruction.offset - times + 1, length: length + times - 1, text: name });
    times = 1;
  }
  return folded;
}
