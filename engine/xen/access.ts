/** Writes numbers to Xen's memory, at addresses that its code chose (`GuestFault` if nothing is mapped), and reads text. */
import { wordBytes } from '../bytes';
import type { AddressSpace } from '../machine/address-space';

/** Writes the low `size` bytes of a number. */
export function writeNumber(memory: AddressSpace, address: bigint, value: bigint, size: 1 | 2 | 4 | 8 = 8): void {
  memory.guest.write(address, wordBytes(value, size));
}

const CHUNK = 64;

/** The text up to its NUL, or as far as it can be read; at most 1024 characters. */
export function readText(memory: AddressSpace, address: bigint): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < 1024; at += CHUNK) {
    const chunk = memory.tryRead(address + BigInt(at), CHUNK);
    if (chunk === undefined) break;
    const end = chunk.indexOf(0);
    parts.push(Buffer.from(end < 0 ? chunk : chunk.subarray(0, end)));
    if (end >= 0) break;
  }
  return Buffer.concat(parts).toString('latin1');
}
