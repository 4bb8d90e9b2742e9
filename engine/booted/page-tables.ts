/** Memory as a running x86-64 CPU sees it, read through its page tables while it runs. */
import { asBuffer, hex, u64At } from '../bytes';
import { PAGE_SIZE } from '../pages';
import type { Permissions } from '../target';

/** The machine's memory by physical address. RangeError outside of it. */
export interface Physical {
  readonly read: (address: number, length: number) => Uint8Array;
  readonly write: (address: number, bytes: Uint8Array) => void;
}

/** A page as the tables have it, from the address that was looked up to its end. */
export interface Place {
  readonly physical: number;
  /** Bytes. */
  readonly left: number;
  readonly permissions: Permissions;
}

/** Pages one after the other. */
export interface Stretch {
  readonly start: bigint;
  readonly pages: readonly Place[];
}

export interface Tables {
  /** Undefined if nothing is mapped. */
  readonly find: (address: bigint) => Place | undefined;
  /** Undefined if not all of it is mapped. */
  readonly tryRead: (address: bigint, length: number) => Uint8Array | undefined;
  /** RangeError if not all of it is mapped. */
  readonly read: (address: bigint, length: number) => Uint8Array;
  /** Writes whatever the permissions say. RangeError likewise. */
  readonly write: (address: bigint, bytes: Uint8Array) => void;
  /** What is mapped in pages of 4 KiB from `start` to before `end`. */
  readonly stretches: (start: bigint, end: bigint) => readonly Stretch[];
}

const PRESENT = 1n;
const WRITABLE = 2n;
const LARGE = 0x80n;
const ADDRESS = 0x000f_ffff_ffff_f000n;
const NO_EXECUTE_BIT = 63n;
const ENTRIES = 512;
/** How far an address is shifted for the index into each level's table. */
const LEVELS = [39n, 30n, 21n, 12n] as const;
const TABLE_SPAN = 0x20_0000n;

interface Entry {
  readonly value: bigint;
  readonly shift: bigint;
  readonly writable: boolean;
  readonly executable: boolean;
}

const permissionsOf = ({ writable, executable }: Entry): Permissions =>
  `r${writable ? 'w' : '-'}${executable ? 'x' : '-'}`;

/** `root`: the physical address of the uppermost table, as CR3 has it. */
export function createTables({ read, write }: Physical, root: bigint): Tables {
  /** The entry for the address, down to `last` at most. */
  function walk(address: bigint, last: bigint): Entry | undefined {
    let found: Entry = { value: root, shift: 48n, writable: true, executable: true };
    for (const shift of LEVELS) {
      const index = (address >> shift) & BigInt(ENTRIES - 1);
      const value = u64At(read(Number((found.value & ADDRESS) + index * 8n), 8));
      if ((value & PRESENT) === 0n) return undefined;
      const writable = found.writable && (value & WRITABLE) !== 0n;
      found = { value, shift, writable, executable: found.executable && value >> NO_EXECUTE_BIT === 0n };
      if (shift === last || (shift < 39n && (value & LARGE) !== 0n)) return found;
    }
    return found;
  }

  function find(address: bigint): Place | undefined {
    const entry = walk(address, 12n);
    if (entry === undefined) return undefined;
    const size = 1n << entry.shift;
    const offset = address & (size - 1n);
    const physical = Number((entry.value & ADDRESS & ~(size - 1n)) + offset);
    return { physical, left: Number(size - offset), permissions: permissionsOf(entry) };
  }

  /** Each place of the range; false if one is not mapped. */
  function each(address: bigint, length: number, use: (place: Place, done: number, size: number) => void): boolean {
    for (let done = 0; done < length;) {
      const place = find(address + BigInt(done));
      if (place === undefined) return false;
      const size = Math.min(place.left, length - done);
      use(place, done, size);
      done += size;
    }
    return true;
  }

  function tryRead(address: bigint, length: number): Uint8Array | undefined {
    const bytes = new Uint8Array(length);
    return each(address, length, ({ physical }, done, size) => bytes.set(read(physical, size), done))
      ? bytes
      : undefined;
  }

  const unmapped = (address: bigint, length: number): RangeError =>
    new RangeError(`memory: expected ${length} mapped bytes at ${hex(address)}, got less`);

  /** The pages of one table of the lowest level. */
  function pagesOf(start: bigint): readonly (Place | undefined)[] {
    const entry = walk(start, 21n);
    if (entry === undefined || (entry.value & LARGE) !== 0n) return [];
    const table = asBuffer(read(Number(entry.value & ADDRESS), PAGE_SIZE));
    return Array.from({ length: ENTRIES }, (_, index) => {
      const value = table.readBigUInt64LE(8 * index);
      if ((value & PRESENT) === 0n) return undefined;
      const executable = entry.executable && value >> NO_EXECUTE_BIT === 0n;
      const page = { value, shift: 12n, writable: entry.writable && (value & WRITABLE) !== 0n, executable };
      return { physical: Number(value & ADDRESS), left: PAGE_SIZE, permissions: permissionsOf(page) };
    });
  }

  return {
    find,
    tryRead,
    read(address, length) {
      const bytes = tryRead(address, length);
      if (bytes === undefined) throw unmapped(address, length);
      return bytes;
    },
    write(address, bytes) {
      const isMapped = each(address, bytes.length, ({ physical }, done, size) =>
        write(physical, bytes.subarray(done, done + size)),
      );
      if (!isMapped) throw unmapped(address, bytes.length);
    },
    stretches(start, end) {
      const found: { start: bigint; pages: Place[] }[] = [];
      let current: (typeof found)[number] | undefined;
      for (let table = start & ~(TABLE_SPAN - 1n); table < end; table += TABLE_SPAN) {
        const pages = pagesOf(table);
        if (pages.length === 0) current = undefined;
        for (const [index, page] of pages.entries()) {
          const at = table + BigInt(index * PAGE_SIZE);
          if (page === undefined || at < start || at >= end) current = undefined;
          else if (current === undefined) found.push((current = { start: at, pages: [page] }));
          else current.pages.push(page);
        }
      }
      return found;
    },
  };
}
