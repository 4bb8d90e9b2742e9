/**
 * The domains, the same for each target: their code makes the hypercalls, and pointers refer to their memory. Addresses
 * are below 2^47, like a guest's; each domain has one code page with the two instructions it needs.
 */
import type { AddressSpace } from './machine/address-space';
import type { Permissions } from './machine/permissions';
import { mapScratch } from './machine/scratch';
import { PAGE_SIZE, pageAlign, pageStarts } from './pages';
import type { DomainMemory, DomainName } from './target';

/** `syscall; hlt`: the program of every hypercall. Its end is the `hlt`. */
const PROGRAM = Uint8Array.of(0x0f, 0x05, 0xf4);
const BUFFERS_SIZE = 32 * 1024 * 1024;
const BUFFERS_OFFSET = 0x10_0000n;
/** Buffers with pages of their own are here, one after the other, each before an unmapped page. */
const EDGE_OFFSET = 0x800_0000n;

export interface Domain extends DomainMemory {
  readonly name: DomainName;
  /** May ask for live patching. SEC-4. */
  readonly privileged: boolean;
  /** Address of its program. */
  readonly program: bigint;
  /** RIP when the program is done. */
  readonly programEnd: bigint;
  /** Whether [address, address + length) is wholly this domain's memory. */
  readonly owns: (address: bigint, length: number) => boolean;
  /** Likewise, and all of it may be written. */
  readonly mayWrite: (address: bigint, length: number) => boolean;
  /** Forgets which buffers were allocated; their contents are the address space's to restore. */
  readonly reset: () => void;
}

const align = (value: bigint, to: bigint): bigint => ((value + to - 1n) / to) * to;

function createDomain(memory: AddressSpace, name: DomainName, base: bigint, privileged: boolean): Domain {
  const code = new Uint8Array(PAGE_SIZE);
  code.set(PROGRAM);
  memory.map({ name: `${name} code`, start: base, bytes: code, permissions: 'r-x', scratch: true });
  const first = base + BUFFERS_OFFSET;
  const end = first + BigInt(BUFFERS_SIZE);
  mapScratch(memory, `${name} buffers`, first, BUFFERS_SIZE);
  let free = first;
  let edge = base + EDGE_OFFSET;

  const onOwnPages = (length: number, permissions: Permissions): bigint => {
    const size = pageAlign(length) || PAGE_SIZE;
    const start = edge;
    edge += BigInt(size + PAGE_SIZE);
    memory.map({ name: `${name} edge`, start, bytes: new Uint8Array(size), permissions, scratch: true });
    return start + BigInt(size - length);
  };

  const owns = (address: bigint, length: number): boolean =>
    address >= base && address + BigInt(length) <= edge && memory.has(address, length);
  const isWritable = (address: bigint, length: number): boolean => {
    for (const page of pageStarts(address, address + BigInt(length)))
      if (memory.find(page)?.permissions.includes('w') !== true) return false;
    return true;
  };

  return {
    name,
    privileged,
    program: base,
    programEnd: base + BigInt(PROGRAM.length),
    owns,
    mayWrite: (address, length) => owns(address, length) && isWritable(address, length),
    allocate(length, options = {}) {
      if (!Number.isInteger(length) || length < 0) throw new RangeError(`allocate: expected a length, got ${length}`);
      if (options.readOnly === true) return onOwnPages(length, 'r--');
      if (options.atEdge === true) return onOwnPages(length, 'rw-');
      const start = free;
      const next = align(start + BigInt(length), 16n);
      if (next > end) throw new RangeError(`allocate: expected at most ${BUFFERS_SIZE} bytes in all, got more`);
      free = next;
      return start;
    },
    borrow(use) {
      const before = free;
      try {
        return use();
      } finally {
        free = before;
      }
    },
    write: memory.write,
    read: memory.read,
    reset() {
      free = first;
      edge = base + EDGE_OFFSET;
    },
  };
}

const BASES = { control: 0x1000_0000n, guest: 0x4000_0000n } as const satisfies Record<DomainName, bigint>;

/** The control domain and a guest without privilege. */
export function createDomains(memory: AddressSpace): Readonly<Record<DomainName, Domain>> {
  return {
    control: createDomain(memory, 'control', BASES.control, true),
    guest: createDomain(memory, 'guest', BASES.guest, false),
  };
}
