/** Whose memory a region is. */
import type { MemoryRegion, PayloadPart, RegionOwner } from './target';

/** "hello text", "image rodata". */
export const ownerText = (owner: RegionOwner): string =>
  'payload' in owner ? `${owner.payload} ${owner.part}` : owner.image;

/** A region of a payload. */
export interface PayloadRegion extends MemoryRegion {
  readonly owner: { readonly payload: string; readonly part: PayloadPart };
}

const isOfPayload = (region: MemoryRegion): region is PayloadRegion => 'payload' in region.owner;

/** The regions of the payload of this name, in the order of their addresses. */
export const payloadRegions = (regions: readonly MemoryRegion[], name: string): readonly PayloadRegion[] =>
  regions
    .filter(isOfPayload)
    .filter(({ owner }) => owner.payload === name)
    .sort((one, other) => (one.start < other.start ? -1 : 1));

/** The region that has the address. */
export const regionAt = (regions: readonly MemoryRegion[], address: bigint): MemoryRegion | undefined =>
  regions.find(({ start, size }) => start <= address && address < start + BigInt(size));
