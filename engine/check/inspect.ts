/** What a payload says of itself, read without judging it: for showing. */
import { pageStarts } from '../pages';
import type { LoadedPayload, LoadedRegion } from '../reference/livepatch/load';
import { readPayload } from '../reference/livepatch/load/reading';
import type { EmulatedTarget } from '../target';

/** All that there are. */
const ADDRESSES = 1n << 64n;

/** A payload and the places it names, as far as the file can be read. */
export interface Inspected extends Omit<LoadedPayload, 'regions'> {
  readonly regions: readonly Omit<LoadedRegion, 'bytes'>[];
}

/** Reads the file as if it were placed at `base`, with the symbols of this hypervisor. Never throws. */
export function inspect(file: Uint8Array, target: EmulatedTarget, base: bigint): Inspected {
  const reading = readPayload(file, {
    revision: target.hypervisor.revision,
    hypervisorSymbol: target.image.symbol,
    payloadSymbol: () => undefined,
    place: () => base,
    mapped: (address, length) => readable(target, address, length),
    isData: () => false,
    isProtected: () => false,
    cpuHas: () => false,
  });
  const payload = reading.payload();
  return { ...payload, regions: payload.regions.map(({ bytes: _, ...region }) => region) };
}

/** Bytes of the hypervisor; undefined if not all of them are mapped. */
export function readable(target: EmulatedTarget, address: bigint, length: number): Uint8Array | undefined {
  const last = address + BigInt(Math.max(length, 1) - 1);
  if (address < 0n || last >= ADDRESSES) return undefined;
  for (const page of pageStarts(address, last + 1n)) if (target.memory.permissions(page) === '---') return undefined;
  return target.memory.read(address, length);
}
