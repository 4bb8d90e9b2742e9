/** What the hypervisor writes to do nothing: nops. Clause FUNC-5. */
import { bytesOfHex } from '../../../bytes';

/** The no-operations that Intel and AMD recommend, 1 to 9 bytes. */
const NOPS: readonly Uint8Array[] = [
  '90',
  '6690',
  '0f1f00',
  '0f1f4000',
  '0f1f440000',
  '660f1f440000',
  '0f1f8000000000',
  '0f1f840000000000',
  '660f1f840000000000',
].map(bytesOfHex);
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
