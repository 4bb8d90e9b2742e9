/**
 * The domains: whose code makes the hypercalls, and the memory that its pointers mean.
 * Addresses are below 2^47, as a guest's are; each domain has one code page with the two instructions it needs.
 */
import { PAGE_SIZE, pageAlign, type AddressSpace } from '../../machine/address-space';
import type { DomainMemory, DomainName } from '../../target';

/** `syscall; hlt`: the program of every hypercall. Its end is the `hlt`. */
const PROGRAM = Uint8Array.of(0x0f, 0x05, 0xf4);
const BUFFERS_SIZE = 32 * 1024 * 1024;
const BUFFERS_OFFSET = 0x10_0000n;
/** Buffers that end at an unmapped page lie here, one behind the other. */
const EDGE_OFFSET = 0x800_0000n;

export interface Domain extends DomainMemory {
  readonly name: DomainName;
  /** May ask for live patching. SEC-1. */
  readonly privileged: boolean;
  /** Address of its program. */
  readonly program: bigint;
  /** RIP when the program is done. */
  readonly programEnd: bigint;
  /** Whether [address, address + length) is wholly this domain's memory. */
  readonly owns: (address: bigint, length: number) => boolean;
  /** Forgets all buffers. */
  readonly reset: () => void;
}

const align = (value: bigint, to: bigint): bigint => ((value + to - 1n) / to) * to;

function createDomain(memory: AddressSpace, name: DomainName, base: bigint, privileged: boolean): Domain {
  const code = new Uint8Array(PAGE_SIZE);
  code.set(PROGRAM);
  memory.map({ name: `${name} code`, start: base, bytes: code, permissions: 'r-x', scratch: true });
  const buffers = new Uint8Array(BUFFERS_SIZE);
  const first = base + BUFFERS_OFFSET;
  const end = first + BigInt(BUFFERS_SIZE);
  memory.map({ name: `${name} buffers`, start: first, bytes: buffers, permissions: 'rw-', scratch: true });
  let free = first;
  let edge = base + EDGE_OFFSET;

  const atEdge = (length: number): bigint => {
    const size = pageAlign(Math.max(length, 1));
    const start = edge;
    edge += BigInt(size + PAGE_SIZE);
    memory.map({ name: `${name} edge`, start, bytes: new Uint8Array(size), permissions: 'rw-', scratch: true });
    return start + BigInt(size - length);
  };

  return {
    name,
    privileged,
    program: base,
    programEnd: base + BigInt(PROGRAM.length),
    owns: (address, length) =>
      address >= base && address + BigInt(length) <= edge && memory.tryRead(address, length) !== undefined,
    allocate(length, options = {}) {
      if (!Number.isInteger(length) || length < 0) throw new RangeError(`allocate: expected a length, got ${length}`);
      if (options.atEdge === true) return atEdge(length);
      const start = free;
      free = align(start + BigInt(length), 16n);
      if (free > end) throw new RangeError(`allocate: expected at most ${BUFFERS_SIZE} bytes in all, got more`);
      return start;
    },
    write: memory.write,
    read: memory.read,
    reset() {
      buffers.fill(0, 0, Number(free - first));
      free = first;
      edge = base + EDGE_OFFSET;
    },
  };
}

/** The control domain and a guest without privilege. */
export function createDomains(memory: AddressSpace): Readonly<Record<DomainName, Domain>> {
  return {
    control: createDomain(memory, 'control', 0x1000_0000n, true),
    guest: createDomain(memory, 'guest', 0x4000_0000n, false),
  };
}
