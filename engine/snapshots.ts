/** Snapshots of a hypervisor's memory, of whatever target. */
import type { Copier, Region } from './machine/address-space';
import type { MemoryRegion, MemorySnapshot, RegionOwner } from './target';

/** A region of the hypervisor, for observers. */
export interface ShownRegion extends Pick<Region, 'start' | 'bytes' | 'permissions'> {
  readonly owner: RegionOwner;
}

export const describeRegion = ({ owner, start, bytes, permissions }: ShownRegion): MemoryRegion => {
  return { owner, start, size: bytes.length, permissions };
};

/** `copies`: of the memory that the regions are in. The function takes a snapshot; its bytes must not be written to. */
export function createSnapshots(copies: Copier): (regions: readonly ShownRegion[]) => MemorySnapshot {
  return (regions) => ({
    regions: copies(regions).map(({ stretch, copy }) => ({ ...describeRegion(stretch), content: copy })),
  });
}
