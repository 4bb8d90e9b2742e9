/** The instructions that the document and its hypervisors name byte by byte. Clauses TRAMP-1, TRAMP-2, V2-CET-1. */
import { s32At, wordBytes } from '../bytes';

/** The first bytes of a function that may be called by a pointer. V2-CET-1. */
export const ENDBR64 = Uint8Array.of(0xf3, 0x0f, 0x1e, 0xfa);

export const beginsWithEndbr64 = (code: Uint8Array): boolean => ENDBR64.every((byte, at) => code[at] === byte);

export const NOP = 0x90;

/** A near call or jump: its opcode, and the distance from its end in 32 bits. */
export const BRANCH_SIZE = 5;
export const BRANCH = { call: 0xe8, jump: 0xe9 } as const;

/** TRAMP-1: a jump. */
export const TRAMPOLINE_SIZE = BRANCH_SIZE;

/** Whether code begins with a whole near call or jump; `opcode`: with that one. */
export const isBranch = (code: Uint8Array, opcode?: number): boolean =>
  code.length >= BRANCH_SIZE && Object.values(BRANCH).some((own) => code[0] === own && own === (opcode ?? own));

/** The displacement of a call or jump at `from` to `to`: the distance from its end, signed. */
export const displacement = (from: bigint, to: bigint): bigint => BigInt.asIntN(64, to - from - BigInt(BRANCH_SIZE));

/** A jump at `from` to `to`. A distance that does not fit in 32 bits is cut. */
export const jump = (from: bigint, to: bigint): Uint8Array =>
  Uint8Array.of(BRANCH.jump, ...wordBytes(displacement(from, to), 4));

/** Where the call or jump at `from` leads. RangeError if it is not whole. */
export const branchTarget = (code: Uint8Array, from: bigint): bigint =>
  BigInt.asUintN(64, from + BigInt(BRANCH_SIZE + s32At(code, 1)));
