/** What a payload says of itself, read without judging it: for showing. */
import { pageStarts } from '../pages';
import type { LoadedPayload, LoadedRegion } from '../reference/livepatch/load';
import { readPayload, type Reading } from '../reference/livepatch/load/reading';
import type { Revision } from '../abi/hypercall';
import type { EmulatedTarget } from '../target';

/** All that there are. */
const ADDRESSES = 1n << 64n;

/** A payload and the places it names, as far as the file can be read. */
export interface Inspected extends Omit<LoadedPayload, 'regions'> {
  readonly regions: readonly Omit<LoadedRegion, 'bytes'>[];
}

/** A payload that was read for a hypervisor, with all that came of it; it stays in the process that read it. */
export interface ReadPayload {
  readonly revision: Revision;
  readonly reading: Reading;
  readonly payload: LoadedPayload;
  /** The payload as it is in memory, from its base on. */
  readonly memory: Uint8Array;
}

/** Reads the file as if it were placed at `base`, with the symbols of this hypervisor. Never throws. */
export function readFor(file: Uint8Array, target: EmulatedTarget, base: bigint): ReadPayload {
  const { revision } = target.hypervisor;
  const reading = readPayload(file, {
    revision,
    hypervisorSymbol: target.image.symbol,
    payloadSymbol: () => undefined,
    place: () => base,
    mapped: (address, length) => readable(target, address, length),
    isData: () => false,
    isProtected: () => false,
    cpuHas: () => false,
  });
  return { revision, reading, payload: reading.payload(), memory: reading.altered().memory };
}

/** What can be shown of it. */
export const inspectedOf = ({ payload }: ReadPayload): Inspected => ({
  ...payload,
  regions: payload.regions.map(({ bytes: _, ...region }) => region),
});

/** Likewise, of a file. */
export const inspect = (file: Uint8Array, target: EmulatedTarget, base: bigint): Inspected =>
  inspectedOf(readFor(file, target, base));

/** Bytes of the hypervisor; undefined where not all of them are mapped. */
export function readable(
  target: Pick<EmulatedTarget, 'memory'>,
  address: bigint,
  length: number,
): Uint8Array | undefined {
  const last = address + BigInt(Math.max(length, 1) - 1);
  if (address < 0n || last >= ADDRESSES) return undefined;
  for (const page of pageStarts(address, last + 1n)) if (target.memory.permissions(page) === '---') return undefined;
  return target.memory.read(address, length);
}
