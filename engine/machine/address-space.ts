/**
 * The memory of a machine: regions of host memory at virtual addresses, with page permissions that each vCPU enforces.
 *
 * All vCPUs share the bytes; what each of them has translated of the code is its own. The host reads and writes past
 * the permissions, and every vCPU sees what the host wrote. The emulator's price for a region grows with their number,
 * so a CPU gets a region when it first touches it: no CPU has the regions of a payload that was never applied.
 */
import { hex } from '../bytes';
import { pageStart, PAGE_SIZE } from '../pages';
import { WRITE, type Cpu } from '../unicorn/unicorn';
import { createContents, type Contents } from './contents';
import { createCopies, type Copies, type Copy } from './copies';
import { createOpenings, type Openings } from './openings';
import { isExecutable, isWritable, permissionBits, type Permissions } from './permissions';
import { createRegionList, endOf, type NewRegion, type Region, type RegionList } from './regions';
import { createScratch } from './scratch';

export type { Region } from './regions';

/** Bytes of a scratch region that CPUs may keep from one scenario to the next. */
const LARGE = 256 * 1024;

export interface AddressSpace extends Contents {
  /** In the order of their addresses. */
  readonly regions: () => readonly Region[];
  /** RangeError if address or length is not a multiple of the page size, or something is mapped there. */
  readonly map: (region: NewRegion) => void;
  /** Removes what is mapped in [start, start + size). */
  readonly unmap: (start: bigint, size: number) => void;
  /** Splits regions at the edges where that is needed. RangeError if a page is not mapped. */
  readonly protect: (start: bigint, size: number, permissions: Permissions) => void;
  readonly find: (address: bigint) => Region | undefined;
  /** The region that has the address, or the first one after it. */
  readonly findFrom: (address: bigint) => Region | undefined;
  /** The stretches of [start, end) where nothing is mapped. */
  readonly gaps: RegionList['gaps'];
  /** The CPU with this memory, now and as it changes. */
  readonly attach: (cpu: Cpu) => AttachedCpu;
  /** Copies regions as `createCopies` does; what cannot have changed since its last call is not compared. */
  readonly copier: () => Copier;
  /** Remembers regions, permissions and contents, except of scratch regions; the returned function puts them back. */
  readonly save: () => () => void;
  /**
   * Remembers everything, scratch regions included; the returned function puts it back. One such memory at a time: a
   * second call makes the first one's function useless.
   */
  readonly saveAll: () => () => void;
}

/** What is copied, as it is mapped now. */
export type CopiedRegion = Pick<Region, 'start' | 'bytes' | 'permissions'>;
export type Copier = <R extends CopiedRegion>(regions: readonly R[]) => Copies<R>;

export interface AttachedCpu extends Cpu {
  /** How many regions it had that are gone: the emulator keeps some KiB for each until the CPU is closed. */
  readonly released: () => number;
}

/** A CPU, the starts of the regions that it has, and how many it had. */
interface Attached {
  readonly cpu: Cpu;
  readonly held: Set<bigint>;
  /** Pages that it alone may write for now, and the buffers that they are in. */
  readonly lifted: Map<bigint, ArrayBufferLike>;
  released: number;
}

function checkPages(what: string, start: bigint, size: number): void {
  if (pageStart(start) !== start || size % PAGE_SIZE !== 0 || size <= 0)
    throw new RangeError(`${what}: expected whole pages, got ${size} bytes at ${hex(start)}`);
}

/** The part of a region in [start, end), sharing its memory. */
function slice(region: Region, start: bigint, end: bigint): Region {
  const bytes = region.bytes.subarray(Number(start - region.start), Number(end - region.start));
  return { ...region, start, bytes };
}

/** The region cut at both ends of [start, end): before, within, after; empty parts left out. */
function cut(region: Region, start: bigint, end: bigint): { readonly within: Region; readonly around: Region[] } {
  const from = start > region.start ? start : region.start;
  const to = end < endOf(region) ? end : endOf(region);
  const around: Region[] = [];
  if (region.start < from) around.push(slice(region, region.start, from));
  if (to < endOf(region)) around.push(slice(region, to, endOf(region)));
  return { within: slice(region, from, to), around };
}

