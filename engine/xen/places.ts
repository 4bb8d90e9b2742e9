/** Where things are that are not in Xen's file. Xen's own layout says which range of addresses is what. */
import type { AddressSpace } from '../machine/address-space';
import { mapScratch } from '../machine/scratch';
import { PAGE_SIZE, pageStart, sizeOfPages } from '../pages';

/** Xen's direct map of all memory starts here. */
export const DIRECT_MAP = 0xffff_8300_0000_0000n;
/** Bytes of memory that the emulated host has. */
export const RAM_SIZE = 1024 * 1024 * 1024;

/** Where the fixed mappings of devices' registers are. */
const DEVICES = { start: 0xffff_82cf_fff0_0000n, end: 0xffff_82d0_0000_0000n } as const;

/** Xen's VMAP_DEFAULT area: what vmalloc gives. */
export const VMAP = { start: 0xffff_82c0_0000_0000n, end: 0xffff_82d0_0000_0000n } as const;
/** Xen's frame table: one entry of 32 bytes a page of memory. */
export const FRAME_TABLE = 0xffff_82e0_0000_0000n;
export const FRAME_SIZE = 32n;

/** Structures that Xen would have allocated while it booted: vCPUs, domains. */
export const STRUCTURES = DIRECT_MAP + 0x0100_0000n;
const STRUCTURES_SIZE = 0x4_0000;
/** CPUs' own variables, those of the first excepted, which are in the image. */
export const PER_CPU_AREAS = DIRECT_MAP + 0x0180_0000n;
/** What _xmalloc gives. */
export const HEAP = DIRECT_MAP + 0x0200_0000n;
export const PER_CPU_ROOM = Number(HEAP - PER_CPU_AREAS);
export const HEAP_SIZE = 8 * 1024 * 1024;

/** Every call of the host returns to here. */
export const RETURN_PAGE = 0xffff_87ff_ffff_f000n;
/** A page that is the host's: the text of a printed line, and arguments for it. */
export const HOST_PAGE = 0xffff_87ff_ffff_d000n;

export const MAX_CPUS = 8;
const STACK_SIZE = 0x8000n;
const STACK_SPACING = 0x1_0000n;
const STACKS = DIRECT_MAP + 0x00f0_0000n;
/** Only the top of a stack is used for ordinary code; below it is a guard page. */
const PRIMARY_STACK = 2 * PAGE_SIZE;
/** struct cpu_info, which is at the top, is smaller in every version. */
const CPU_INFO_ROOM = 0x200n;

/** The end of a CPU's stack. */
export const stackTop = (cpu: number): bigint => STACKS + BigInt(cpu) * STACK_SPACING + STACK_SIZE;
/** RSP where nothing runs on this stack yet. */
export const firstStack = (cpu: number): bigint => stackTop(cpu) - CPU_INFO_ROOM;
/** RSP for a call in the middle of code that runs with `rsp`. */
export const nestedStack = (rsp: bigint): bigint => (rsp - 0x80n) & ~0xfn;

/** Whether an address is on a CPU's stack. */
export const isOnStack = (cpu: number, address: bigint): boolean =>
  address >= stackTop(cpu) - STACK_SIZE && address < stackTop(cpu);

/** The page below what is used of a CPU's stack. */
const guardPage = (cpu: number): bigint => stackTop(cpu) - BigInt(PRIMARY_STACK + PAGE_SIZE);

export interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Memory and devices' registers that are there without having been mapped by anybody; they hold zeros. The emulator's
 * price for a region grows with their number, so they come in pieces of many pages.
 */
const PRESENT = [
  { start: DIRECT_MAP, end: DIRECT_MAP + BigInt(RAM_SIZE), size: 0x20_0000n },
  { ...DEVICES, size: 0x1_0000n },
] as const;
/** Memory that is present, but not populated by access: what is freed there stays unmapped. */
const isHeap = (address: bigint): boolean => address >= HEAP && address < HEAP + BigInt(HEAP_SIZE);
const GUARDS = Array.from({ length: MAX_CPUS }, (_, cpu) => guardPage(cpu));

/** The piece of such memory that has an address, up to the guard pages; undefined if there is none. */
export function presentPiece(address: bigint): Range | undefined {
  const present = PRESENT.find(({ start, end }) => start <= address && address < end);
  const page = pageStart(address);
  if (present === undefined || isHeap(address) || GUARDS.includes(page)) return undefined;
  const piece = address - (address % present.size);
  const above = [piece + present.size, present.end, ...GUARDS.filter((guard) => guard > page)];
  const below = [
    piece,
    present.start,
    ...GUARDS.filter((guard) => guard < page).map((guard) => guard + sizeOfPages(1)),
  ];
  return {
    start: below.reduce((latest, start) => (start > latest ? start : latest)),
    end: above.reduce((first, end) => (end < first ? end : first)),
  };
}

export function mapStack(memory: AddressSpace, cpu: number): void {
  const start = stackTop(cpu) - BigInt(PRIMARY_STACK);
  memory.map({ name: `stack ${cpu}`, start, bytes: new Uint8Array(PRIMARY_STACK), permissions: 'rw-' });
}

/** Maps what is there before Xen runs its first instruction. */
export function mapPlaces(memory: AddressSpace): void {
  const map = (name: string, start: bigint, size: number, scratch: boolean): void =>
    memory.map({ name, start, bytes: new Uint8Array(size), permissions: 'rw-', scratch });
  map('structures', STRUCTURES, STRUCTURES_SIZE, false);
  mapScratch(memory, 'heap', HEAP, HEAP_SIZE);
  map('host', HOST_PAGE, PAGE_SIZE, true);
  memory.map({
    name: 'return',
    start: RETURN_PAGE,
    bytes: new Uint8Array(PAGE_SIZE),
    permissions: 'r-x',
    scratch: true,
  });
}
