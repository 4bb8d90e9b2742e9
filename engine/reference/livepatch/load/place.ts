/**
 * Where the payload comes to lie: three regions of whole pages, one behind the other, text (r-x), data (rw-) and
 * read-only data (r--), and in each the sections of its kind in the order of the file. Clauses PLACE-1 to PLACE-7, ELF-10.
 */
import { SHF, SHT } from '../../../abi/elf';
import { firstBroken, firstRefusal, granted, refused, type OrRefusal, type RuleContext } from '../../rules/rule';
import { ALLOCATED_SECTION_RULES, ROOM_RULES } from '../../rules/sections';
import { wrap } from './bytes';
import { isAllocated, isPlaced, type ElfObject, type Section } from './elf';
import { atSection } from './where';

export const PAGE = 4096;
const PAGE_SIZE = BigInt(PAGE);
/** A payload of more pages finds no room, whatever the place says: 64 MiB. */
const PAGES_LIMIT = 16384n;

export const REGIONS = [
  { name: 'text', permissions: 'r-x' },
  { name: 'data', permissions: 'rw-' },
  { name: 'rodata', permissions: 'r--' },
] as const;
export type RegionName = (typeof REGIONS)[number]['name'];

export interface PlacedSection {
  readonly section: Section;
  readonly address: bigint;
  /** Bytes. */
  readonly size: bigint;
}

export interface PlacedRegion {
  readonly name: RegionName;
  readonly permissions: (typeof REGIONS)[number]['permissions'];
  readonly start: bigint;
  /** Bytes that sections take, gaps between them included. */
  readonly used: bigint;
  /** Whole pages, in bytes. */
  readonly size: bigint;
}

export interface Placement {
  readonly base: bigint;
  readonly regions: readonly PlacedRegion[];
  /** By number of the section, in the order of the file. */
  readonly sections: ReadonlyMap<number, PlacedSection>;
  /** By name; the first, should there be several. */
  readonly named: ReadonlyMap<string, PlacedSection>;
  /** The bytes of all regions from `base` on, sections copied. */
  readonly memory: Uint8Array;
  /** The same, for numbers. */
  readonly view: DataView;
}

/** Finds so many free pages, one behind the other; the address of the first, undefined where there is no room. */
export type Place = (pages: number) => bigint | undefined;

const roundUp = (value: bigint, to: bigint): bigint => (to === 0n ? value : ((value + to - 1n) / to) * to);
const sizeOf = ({ header, contents }: Section): bigint =>
  header.sh_type === SHT.NOBITS ? header.sh_size : BigInt(contents.length);

function regionOf({ header }: Section): RegionName {
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
  readonly region: (typeof REGIONS)[number];
  readonly sections: readonly Section[];
  /** Of each section from the region's start. */
  readonly offsets: readonly bigint[];
  readonly used: bigint;
  /** Whole pages, in bytes; cut to what is left of the limit. */
  readonly size: bigint;
}

/** The regions one by one, and how many pages they ask for, which may be beyond the limit. */
function planRegions(placed: readonly Section[]): { readonly plans: readonly RegionPlan[]; readonly pages: bigint } {
  let pages = 0n;
  const plans = REGIONS.map((region) => {
    const sections = placed.filter((section) => regionOf(section) === region.name);
    const { used, offsets } = layOut(sections);
    const needed = roundUp(used, PAGE_SIZE) / PAGE_SIZE;
    const left = pages > PAGES_LIMIT ? 0n : PAGES_LIMIT - pages;
    pages += needed;
    return { region, sections, offsets, used, size: (needed > left ? left : needed) * PAGE_SIZE };
  });
  return { plans, pages };
}

/** Copies the sections to their places behind `base`. */
function fill(plans: readonly RegionPlan[], base: bigint): Placement {
  const size = plans.reduce((sum, plan) => sum + plan.size, 0n);
  const memory = new Uint8Array(Number(size));
  const placed: PlacedSection[] = [];
  const regions: PlacedRegion[] = [];
  let start = base;
  for (const { region, sections, offsets, used, size: length } of plans) {
    sections.forEach((section, at) => {
      const address = wrap(start + (offsets[at] ?? 0n));
      placed.push({ section, address, size: sizeOf(section) });
      write({ base, memory }, address, section.contents);
    });
    regions.push({ ...region, start, used, size: length });
    start = wrap(start + length);
  }
  placed.sort((one, other) => one.section.index - other.section.index);
  const sections = new Map(placed.map((own) => [own.section.index, own]));
  const named = new Map(placed.toReversed().map((own) => [own.section.name, own]));
  return { base, regions, sections, named, memory, view: new DataView(memory.buffer) };
}

/** Finds room for the payload and copies its sections there; NOBITS sections are zero. */
export function placeSections(
  object: ElfObject,
  context: RuleContext & { readonly place: Place },
): OrRefusal<Placement> {
  const allocated = object.sections.slice(1).filter(isAllocated);
  const unfit = firstRefusal(allocated, (section) =>
    firstBroken(ALLOCATED_SECTION_RULES, section, context, () => atSection(section)),
  );
  if (unfit) return refused(unfit);

  const { plans, pages } = planRegions(allocated.filter(isPlaced));
  const base = pages > PAGES_LIMIT ? undefined : context.place(Number(pages));
  const crowded = firstBroken(ROOM_RULES, base, context, () => ({ name: `${pages} pages` }));
  // A hypervisor without the rule puts it at 0, as much of it as there may be.
  return crowded ? refused(crowded) : granted(fill(plans, base ?? 0n));
}

type Placed = Pick<Placement, 'base' | 'memory'>;

/** `length` bytes of the payload at an address; what lies outside it reads as zero. */
export function read({ base, memory }: Placed, address: bigint, length: number): Uint8Array {
  const offset = wrap(address - base);
  const bytes = new Uint8Array(length);
  if (offset < BigInt(memory.length)) bytes.set(memory.subarray(Number(offset), Number(offset) + length));
  return bytes;
}

/** Puts bytes into the payload; what lies outside it is dropped. */
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

/** Puts the low 1, 2, 4 or 8 bytes of a number into the payload, the lowest first; none where not all lie in it. */
export function writeNumber({ base, view }: Placement, address: bigint, value: bigint, width: number): void {
  // Of an offset that is too large for a number to be exact, it is enough that it is too large.
  const offset = Number(wrap(address - base));
  if (offset + width <= view.byteLength) STORES[width]?.(view, offset, value);
}

/** Whether [address, address + length) lies within the text of the payload. An empty range lies where it begins. */
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