/** Copies each page that differs from that of the copy, and calls `changed` with its offset. */
function copyPages(bytes: Uint8Array, copy: Uint8Array, changed: (offset: number) => void): void {
  if (Buffer.compare(bytes, copy) === 0) return;
  for (let at = 0; at < copy.length; at += PAGE_SIZE) {
    const page = copy.subarray(at, at + PAGE_SIZE);
    if (Buffer.compare(bytes.subarray(at, at + PAGE_SIZE), page) === 0) continue;
    bytes.set(page, at);
    changed(at);
  }
}

/** Likewise for a copy in blocks. */
function copyBack({ bytes }: Region, blocks: Copy['blocks'], changed: (offset: number) => void): void {
  let from = 0;
  for (const block of blocks) {
    const start = from;
    copyPages(bytes.subarray(start, start + block.length), block, (offset) => changed(start + offset));
    from += block.length;
  }
}

function createCopier(openings: Openings, isLifted: (region: CopiedRegion) => boolean): Copier {
  const copies = createCopies();
  let copiedAt = openings.now();
  return (regions) => {
    const since = copiedAt;
    copiedAt = openings.now();
    return copies(regions, (region) => !openings.isSince(since, region) && !isLifted(region));
  };
}

export function createAddressSpace(): AddressSpace {
  let attached: readonly Attached[] = [];
  const list = createRegionList();
  const scratch = createScratch();
  const { all, find, overlapping } = list;
  const openings = createOpenings();
  const holders = ({ start }: Region): readonly Attached[] => attached.filter(({ held }) => held.has(start));
  const isLifted = ({ bytes }: CopiedRegion): boolean =>
    attached.some(({ lifted }) => lifted.size > 0 && [...lifted.values()].includes(bytes.buffer));
  const forget = (region: Region, offset: number, length: number): void => {
    const start = region.start + BigInt(offset);
    for (const { cpu } of holders(region)) cpu.forget(start, start + BigInt(length));
  };
  /** CPUs that have the region get its pieces instead. */
  const split = (region: Region, into: readonly Region[]): void => {
    scratch.touch(region);
    for (const { held } of holders(region)) {
      held.delete(region.start);
      for (const { start } of into) held.add(start);
    }
  };
  /** Gives a CPU the region at `address`; false if there is none that it lacks. */
  const provide = ({ cpu, held }: Attached, address: bigint): boolean => {
    const region = find(address);
    if (region === undefined || held.has(region.start)) return false;
    scratch.touch(region);
    cpu.map(region.start, region.bytes, permissionBits(region.permissions));
    held.add(region.start);
    return true;
  };

  const store = (region: Region, offset: number, bytes: Uint8Array): void => {
    scratch.touch(region);
    if (!isWritable(region.permissions)) openings.note(region);
    region.bytes.set(bytes, offset);
    if (isExecutable(region.permissions)) forget(region, offset, bytes.length);
  };
  const contents = createContents(list, store);

  const release = (region: Region, within: Region, around: readonly Region[]): void => {
    for (const holder of holders(region)) {
      holder.cpu.unmap(within.start, within.bytes.length);
      holder.released += 1;
    }
    split(region, around);
  };

  const unmap = (start: bigint, size: number): void => {
    checkPages('unmap', start, size);
    const { regions, replace } = overlapping(start, size);
    const gone = regions.map((region) => ({ region, ...cut(region, start, start + BigInt(size)) }));
    for (const { region, within, around } of gone) release(region, within, around);
    replace(gone.flatMap(({ around }) => around));
  };

  const map = (region: Region): void => {
    checkPages(`map ${region.name}`, region.start, region.bytes.length);
    const { regions, replace } = overlapping(region.start, region.bytes.length);
    const [other] = regions;
    if (other !== undefined) throw new RangeError(`map ${region.name}: expected free pages, got ${other.name} there`);
    openings.note(region);
    replace([region]);
  };

  const protect = (start: bigint, size: number, permissions: Permissions): void => {
    checkPages('protect', start, size);
    const { regions, replace } = overlapping(start, size);
    const parts = regions.map((region) => ({ region, ...cut(region, start, start + BigInt(size)) }));
    const covered = parts.reduce((sum, { within }) => sum + within.bytes.length, 0);
    if (covered !== size)
      throw new RangeError(`protect: expected ${size} mapped bytes at ${hex(start)}, got ${covered}`);
    for (const { region, within, around } of parts) {
      for (const { cpu } of holders(region))
        cpu.protect(within.start, within.bytes.length, permissionBits(permissions));
      openings.note(region);
      split(region, [within, ...around]);
    }
    replace(parts.flatMap(({ within, around }) => [{ ...within, permissions }, ...around]));
  };

  /** Applies the mappings and permissions that changed. */
  const restoreRegions = (saved: readonly Region[]): void => {
    const byStart = new Map(saved.map((region) => [region.start, region]));
    const isSaved = ({ start, bytes }: Region): boolean => byStart.get(start)?.bytes === bytes;
    for (const region of all()) if (!isSaved(region)) release(region, region, []);
    list.set(all().filter(isSaved));
    for (const region of saved) {
      const now = find(region.start);
      if (now === undefined) map(region);
      else if (now.permissions !== region.permissions) protect(region.start, region.bytes.length, region.permissions);
    }
    list.set(saved);
  };
  const restoreContents = (region: Region, blocks: Copy['blocks']): void =>
    copyBack(region, blocks, (offset) => {
      if (!isWritable(region.permissions)) openings.note(region);
      if (isExecutable(region.permissions)) forget(region, offset, PAGE_SIZE);
    });
  const copyContents = createCopier(openings, isLifted);
  const save = (): (() => void) => {
    const regions = all();
    const contents = copyContents(regions.filter(({ scratch }) => !scratch));
    let asSaved = openings.now();
    return () => {
      if (all() !== regions) restoreRegions(regions);
      for (const { stretch, copy } of contents)
        if (openings.isSince(asSaved, stretch) || isLifted(stretch)) restoreContents(stretch, copy.blocks);
      asSaved = openings.now();
    };
  };
  /**
   * Whether a CPU still has a scratch region that was just restored. Large ones are taken away: comparing them costs.
   */
  const keepsHolding = (region: Region): boolean => {
    if (region.bytes.length > LARGE) release(region, region, []);
    return holders(region).length > 0;
  };

  return {
    regions: all,
    map: (region) => map({ scratch: false, ...region }),
    unmap,
    protect,
    find,
    findFrom: list.findFrom,
    gaps: list.gaps,
    ...contents,
    copier: () => createCopier(openings, isLifted),
    attach(cpu) {
      const own: Attached = { cpu, held: new Set(), lifted: new Map(), released: 0 };
      attached = [...attached, own];
      const holds = (address: bigint): boolean => {
        const region = find(address);
        return region !== undefined && own.held.has(region.start);
      };
      return {
        ...cpu,
        start(begin, until, budget) {
          for (let from = begin; ; from = cpu.get('rip')) {
            const outcome = cpu.start(from, until, budget);
            const isLacking = outcome.kind === 'fault' && outcome.reason === 'unmapped';
            if (!isLacking || !provide(own, outcome.address)) return outcome;
          }
        },
        protect(address, size, permissions) {
          const region = find(address);
          if (region === undefined || !own.held.has(region.start)) return;
          openings.note(region);
          if ((permissions & WRITE) === 0) own.lifted.delete(address);
          else own.lifted.set(address, region.bytes.buffer);
          cpu.protect(address, size, permissions);
        },
        forget(start, end) {
          if (holds(start)) cpu.forget(start, end);
        },
        released: () => own.released,
        close() {
          attached = attached.filter((other) => other !== own);
          cpu.close();
        },
      };
    },
    save,
    saveAll() {
      const restore = save();
      scratch.remember(all());
      return () => {
        restore();
        scratch.renew(find, (region, copy) => restoreContents(region, [copy]), keepsHolding);
      };
    },
  };
}
