/**
 * A target that lies about another one: each lie is what a hypervisor, or the machine that is its witness, might do
 * wrong. For tests of everything that compares.
 */
import { BRANCH, isBranch } from '../abi/code';
import type { Fields, Layout, Values } from '../abi/fields';
import {
  GET,
  HYPERCALL,
  LIST,
  LIVEPATCH_OP,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  STATUS,
  XENVER,
} from '../abi/hypercall';
import type { ConsoleLine } from '../console';
import { PAGE_SIZE } from '../pages';
import {
  HypervisorStopped,
  type DomainMemory,
  type Hypercall,
  type MemoryRegion,
  type Memory,
  type StaticImage,
  type MemorySnapshot,
  type Target,
  type WatchedStore,
} from '../target';
import { ownerText } from '../owners';

/** A target that has all parts. */
export type Honest = Required<Target>;

export interface Lie {
  /** Changes what a hypercall left in the caller's memory; what it returns instead. */
  readonly answer?: (call: Hypercall, returned: bigint, memory: DomainMemory) => bigint;
  /** What is reported of the stores to a symbol. */
  readonly stores?: (stores: readonly WatchedStore[], symbol: string) => readonly WatchedStore[];
  /** What else is reported wrongly. */
  readonly tells?: (honest: Honest) => Partial<Honest>;
}

type Answer = NonNullable<Lie['answer']>;

/** What the reference says of its version while nothing is patched. */
const OWN_VERSION = 0x4_0011n;
const EAGAIN = 11;

/** A lie about one sub-operation, if that succeeded: other values of some of its fields. */
function about<F extends Fields>(
  operation: number,
  layout: Layout<F>,
  change: (values: Values<F>, memory: DomainMemory, returned: number) => Partial<Values<F>>,
): Answer {
  return ({ number, arguments: [pointer = 0n] }, returned, memory) => {
    const asked = (): number => memory.read(pointer + BigInt(LIVEPATCH_OP_OFFSET), 1)[0] ?? 0;
    if (number !== HYPERCALL.sysctl || returned < 0n || asked() !== operation) return returned;
    const at = pointer + BigInt(LIVEPATCH_UNION_OFFSET);
    const values = layout.decode(memory.read(at, layout.size));
    memory.write(at, layout.encode({ ...values, ...change(values, memory, Number(returned)) }));
    return returned;
  };
}

type Got = Values<(typeof GET)['fields']>;
type Listed = Values<(typeof LIST)[2]['fields']>;

const get = (change: (values: Got) => Partial<Got>): Lie => ({ answer: about(LIVEPATCH_OP.GET, GET, change) });
const list = (change: Parameters<typeof about<(typeof LIST)[2]['fields']>>[2]): Lie => ({
  answer: about(LIVEPATCH_OP.LIST, LIST[2], change),
});

const otherState = (state: number): number => 3 - state;

function status(memory: DomainMemory, { status: array }: Listed, index: number): void {
  if (index < 0) return;
  const at = array + BigInt(index * STATUS.size);
  const { state, rc } = STATUS.decode(memory.read(at, STATUS.size));
  memory.write(at, STATUS.encode({ state: otherState(state), rc: rc - 5 }));
}

const isList = ({ number, arguments: [pointer = 0n] }: Hypercall, memory: DomainMemory): boolean =>
  number === HYPERCALL.sysctl && memory.read(pointer + BigInt(LIVEPATCH_OP_OFFSET), 1)[0] === LIVEPATCH_OP.LIST;

/** An entry after those that were written: "\xee", CHECKED, without metadata. */
const oneMore = list((listed, memory, returned) => {
  const index = BigInt(returned);
  memory.write(listed.status + index * BigInt(STATUS.size), STATUS.encode({ state: 1, rc: 0 }));
  memory.write(listed.len + 4n * index, Uint8Array.of(1, 0, 0, 0));
  memory.write(listed.metadata_len + 4n * index, new Uint8Array(4));
  return {};
});

const text = (writes: (call: Hypercall) => boolean): Lie => ({
  answer: (call, returned, memory) => {
    const [kind, place = 0n] = call.arguments;
    const isText = call.number === HYPERCALL.xen_version && kind === BigInt(XENVER.extraversion);
    if (isText && writes(call)) memory.write(place, Buffer.from('X'));
    return returned;
  },
});

