/** The machine with Xen's image in it, before anything has run: where both the probing and the hypervisor start. */
import { PAGE_SIZE, pageUp } from '../pages';
import type { Segment } from '../machine/image';
import { createMachine, type Machine, type MachineOptions } from '../machine/machine';
import type { Permissions } from '../machine/permissions';
import { userError } from '../user-error';
import type { XenImage } from './image';
import { cpuid } from './processor';
import { mapPlaces, mapStack, RETURN_PAGE } from './places';

/** Instructions that hypervisor code may take between two things that the host does. */
const BUDGET = 10_000_000;
/** Likewise where Xen looks a symbol up by comparing the names of all, each put together from its parts. */
const SLOW_LOOK_UP_BUDGET = 1_000_000_000;

/** The budget of a build: by whether it has the table that makes looking up symbols fast (CONFIG_FAST_SYMBOL_LOOKUP). */
export const budgetOf = ({ find }: Pick<XenImage, 'find'>): number =>
  find('symbols_sorted_offsets') === undefined ? SLOW_LOOK_UP_BUDGET : BUDGET;

/** A part of the image that Xen gives its own permissions once it has booted; `---` is freed then. */
export interface Part {
  readonly name: string;
  readonly start: bigint;
  readonly size: number;
  readonly permissions: Permissions;
}

const PARTS = [
  { name: 'text', from: '_stext', to: '__2M_text_end', permissions: 'r-x' },
  { name: 'rodata', from: '__2M_rodata_start', to: '__2M_rodata_end', permissions: 'r--' },
  { name: 'init', from: '__2M_init_start', to: '__2M_init_end', permissions: '---' },
  { name: 'data', from: '__2M_rwdata_start', to: '__2M_rwdata_end', permissions: 'rw-' },
] as const;

/** The part; a user error if it is not whole pages. */
export function wholePages({ file }: XenImage, part: Part): Part {
  if (pageUp(part.start) === part.start && part.size % PAGE_SIZE === 0) return part;
  throw userError(`${file} cannot be used: its ${part.name} is not whole pages, so it is damaged`);
}

/** The parts that Xen's own symbols mark. Throws a user error if one of them is not whole pages. */
export function partsOf(image: XenImage): readonly Part[] {
  return PARTS.flatMap(({ name, from, to, permissions }) => {
    const start = image.find(from)?.address;
    const end = image.find(to)?.address;
    if (start === undefined || end === undefined || end <= start) return [];
    return [wholePages(image, { name, start, size: Number(pageUp(end) - start), permissions })];
  });
}

export interface Piece {
  /** Undefined between the parts. */
  readonly part: Part | undefined;
  readonly start: bigint;
  readonly bytes: Uint8Array;
}

/** The pieces that the parts cut a segment into; where parts overlap, the first counts. */
export function piecesOf(segment: Segment, parts: readonly Part[]): readonly Piece[] {
  const end = segment.start + BigInt(segment.bytes.length);
  const inside = (address: bigint): boolean => address > segment.start && address < end;
  const edges = parts.flatMap(({ start, size }) => [start, start + BigInt(size)]).filter(inside);
  const cuts = [...new Set([segment.start, ...edges, end])].sort((a, b) => (a < b ? -1 : 1));
  return cuts.slice(0, -1).map((start, index) => {
    const stop = cuts[index + 1] ?? end;
    const bytes = segment.bytes.slice(Number(start - segment.start), Number(stop - segment.start));
    const part = parts.find((own) => own.start <= start && start < own.start + BigInt(own.size));
    return { part, start, bytes };
  });
}

/** The segment up to the end of the part that it ends in: Xen maps whole large pages where it is aligned to them. */
export function upToPartsEnd(segment: Segment, parts: readonly Part[]): Segment {
  const end = segment.start + BigInt(segment.bytes.length);
  const part = parts.find(({ start, size }) => start < end && end < start + BigInt(size));
  if (part === undefined) return segment;
  const bytes = new Uint8Array(Number(part.start - segment.start) + part.size);
  bytes.set(segment.bytes);
  return { ...segment, bytes };
}

/** Makes a machine of one vCPU with the image mapped. */
export function createBareMachine(
  image: XenImage,
  options: Partial<Pick<MachineOptions, 'onTrap' | 'onInterrupt' | 'onUnexpectedEnd' | 'relaxed'>> = {},
): Machine {
  const machine = createMachine({
    onTrap: () => undefined,
    onInterrupt: () => {
      throw new TypeError('interrupt: expected none, got one');
    },
    onUnexpectedEnd: () => undefined,
    ...options,
    cpuid,
    returnAddress: RETURN_PAGE,
    budget: budgetOf(image),
  });
  const parts = partsOf(image);
  // All of it writable and executable as yet.
  for (const segment of image.segments)
    for (const { part, start, bytes } of piecesOf(upToPartsEnd(segment, parts), parts))
      machine.memory.map({ name: part?.name ?? 'image', start, bytes, permissions: 'rwx' });
  mapPlaces(machine.memory);
  mapStack(machine.memory, 0);
  machine.setCpus(1);
  return machine;
}
