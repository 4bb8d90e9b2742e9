/** Near branches in machine code: where they are, and where they lead. Places are bytes from the start of the code. */
import { Decoder, DecoderOptions, FlowControl, Instruction } from 'iced-x86';
import { BRANCH } from '../../abi/code';
import { s32At } from '../../bytes';

export interface Branch {
  /** Its opcode: of its bytes the first, but for a prefix. */
  readonly at: number;
  readonly target: number;
}

const ESCAPE = 0x0f;
/** `jcc` with a distance in 32 bits has the escape and one of these; in 8 bits, one of the others alone. */
const isFarCondition = (byte: number | undefined): boolean => byte !== undefined && byte >> 4 === 0x8;
const SHORT_JUMP = 0xeb;
const isNearCondition = (byte: number): boolean => byte >> 4 === 0x7 || (byte >= 0xe0 && byte <= 0xe3);
/** Bytes of a distance of 32 bits. */
const DISTANCE = 4;

/**
 * What may be a call or jump with a distance in 32 bits, by its bytes alone: it may also be the middle of another
 * instruction. `wanted` says of a target whether it counts.
 */
export function longBranches(code: Uint8Array, wanted: (target: number) => boolean): readonly Branch[] {
  const found: Branch[] = [];
  for (let at = 0; at + DISTANCE < code.length; at++) {
    const byte = code[at];
    const isJump = byte === BRANCH.call || byte === BRANCH.jump;
    const size = isJump ? 1 : byte === ESCAPE && isFarCondition(code[at + 1]) ? 2 : 0;
    if (size === 0 || at + size + DISTANCE > code.length) continue;
    const target = at + size + DISTANCE + s32At(code, at + size);
    if (wanted(target)) found.push({ at, target });
  }
  return found;
}

/** Likewise, with a distance in 8 bits. */
export function shortBranchesTo(code: Uint8Array, target: number): readonly Branch[] {
  const found: Branch[] = [];
  for (let at = Math.max(0, target - 0x81); at < Math.min(code.length - 1, target + 0x7f); at++) {
    const byte = code[at] ?? 0;
    if (byte !== SHORT_JUMP && !isNearCondition(byte)) continue;
    if (at + 2 + (((code[at + 1] ?? 0) << 24) >> 24) === target) found.push({ at, target });
  }
  return found;
}

const BRANCHES: readonly FlowControl[] = [
  FlowControl.UnconditionalBranch,
  FlowControl.ConditionalBranch,
  FlowControl.Call,
];
/** Bytes of the longest instruction. */
const LONGEST_INSTRUCTION = 15;

/** Where a near call or jump leads; undefined for another instruction. */
const targetOf = ({ flowControl, nearBranchTarget }: Instruction): number | undefined =>
  BRANCHES.includes(flowControl) ? Number(BigInt.asIntN(64, nearBranchTarget)) : undefined;

/** Decodes the code from `start` up to `end`, and calls `visit` with each instruction and the bytes that it has. */
function decode(
  code: Uint8Array,
  start: number,
  end: number,
  visit: (instruction: Instruction, from: number, to: number) => void,
): void {
  const decoder = new Decoder(64, code.subarray(start, end + LONGEST_INSTRUCTION), DecoderOptions.None);
  const instruction = new Instruction();
  try {
    for (let from = start; from < end && decoder.canDecode; from = start + decoder.position) {
      decoder.ip = BigInt(from);
      decoder.decodeOut(instruction);
      // `udb`, which the decoder does not know, is a single byte.
      if (instruction.isInvalid) decoder.position = from - start + 1;
      visit(instruction, from, start + decoder.position);
    }
  } finally {
    instruction.free();
    decoder.free();
  }
}

/** Those of the supposed branches that are instructions of the code that begins at `start`. One pass. */
export function realBranches(code: Uint8Array, start: number, supposed: readonly Branch[]): readonly Branch[] {
  const byPlace = new Map(supposed.map((branch) => [branch.at, branch]));
  const end = supposed.reduce((last, { at }) => Math.max(last, at + 1), start);
  const real: Branch[] = [];
  decode(code, start, end, (instruction, from, to) => {
    for (let at = from; at < to; at++) {
      const own = byPlace.get(at);
      if (own !== undefined && targetOf(instruction) === own.target) real.push(own);
    }
  });
  return real;
}