const returns = (other: (returned: bigint) => bigint): Lie => ({ answer: (_, returned) => other(returned) });

const shows = (other: (memory: Memory) => Partial<Memory>): Lie => ({
  tells: ({ memory }) => ({ memory: { ...memory, ...other(memory) } }),
});

const reads = (other: (bytes: Uint8Array) => void): Lie =>
  shows(({ read }) => ({
    read(address, length) {
      const bytes = read(address, length).slice();
      other(bytes);
      return bytes;
    },
  }));

const flip = (bytes: Uint8Array, index: number, mask = 0xff): void => {
  const byte = bytes[index];
  if (byte !== undefined) bytes[index] = byte ^ mask;
};

const isJump = (bytes: Uint8Array): boolean => isBranch(bytes, BRANCH.jump);

/** Of the list of regions and of their snapshot alike. */
const regions = (other: <Region extends MemoryRegion>(all: readonly Region[]) => readonly Region[]): Lie =>
  shows(({ regions: all, snapshot }) => ({
    regions: () => other(all()),
    snapshot: () => ({ regions: other(snapshot().regions) }),
    permissions: () =>
      other([{ owner: { image: 'page' }, start: 0n, size: PAGE_SIZE, permissions: 'r--' }])[0]?.permissions ?? '---',
  }));

/** The snapshot with one byte changed. */
function changedAt({ regions: all }: MemorySnapshot, address: bigint): MemorySnapshot {
  return {
    regions: all.map((region) => {
      const offset = Number(address - region.start);
      if (offset < 0 || offset >= region.size) return region;
      const bytes = region.content.bytes.slice();
      flip(bytes, offset);
      return { ...region, content: { blocks: [bytes], bytes } };
    }),
  };
}

const changes = (address: (image: StaticImage) => bigint): Lie => ({
  tells: ({ memory, image }) => ({
    memory: { ...memory, snapshot: () => changedAt(memory.snapshot(), address(image)) },
  }),
});

const calls = (other: (call: () => bigint) => bigint): Lie => ({
  tells: ({ execution }) => ({ execution: { call: (...args) => other(() => execution.call(...args)) } }),
});

const says = (other: (lines: readonly ConsoleLine[]) => readonly ConsoleLine[]): Lie => ({
  tells: ({ log }) => ({ log: () => ({ console: other(log().console) }) }),
});

const stores = (other: (store: WatchedStore, symbol: string) => WatchedStore): Lie => ({
  stores: (all, symbol) => all.map((store) => other(store, symbol)),
});

/** Of a crash, what `other` makes of it; the other errors are the suite's own. */
function crash(call: () => bigint, other: (stopped: HypervisorStopped) => bigint): bigint {
  try {
    return call();
  } catch (error) {
    if (error instanceof HypervisorStopped) return other(error);
    throw error;
  }
}

