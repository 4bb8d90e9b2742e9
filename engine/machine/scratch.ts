/**
 * Scratch regions: stacks, heaps, the domains' memory. There is too much of it to copy or compare all, and most of it
 * is never used. So a region is copied when it is first touched, by a CPU that gets it or by a write of the host, and
 * only touched regions are compared.
 */
import type { NewRegion, Region, RegionList } from './regions';

export interface Scratch {
  /** The region is about to be written, or to come within reach of a CPU. Does nothing for other regions. */
  readonly touch: (region: Region) => void;
  /** What is in these regions now is what `renew` goes back to. Others that are mapped later are not copied. */
  readonly remember: (regions: readonly Region[]) => void;
  /**
   * Puts back the contents of the regions that were touched and are still there. `keepsHolding` says which of them
   * count as touched from the start, because a CPU has them.
   */
  readonly renew: (
    find: RegionList['find'],
    restore: (region: Region, copy: Uint8Array) => void,
    keepsHolding: (region: Region) => boolean,
  ) => void;
}

export function createScratch(): Scratch {
  let touched = new Map<Region, Uint8Array>();
  let remembered: ReadonlySet<Region> | undefined;
  return {
    touch(region) {
      if (!region.scratch || touched.has(region) || remembered?.has(region) === false) return;
      touched.set(region, region.bytes.slice());
    },
    remember(regions) {
      remembered = new Set(regions);
      touched = new Map([...touched.keys()].map((region) => [region, region.bytes.slice()]));
    },
    renew(find, restore, keepsHolding) {
      for (const [region, copy] of touched) {
        // A part of a split region is not one of the restored regions.
        const isThere = find(region.start) === region;
        if (isThere) restore(region, copy);
        if (!isThere || !keepsHolding(region)) touched.delete(region);
      }
    },
  };
}

const FIRST_SIZE = 64 * 1024;

interface Mappable {
  readonly map: (region: NewRegion) => void;
}

/**
 * Maps zeros, rw-, as scratch regions, each as large as all before it: whatever part from the start is used, at most
 * twice as much is touched. `size`: 64 KiB times a power of two.
 */
export function mapScratch(memory: Mappable, name: string, start: bigint, size: number): void {
  for (let from = 0; from < size; from = Math.max(FIRST_SIZE, 2 * from)) {
    const bytes = new Uint8Array(Math.max(FIRST_SIZE, from));
    memory.map({ name, start: start + BigInt(from), bytes, permissions: 'rw-', scratch: true });
  }
}
