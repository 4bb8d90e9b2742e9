/** Strings that a payload points to: in itself, or in the hypervisor. */
import { asBuffer } from '../../../bytes';
import { stringAt, wrap } from '../../object/bytes';
import type { Placement, Surroundings } from './types';

/** Bytes of a string that are read from the hypervisor. */
const LIMIT = 256;

/** The string at an address, undefined if nothing is mapped there. It ends at NUL or where the memory does. */
export function readString(
  placement: Placement,
  { mapped }: Pick<Surroundings, 'mapped'>,
  address: bigint,
): string | undefined {
  const offset = wrap(address - placement.base);
  if (offset < BigInt(placement.memory.length)) return stringAt(asBuffer(placement.memory), Number(offset));
  const bytes: number[] = [];
  while (bytes.length < LIMIT) {
    const byte = mapped(wrap(address + BigInt(bytes.length)), 1)?.[0];
    if (byte === undefined && bytes.length === 0) return undefined;
    if (byte === undefined || byte === 0) break;
    bytes.push(byte);
  }
  return Buffer.from(bytes).toString('latin1');
}
