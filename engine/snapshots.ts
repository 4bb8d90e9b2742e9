/** Snapshots of a hypervisor's memory, of whatever target. */
import type { Region } from './machine/address-space';
import { createCopies } from './machine/copies';
import type { MemoryRegion, MemorySnapshot, RegionOwner } from './target';

/** A region of the hypervisor, for observers. */
export interface ShownRegion extends Pick<Region, 'start' | 'bytes' | 'permissions'> {
  readonly owner: RegionOwner;
}

export const describeRegion = ({ owner, start, bytes, permissions }: ShownRegion): MemoryRegion => {
  return { owner, start, size: bytes.length, permissions };
};

/** The function takes a snapshot of the regions; its bytes must not be written to. */
export function createSnapshots(): (regions: readonly ShownRegion[]) => MemorySnapshot {
  const copies = createCopies();
  return (regions) => ({
    regions: copies(regions).map(({ stretch: { owner, start, bytes, permissions }, copy }) => ({
      owner,
      start,
      size: bytes.length,
      permissions,
      content: copy,
    })),
  });
}
