/** Snapshots of a hypervisor's memory, of whatever target. */
import type { Region } from './machine/address-space';
import type { MemoryRegion, MemorySnapshot } from './target';

/** A region as those who look at the hypervisor see it. */
export type ShownRegion = Pick<Region, 'name' | 'start' | 'bytes' | 'permissions'>;

export const describeRegion = ({ name, start, bytes, permissions }: ShownRegion): MemoryRegion => {
  return { name, start, size: bytes.length, permissions };
};

/**
 * The function takes a snapshot of the regions. Most of a hypervisor's memory is the same from one snapshot to the next:
 * what did not change has one copy in both, which must therefore not be written to.
 */
export function createSnapshots(): (regions: readonly ShownRegion[]) => MemorySnapshot {
  let last = new Map<bigint, Uint8Array>();
  return (regions) => {
    const copyOf = ({ start, bytes }: ShownRegion): Uint8Array => {
      const copy = last.get(start);
      return copy !== undefined && Buffer.compare(copy, bytes) === 0 ? copy : bytes.slice();
    };
    const taken = regions.map((region) => ({ ...describeRegion(region), bytes: copyOf(region) }));
    last = new Map(taken.map(({ start, bytes }) => [start, bytes]));
    return { regions: taken };
  };
}
