/** What is mapped in an address space: a list in the order of the addresses. */
import { countUpTo } from '../sorted';
import type { Permissions } from './permissions';

export interface Region {
  readonly name: string;
  /** A multiple of the page size. */
  readonly start: bigint;
  readonly bytes: Uint8Array;
  readonly permissions: Permissions;
  /** Contents that undoing an action leaves alone: stacks, heaps, the domains' memory. Only a reset restores them. */
  readonly scratch: boolean;
}

/** A region to be mapped; no scratch region unless it says so. */
export type NewRegion = Omit<Region, 'scratch'> & Partial<Pick<Region, 'scratch'>>;

/** The address after its last byte. */
export const endOf = (region: Region): bigint => region.start + BigInt(region.bytes.length);

export interface RegionList {
  readonly all: () => readonly Region[];
  /** Takes other regions instead, in the order of their addresses. */
  readonly set: (regions: readonly Region[]) => void;
  /** The region that has the address. */
  readonly find: (address: bigint) => Region | undefined;
  /** The region that has the address, or the first one after it. */
  readonly findFrom: (address: bigint) => Region | undefined;
  /** The stretches of [start, end) where nothing is mapped. */
  readonly gaps: (start: bigint, end: bigint) => readonly { readonly start: bigint; readonly end: bigint }[];
  /** Where [address, address + length) is, if one region has all of it. */
  readonly locate: (
    address: bigint,
    length: number,
  ) => { readonly region: Region; readonly offset: number } | undefined;
  /**
   * Calls `visit` with each piece of [address, address + length): its region, its offset there, how much came before
   * it, its size. False if a byte is not mapped.
   */
  readonly pieces: (
    address: bigint,
    length: number,
    visit: (region: Region, offset: number, before: number, size: number) => void,
  ) => boolean;
  /**
   * The regions that are in [start, start + size), wholly or in part; `replace` puts others, in any order, into their
   * places.
   */
  readonly overlapping: (
    start: bigint,
    size: number,
  ) => { readonly regions: readonly Region[]; readonly replace: (others: readonly Region[]) => void };
}

export function createRegionList(): RegionList {
  let list: readonly Region[] = [];
  /** Where the last look-up ended: the next one is mostly for the same region. */
  let latest: { readonly region: Region; readonly end: bigint } | undefined;

  const set = (regions: readonly Region[]): void => {
    list = regions;
    latest = undefined;
  };
  /** How many regions start at or before the address. */
  const startingUpTo = (address: bigint): number => countUpTo(list, address, ({ start }) => start);
  const overlapping: RegionList['overlapping'] = (start, size) => {
    const to = startingUpTo(start + BigInt(size) - 1n);
    const before = startingUpTo(start) - 1;
    const first = list[before];
    const from = first !== undefined && start < endOf(first) ? before : before + 1;
    return {
      regions: list.slice(from, to),
      replace: (others) => {
        const sorted = [...others].sort((a, b) => (a.start < b.start ? -1 : 1));
        set(list.toSpliced(from, to - from, ...sorted));
      },
    };
  };
  const find: RegionList['find'] = (address) => {
    if (latest !== undefined && latest.region.start <= address && address < latest.end) return latest.region;
    const region = list[startingUpTo(address) - 1];
    if (region === undefined || address >= endOf(region)) return undefined;
    latest = { region, end: endOf(region) };
    return region;
  };

  const findFrom: RegionList['findFrom'] = (address) => find(address) ?? list[startingUpTo(address)];

  const gaps: RegionList['gaps'] = (start, end) => {
    const found: { readonly start: bigint; readonly end: bigint }[] = [];
    for (let from = start; from < end;) {
      const next = findFrom(from);
      const to = next === undefined || next.start > end ? end : next.start;
      if (from < to) found.push({ start: from, end: to });
      from = next === undefined ? end : endOf(next);
    }
    return found;
  };

  const locate: RegionList['locate'] = (address, length) => {
    const region = find(address);
    if (region === undefined) return undefined;
    const offset = Number(address - region.start);
    return offset + length <= region.bytes.length ? { region, offset } : undefined;
  };
  const pieces: RegionList['pieces'] = (address, length, visit) => {
    for (let done = 0; done < length;) {
      const region = find(address + BigInt(done));
      if (region === undefined) return false;
      const offset = Number(address + BigInt(done) - region.start);
      const size = Math.min(length - done, region.bytes.length - offset);
      visit(region, offset, done, size);
      done += size;
    }
    return true;
  };

  return { all: () => list, set, find, findFrom, gaps, locate, pieces, overlapping };
}