/** By what is reported. */
export const LIES: Readonly<Record<string, Lie>> = {
  'another return': returns((returned) => returned - 5n),
  'return 0': returns(() => 0n),
  'its own version': returns(() => OWN_VERSION),
  'another text': text(() => true),
  'a text for vCPU 1': text(({ cpu }) => cpu === 1),

  'another state': get(({ state }) => ({ state: otherState(state) })),
  'another rc': get(({ rc }) => ({ rc: rc - 5 })),
  'rc 0': get(() => ({ rc: 0 })),
  'rc -EAGAIN': get(() => ({ rc: -EAGAIN })),

  'another nr': list(({ nr }) => ({ nr: nr + 1 })),
  'another version of the list': list(({ version }) => ({ version: version + 1 })),
  'the version of the list before': list(({ version }) => ({ version: version - 1 })),
  'other totals': list((listed) => ({
    name_total_size: listed.name_total_size + 1,
    metadata_total_size: listed.metadata_total_size + 1,
  })),
  'another name': list(({ name }, memory, returned) => {
    if (returned > 0) memory.write(name, Buffer.from('X'));
    return {};
  }),
  'other metadata': list(({ metadata }, memory) => {
    memory.write(metadata, Buffer.from('X'));
    return {};
  }),
  'shorter metadata': list(({ metadata_len }, memory) => {
    memory.write(metadata_len + 4n, Uint8Array.of(1));
    return {};
  }),
  'names exchanged': list(({ name, len }, memory) => {
    memory.write(name, Buffer.from('bb\0a\0'));
    memory.write(len, Uint8Array.of(3, 0, 0, 0, 2, 0, 0, 0));
    return {};
  }),
  'another length': list(({ len }, memory) => {
    memory.write(len, Uint8Array.of(1));
    return {};
  }),
  'another status': list((listed, memory, returned) => {
    if (returned > 0) status(memory, listed, 0);
    return {};
  }),
  'another last status': list((listed, memory, returned) => {
    status(memory, listed, returned - 1);
    return {};
  }),
  'an entry less': {
    answer: (call, returned, memory) => (isList(call, memory) && returned > 0n ? returned - 1n : returned),
  },
  'an entry more': {
    answer(call, returned, memory) {
      if (!isList(call, memory)) return returned;
      oneMore.answer?.(call, returned, memory);
      return returned + 1n;
    },
  },

  'another result': calls((call) => call() + 1n),
  'result 0': calls((call) => call() * 0n),
  'no crash': calls((call) => crash(call, () => 0n)),
  'another crash': calls((call) =>
    crash(call, ({ stop }) => {
      const fault = { access: 'load', reason: 'unmapped', address: 0n } as const;
      throw new HypervisorStopped({ ...stop, why: 'of another reason', fault, console: [] });
    }),
  ),
  'no later call': { tells: ({ cpus }) => ({ cpus: { ...cpus, returned: () => undefined } }) },
  'another time': { tells: ({ clock }) => ({ clock: { ...clock, now: () => clock.now() + 1n } }) },
  'another NMI': { tells: ({ nmi }) => ({ nmi: { ...nmi, handled: () => nmi.handled() + 1 } }) },
  'another symbol': {
    tells: ({ linker }) => ({ linker: { lookup: (name) => (linker.lookup(name) ?? 0n) + 8n } }),
  },

  'other bytes': reads((bytes) => flip(bytes, 0)),
  'another fourth byte': reads((bytes) => flip(bytes, 3)),
  'another fifth byte': reads((bytes) => flip(bytes, 4)),
  'a jump elsewhere': reads((bytes) => isJump(bytes) && flip(bytes, 3, 0x40)),
  'a jump nearby': reads((bytes) => isJump(bytes) && flip(bytes, 1, 0x01)),
  'changed bytes': changes(({ symbol }) => symbol('_stext') ?? 0n),
  'one more byte changed': changes(({ symbol }) => (symbol('xen_extra_version') ?? 0n) + 5n),

  'other permissions': regions((all) => all.map((region) => ({ ...region, permissions: 'rwx' }))),
  'regions elsewhere': regions((all) => all.map((region) => ({ ...region, start: region.start + (2n << 30n) }))),
  'regions apart': regions((all) =>
    all.map((region, index) => ({ ...region, start: region.start + BigInt(index * PAGE_SIZE) })),
  ),
  'larger regions': regions((all) => all.map((region) => ({ ...region, size: region.size + PAGE_SIZE }))),
  'a region less': regions((all) => all.filter(({ owner }) => ownerText(owner) !== 'p rodata')),
  'a region more': regions((all) =>
    all.flatMap((region, index) =>
      index === 0 ? [region, { ...region, owner: { payload: 'q', part: 'text' } }] : [region],
    ),
  ),

  'a silent console': says(() => []),
  'a line more': says((lines) => [...lines, 'more']),
  'a console reversed': says((lines) => lines.toReversed()),

  'no stores': { stores: () => [] },
  'a store more': {
    stores: (all) => [...all, { cpu: 0, address: 0n, size: 1, time: 0n, cpus: [] }],
  },
  'a store by another vCPU': {
    stores: (all) => all.map((store, index) => (index === 0 ? { ...store, cpu: 1 } : store)),
  },
  'a store later': stores((store) => ({ ...store, time: store.time + 1n })),
  'interrupts exchanged': stores((store) => ({
    ...store,
    cpus: store.cpus.map((own) => ({ ...own, interrupts: !own.interrupts })),
  })),
  'a vCPU inside': stores((store, symbol) => ({
    ...store,
    cpus: store.cpus.map((own) => ({ ...own, at: `${symbol}+0x5` })),
  })),
  'a vCPU below': stores((store, symbol) => ({
    ...store,
    cpus: store.cpus.map((own) => ({ ...own, callers: [`${symbol}+0x5`] })),
  })),
};
