/**
 * Where the payload is placed: three regions of whole pages, one after the other, text (r-x), data (rw-) and
 * read-only data (r--), and in each the sections of its kind in the order of the file. A region begins at a multiple of
 * the largest alignment in it, so there may be free pages between two of them. Clauses PLACE-1 to PLACE-7, ELF-10, ELF-16.
 */
import { SHF, SHT } from '../../../abi/elf';
import { pagesFor, pageUp, sizeOfPages } from '../../../pages';
import { wrap } from '../../object/bytes';
import { isAllocated, isPlaced, type ObjectFile, type Section } from '../../object/object';
import { REGIONS, type Region } from './regions';
import type { Place, PlacedRegion, PlacedSection, Placement } from './types';

/** A payload of more pages finds no room, whatever the place says: 64 MiB. */
const PAGES_LIMIT = 16384n;

const roundUp = (value: bigint, to: bigint): bigint => (to === 0n ? value : ((value + to - 1n) / to) * to);
const sizeOf = ({ header, contents }: Section): bigint =>
  header.sh_type === SHT.NOBITS ? header.sh_size : BigInt(contents.length);

function regionOf({ header }: Section): Region['name'] {
  if ((header.sh_flags & SHF.EXECINSTR) !== 0n) return 'text';
  return (header.sh_flags & SHF.WRITE) !== 0n ? 'data' : 'rodata';
}

/** The sections of one region, each with its offset from the region's start. */
function layOut(sections: readonly Section[]): { readonly used: bigint; readonly offsets: readonly bigint[] } {
  let used = 0n;
  const offsets = sections.map((section) => {
    const offset = roundUp(used, section.header.sh_addralign);
    used = offset + sizeOf(section);
    return offset;
  });
  return { used, offsets };
}

interface RegionPlan {
  readonly region: Region;
  readonly sections: readonly Section[];
  /** Of each section from the region's start. */
  readonly offsets: readonly bigint[];
  readonly used: bigint;
  /** From the payload's first byte, a multiple of the region's alignment. */
  readonly from: bigint;
  /** Whole pages, in bytes. */
  readonly size: bigint;
}

/** Where everything goes, counted from the payload's first byte. */
export interface Plan {
  readonly regions: readonly RegionPlan[];
  /** Of the payload's first byte; at least a page, in bytes. */
  readonly alignment: bigint;
  /** Whole pages, which may be beyond the limit. */
  readonly pages: bigint;
}

const largest = (values: readonly bigint[]): bigint => values.reduce((most, value) => (value > most ? value : most));

/** The sections that take part in loading, or that would if they were no tables of the object file. */
export const allocatedIn = ({ sections }: ObjectFile): readonly Section[] => sections.slice(1).filter(isAllocated);

/** The regions one after the other. */
export function planRegions(object: ObjectFile): Plan {
  const placed = allocatedIn(object).filter(isPlaced);
  let end = 0n;
  const alignments: bigint[] = [];
  const regions = REGIONS.map((region): RegionPlan => {
    const sections = placed.filter((section) => regionOf(section) === region.name);
    const { used, offsets } = layOut(sections);
    const alignment = pageUp(largest([1n, ...sections.map(({ header }) => header.sh_addralign)]));
    const from = roundUp(end, alignment);
    const size = pageUp(used);
    alignments.push(alignment);
    end = from + size;
    return { region, sections, offsets, used, from, size };
  });
  return { regions, alignment: largest(alignments), pages: pagesFor(end) };
}

/** Room for the payload; undefined if there is none. */
export const roomFor = ({ pages, alignment }: Plan, place: Place): bigint | undefined =>
  pages > PAGES_LIMIT ? undefined : place(Number(pages), alignment);

/**
 * Copies the sections to their places from `base` on; NOBITS sections are zero, and what is beyond the limit is cut.
 */
export function fill(plan: Plan, base: bigint): Placement {
  const limit = sizeOfPages(PAGES_LIMIT);
  const upTo = (end: bigint): bigint => (end > limit ? limit : end);
  const memory = new Uint8Array(Number(upTo(sizeOfPages(plan.pages))));
  const placed: PlacedSection[] = [];
  const regions: PlacedRegion[] = [];
  for (const { region, sections, offsets, used, from, size } of plan.regions) {
    const start = wrap(base + upTo(from));
    sections.forEach((section, at) => {
      const address = wrap(start + (offsets[at] ?? 0n));
      placed.push({ section, address, size: sizeOf(section) });
      write({ base, memory }, address, section.contents);
    });
    const { name, permissions } = region;
    regions.push({ name, permissions, start, used, size: upTo(from + size) - upTo(from) });
  }
  placed.sort((one, other) => one.section.index - other.section.index);
  const sections = new Map(placed.map((own) => [own.section.index, own]));
  const named = new Map(placed.toReversed().map((own) => [own.section.name, own]));
  return { base, regions, sections, named, memory, view: new DataView(memory.buffer) };
}

type Placed = Pick<Placement, 'base' | 'memory'>;

/** `length` bytes of the payload at an address; what is outside it reads as zero. */
export function read({ base, memory }: Placed, address: bigint, length: number): Uint8Array {
  const offset = wrap(address - base);
  const bytes = new Uint8Array(length);
  if (offset < BigInt(memory.length)) bytes.set(memory.subarray(Number(offset), Number(offset) + length));
  return bytes;
}

/** Puts bytes into the payload; what is outside it is dropped. */
export function write({ base, memory }: Placed, address: bigint, bytes: Uint8Array): void {
  const offset = wrap(address - base);
  if (offset >= BigInt(memory.length)) return;
  memory.set(bytes.subarray(0, memory.length - Number(offset)), Number(offset));
}

const STORES: Readonly<Record<number, (view: DataView, at: number, value: bigint) => void>> = {
  1: (view, at, value) => view.setUint8(at, Number(BigInt.asUintN(8, value))),
  2: (view, at, value) => view.setUint16(at, Number(BigInt.asUintN(16, value)), true),
  4: (view, at, value) => view.setUint32(at, Number(BigInt.asUintN(32, value)), true),
  8: (view, at, value) => view.setBigUint64(at, value, true),
};

/** Puts the low 1, 2, 4 or 8 bytes of a number into the payload, the lowest first; none if not all are in it. */
export function writeNumber({ base, view }: Placement, address: bigint, value: bigint, width: number): void {
  // Of an offset that is too large for a number to be exact, it is enough that it is too large.
  const offset = Number(wrap(address - base));
  if (offset + width <= view.byteLength) STORES[width]?.(view, offset, value);
}

/** Whether [address, address + length) is within the text of the payload. An empty range is where it begins. */
export function isText({ regions }: Placement, address: bigint, length = 1n): boolean {
  const text = regions.find(({ name }) => name === 'text');
  return text !== undefined && address >= text.start && address + length <= text.start + text.used;
}

/** Likewise, within its data or within its read-only data. */
export function isInData({ regions }: Placement, address: bigint, length: bigint): boolean {
  return regions.some(
    ({ name, start, used }) => name !== 'text' && address >= start && address + length <= start + used,
  );
}

/** The relocated bytes of a placed section. */
export function contentsOf(placement: Placed, { address, size }: PlacedSection): Uint8Array {
  const limit = BigInt(placement.memory.length);
  return read(placement, address, Number(size > limit ? limit : size));
}
