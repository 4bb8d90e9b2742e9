/** What Xen's functions for page tables do to the machine's memory. */
import type { AddressSpace } from '../machine/address-space';
import { pageStart, pageUp, sizeOfPages } from '../pages';
import { endOf } from '../machine/regions';
import type { Permissions } from '../machine/permissions';

/** Flags as Xen passes them: the low 12 bits of an entry, and its high ones from bit 12 on. */
const PRESENT = 1n << 0n;
const WRITABLE = 1n << 1n;
const NO_EXECUTE = 1n << 23n;

export function permissionsOf(flags: bigint): Permissions {
  if ((flags & PRESENT) === 0n) return '---';
  const executable = (flags & NO_EXECUTE) === 0n;
  if ((flags & WRITABLE) !== 0n) return executable ? 'rwx' : 'rw-';
  return executable ? 'r-x' : 'r--';
}

export interface PageTables {
  /**
   * Maps pages of zeros wherever none are yet, from the page that has `start`. False if that is not in the
   * hypervisor's half of the addresses: nothing was mapped then.
   */
  readonly map: (name: string, start: bigint, pages: number, permissions: Permissions) => boolean;
  /**
   * Permissions for good of all pages that have a byte of [start, end); pages that get none are unmapped, pages that
   * are not there stay so. The domains' half of the addresses is not Xen's to change.
   */
  readonly modify: (start: bigint, end: bigint, permissions: Permissions) => void;
  /**
   * Permissions of Xen's text and rodata, which are lifted only for the time of a patch: a page is made writable when
   * it is stored to, so that the others keep what was translated of them.
   */
  readonly modifyLite: (start: bigint, end: bigint, flags: bigint) => void;
  /** Whether a read-only page may be stored to for now. */
  readonly isRelaxed: (address: bigint) => boolean;
  readonly reset: () => void;
}

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** Xen's half of the addresses, without the last page. */
const XEN = { start: 0xffff_8000_0000_0000n, end: 0xffff_ffff_ffff_f000n } as const;

export function createPageTables(memory: AddressSpace): PageTables {
  let relaxed: readonly Range[] = [];

  /** The stretches of [start, end) that are mapped; none if the end is not behind the start. */
  const mapped = (start: bigint, end: bigint): readonly Range[] => {
    if (end <= start) return [];
    const ranges: Range[] = [];
    let region = memory.findFrom(start);
    while (region !== undefined && region.start < end) {
      const after = endOf(region);
      ranges.push({ start: region.start > start ? region.start : start, end: after < end ? after : end });
      region = memory.findFrom(after);
    }
    return ranges;
  };
  return {
    map(name, address, pages, permissions) {
      const start = pageStart(address);
      const end = start + sizeOfPages(pages);
      if (start < XEN.start || end > XEN.end) return false;
      for (const gap of memory.gaps(start, end))
        memory.map({ name, start: gap.start, bytes: new Uint8Array(Number(gap.end - gap.start)), permissions });
      return true;
    },
    modify(start, end, permissions) {
      const from = pageStart(start > XEN.start ? start : XEN.start);
      for (const range of mapped(from, pageUp(end)))
        if (permissions === '---') memory.unmap(range.start, Number(range.end - range.start));
        else memory.protect(range.start, Number(range.end - range.start), permissions);
    },
    modifyLite(start, end, flags) {
      relaxed = relaxed.filter((range) => range.start !== start || range.end !== end);
      if ((flags & WRITABLE) !== 0n) relaxed = [...relaxed, { start, end }];
    },
    isRelaxed: (address) => relaxed.some(({ start, end }) => start <= address && address < end),
    reset() {
      relaxed = [];
    },
  };
}
