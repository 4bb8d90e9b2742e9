/** The bytes of an address space, as the host reads and writes them. */
import { hex } from '../bytes';
import { endOf, type Region, type RegionList } from './regions';

export interface Contents {
  /** Whether all of the bytes are mapped. */
  readonly has: (address: bigint, length: number) => boolean;
  /** A copy of the bytes, or undefined if one of them is not mapped. */
  readonly tryRead: (address: bigint, length: number) => Uint8Array | undefined;
  /** Like `tryRead`; RangeError if a byte is not mapped. */
  readonly read: (address: bigint, length: number) => Uint8Array;
  /** A write by the host: past permissions, seen by every vCPU. RangeError if a byte is not mapped. */
  readonly write: (address: bigint, bytes: Uint8Array) => void;
  /** The same for addresses that the emulated code chose: `GuestFault` if a byte is not mapped. */
  readonly guest: GuestMemory;
}

/** Memory as the emulated code sees it, past permissions. */
export type GuestMemory = Pick<Contents, 'read' | 'write'>;

/**
 * The host accesses unmapped memory for the emulated code. That is a fault of that code, not an error of this program:
 * the vCPU treats it as a fault of the code that it runs.
 */
export class GuestFault extends Error {
  readonly access: 'read' | 'write';
  /** The first byte that is not mapped. */
  readonly address: bigint;
  constructor(access: 'read' | 'write', address: bigint) {
    super(`${access} of unmapped memory at ${hex(address)}`);
    this.access = access;
    this.address = address;
  }
}

/** `store` writes to one region. */
export function createContents(
  { find, locate, pieces }: RegionList,
  store: (region: Region, offset: number, bytes: Uint8Array) => void,
): Contents {
  /** The first byte that is not mapped, or one after the end. */
  const firstMissing = (address: bigint, length: number): bigint => {
    const end = address + BigInt(length);
    let at = address;
    for (let region = find(at); region !== undefined && at < end; region = find(at)) at = endOf(region);
    return at;
  };
  const has = (address: bigint, length: number): boolean =>
    locate(address, length) !== undefined || firstMissing(address, length) >= address + BigInt(length);
  const tryRead = (address: bigint, length: number): Uint8Array | undefined => {
    const one = locate(address, length);
    if (one !== undefined) return new Uint8Array(one.region.bytes.subarray(one.offset, one.offset + length));
    // Only once it is known that there are that many bytes: anybody may have chosen the length.
    if (!has(address, length)) return undefined;
    const result = new Uint8Array(length);
    pieces(address, length, (region, offset, from, size) => {
      result.set(region.bytes.subarray(offset, offset + size), from);
    });
    return result;
  };
  /** False if a byte is not mapped; those before it are written. */
  const tryWrite = (address: bigint, from: Uint8Array): boolean => {
    const one = locate(address, from.length);
    if (one === undefined)
      return pieces(address, from.length, (region, offset, done, size) =>
        store(region, offset, from.subarray(done, done + size)),
      );
    store(one.region, one.offset, from);
    return true;
  };
  return {
    has,
    tryRead,
    read(address, length) {
      const bytes = tryRead(address, length);
      if (bytes === undefined)
        throw new RangeError(`read: expected ${length} mapped bytes at ${hex(address)}, got fewer`);
      return bytes;
    },
    write(address, bytes) {
      if (!tryWrite(address, bytes))
        throw new RangeError(`write: expected ${bytes.length} mapped bytes at ${hex(address)}, got fewer`);
    },
    guest: {
      read(address, length) {
        const bytes = tryRead(address, length);
        if (bytes === undefined) throw new GuestFault('read', firstMissing(address, length));
        return bytes;
      },
      write(address, bytes) {
        if (!tryWrite(address, bytes)) throw new GuestFault('write', firstMissing(address, bytes.length));
      },
    },
  };
}
