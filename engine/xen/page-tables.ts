/** What Xen's functions for page tables do to the machine's memory. */
import { PAGE_SIZE, pageStart, type AddressSpace } from '../machine/address-space';
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
  /** Maps pages of zeros. */
  readonly map: (name: string, start: bigint, pages: number, permissions: Permissions) => void;
  /** Permissions for good; pages that get none are unmapped, pages that are not there stay so. */
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

export function createPageTables(memory: AddressSpace): PageTables {
  let relaxed: readonly Range[] = [];

  /** Calls `visit` with each stretch of [start, end) that is mapped. */
  const mapped = (start: bigint, end: bigint, visit: (start: bigint, size: number) => void): void => {
    for (const region of memory.regions()) {
      const from = region.start > start ? region.start : start;
      const regionEnd = region.start + BigInt(region.bytes.length);
      const to = regionEnd < end ? regionEnd : end;
      if (from < to) visit(from, Number(to - from));
    }
  };

  return {
    map(name, start, pages, permissions) {
      memory.map({ name, start, bytes: new Uint8Array(pages * PAGE_SIZE), permissions });
    },
    modify(start, end, permissions) {
      mapped(pageStart(start), end, (from, size) => {
        if (permissions === '---') memory.unmap(from, size);
        else memory.protect(from, size, permissions);
      });
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
