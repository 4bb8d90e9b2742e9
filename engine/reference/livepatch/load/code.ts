/** The few instructions that the hypervisor writes itself. Clauses FUNC-5, TRAMP-1, V2-CET-1. */
import { TRAMPOLINE_SIZE } from '../../../abi/hypercall';

/** The no-operations that Intel and AMD recommend, 1 to 9 bytes. */
const NOPS: readonly Buffer[] = [
  '90',
  '6690',
  '0f1f00',
  '0f1f4000',
  '0f1f440000',
  '660f1f440000',
  '0f1f8000000000',
  '0f1f840000000000',
  '660f1f840000000000',
].map((digits) => Buffer.from(digits, 'hex'));
const LONGEST = NOPS.length;
/** Longer runs are cut: no rule lets one be that long. */
export const NOPS_LIMIT = 4096;

/** `length` bytes that do nothing, in as few instructions as can be. */
export function nops(length: number): Uint8Array {
  const run = Math.max(0, Math.min(length, NOPS_LIMIT));
  const bytes = new Uint8Array(run);
  for (let at = 0; at < run; at += LONGEST) bytes.set(NOPS[Math.min(LONGEST, run - at) - 1] ?? [], at);
  return bytes;
}

/** What a jump at `from` to `to` encodes: the distance from its end, signed. */
export function displacement(from: bigint, to: bigint): bigint {
  return BigInt.asIntN(64, to - from - BigInt(TRAMPOLINE_SIZE));
}

/** `e9` and the displacement, low byte first. A displacement that does not fit is cut. */
export function trampoline(from: bigint, to: bigint): Uint8Array {
  const bytes = new Uint8Array(TRAMPOLINE_SIZE);
  bytes[0] = 0xe9;
  new DataView(bytes.buffer).setInt32(1, Number(BigInt.asIntN(32, displacement(from, to))), true);
  return bytes;
}

const ENDBR64 = Uint8Array.of(0xf3, 0x0f, 0x1e, 0xfa);

export const isEndbr64 = (bytes: Uint8Array): boolean => ENDBR64.every((byte, at) => bytes[at] === byte);
