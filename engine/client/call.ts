/**
 * One hypercall of a tool's: the caller's buffers are copied into the control domain's memory, the hypervisor is called
 * with handles to these, and what it wrote is copied back. All that is asked of the caller is asked before and after,
 * so nothing else happens in between, however long a caller takes.
 */
import { ERRNO, returnName } from '../abi/errno';
import { HYPERCALL, SYSCTL_HEADER, SYSCTL_LIVEPATCH_OP, SYSCTL_SIZE, XENVER } from '../abi/hypercall';
import { asBuffer, u64At, wordBytes } from '../bytes';
import type { HypercallEvidence } from '../evidence';
import type { DomainMemory, TargetCore } from '../target';
import { describeSysctl, livepatchOpOf, type Described } from '../toolstack/describe';
import { livepatchBuffers, VERSION_OPERATIONS, type CallerBuffer, type ListAnswer } from './buffers';

/** The memory of the process that calls. Both are rejected if it has gone away. */
export interface CallerMemory {
  /** Undefined if not all of it is mapped. */
  readonly read: (address: bigint, length: number) => Promise<Uint8Array | undefined>;
  /** Whether all of it could be written. */
  readonly write: (address: bigint, bytes: Uint8Array) => Promise<boolean>;
}

export interface WantedCall {
  readonly number: number;
  /** Five. */
  readonly arguments: readonly bigint[];
}

/** What the hypervisor wrote, for the caller's memory. */
interface Output {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** A call that was made. */
interface Made {
  readonly returned: number;
  readonly outputs: readonly Output[];
  readonly evidence: HypercallEvidence;
}

/** An address at which no domain has memory, for what the caller has none for either. */
const UNMAPPED = 0x1000n;
/** Handles from here on are no memory of a process: the hypervisor may judge them. */
const END_OF_PROCESS = 0x8000_0000_0000n;
const LENGTHS = 'len';

/** Makes the call itself, and keeps it as evidence. */
function make(
  target: TargetCore,
  wanted: { readonly number: number; readonly arguments: readonly bigint[] },
  describe: (returned: number) => Described,
): Pick<Made, 'returned' | 'evidence'> {
  const from = target.clock.now();
  const returned = Number(target.hypercall(wanted));
  const { console } = target.log();
  const evidence: HypercallEvidence = {
    kind: 'hypercall',
    ...describe(returned),
    domain: 'control',
    cpu: 0,
    returned,
    returnedName: returnName(returned),
    console,
    from: from.toString(),
    to: target.clock.now().toString(),
  };
  return { returned, evidence };
}

/** Answers without asking the hypervisor. */
function unknown(target: TargetCore, operation: string): Made {
  const now = target.clock.now().toString();
  const returned = -ERRNO.ENOSYS;
  const said = { returned, returnedName: returnName(returned), console: [], from: now, to: now };
  const evidence: HypercallEvidence = {
    kind: 'hypercall',
    operation,
    domain: 'control',
    cpu: 0,
    in: {},
    out: {},
    ...said,
  };
  return { returned, outputs: [], evidence };
}

/** A buffer, with what is in it: undefined if the caller has no such memory. */
interface Gathered extends CallerBuffer {
  readonly address: bigint;
  readonly content: Uint8Array | undefined;
}

async function gather(caller: CallerMemory, structure: Uint8Array, buffers: readonly CallerBuffer[]) {
  const own = buffers
    .map((buffer) => ({ ...buffer, address: u64At(structure, buffer.at) }))
    .filter(({ address }) => address < END_OF_PROCESS);
  return Promise.all(
    own.map(async (buffer): Promise<Gathered> => {
      const { address, size, written } = buffer;
      return { ...buffer, content: written === undefined ? await caller.read(address, size) : new Uint8Array(0) };
    }),
  );
}

/** Where the domain has a buffer. */
interface Placed extends Gathered {
  readonly place: bigint;
}

function place(memory: DomainMemory, buffer: Gathered): Placed {
  const { content, size } = buffer;
  if (content === undefined) return { ...buffer, place: UNMAPPED };
  const own = memory.allocate(size);
  memory.write(own, content);
  return { ...buffer, place: own };
}

/** The structure with other handles. */
function withHandles(
  structure: Uint8Array,
  placed: readonly Placed[],
  handleOf: (buffer: Placed) => bigint,
): Uint8Array {
  const own = structure.slice();
  for (const buffer of placed) own.set(wordBytes(handleOf(buffer), 8), buffer.at);
  return own;
}

/** What a LIST wrote into its buffers. */
function listed(memory: DomainMemory, placed: readonly Placed[], entries: number, structure: Uint8Array) {
  const lengths = placed.find(({ field }) => field === LENGTHS);
  const answer: ListAnswer = {
    entries,
    structure,
    lengths: lengths === undefined ? new Uint8Array(0) : memory.read(lengths.place, lengths.size),
  };
  return placed.flatMap(({ written, address, place: own, size }) =>
    (written?.(answer) ?? []).map(({ offset, length }): Output => {
      const most = Math.max(0, Math.min(length, size - offset));
      return { address: address + BigInt(offset), bytes: memory.read(own + BigInt(offset), most) };
    }),
  );
}

/** With a structure, and the buffers that it points to. */
function callSysctl(target: TargetCore, pointer: bigint, structure: Uint8Array, gathered: readonly Gathered[]): Made {
  const { revision, interfaceVersion } = target.hypervisor;
  const memory = target.domain('control');
  return memory.borrow(() => {
    const placed = gathered.map((buffer) => place(memory, buffer));
    const own = memory.allocate(SYSCTL_SIZE);
    memory.write(
      own,
      withHandles(structure, placed, (buffer) => buffer.place),
    );
    let after = structure;
    const made = make(target, { number: HYPERCALL.sysctl, arguments: [own] }, () => {
      after = withHandles(memory.read(own, SYSCTL_SIZE), placed, ({ address }) => address);
      const pointers = new Set(placed.map(({ field }) => field));
      const name = placed.find(({ field }) => field === 'name')?.content;
      return describeSysctl({ revision, interfaceVersion, before: structure, after, pointers, name });
    });
    const isChanged = Buffer.compare(after, structure) !== 0;
    return {
      ...made,
      outputs: [
        ...(isChanged ? [{ address: pointer, bytes: after }] : []),
        ...(made.returned > 0 ? listed(memory, placed, made.returned, after) : []),
      ],
    };
  });
}

/** The structure cannot be read, or is of another version: the hypervisor says what it says. */
function callBare(target: TargetCore, structure: Uint8Array | undefined, operation: string): Made {
  const memory = target.domain('control');
  return memory.borrow(() => {
    const own = structure === undefined ? UNMAPPED : memory.allocate(structure.length);
    if (structure !== undefined) memory.write(own, structure);
    const wanted = { number: HYPERCALL.sysctl, arguments: [own] };
    return { ...make(target, wanted, () => ({ operation, in: {}, out: {} })), outputs: [] };
  });
}

async function sysctl(target: TargetCore, caller: CallerMemory, pointer: bigint): Promise<Made> {
  const structure = await caller.read(pointer, SYSCTL_SIZE);
  if (structure === undefined) return callBare(target, structure, 'sysctl');
  const { cmd, interface_version } = SYSCTL_HEADER.decode(structure);
  if (cmd !== SYSCTL_LIVEPATCH_OP) {
    const isOther = interface_version !== target.hypervisor.interfaceVersion;
    return isOther ? callBare(target, structure, `sysctl ${cmd}`) : unknown(target, `sysctl ${cmd}`);
  }
  const operation = livepatchOpOf(structure);
  const isKnown = interface_version === target.hypervisor.interfaceVersion && operation !== undefined;
  const buffers = isKnown ? livepatchBuffers(target.hypervisor.revision, operation, structure) : [];
  return callSysctl(target, pointer, structure, await gather(caller, structure, buffers));
}

async function version(target: TargetCore, caller: CallerMemory, [cmd = 0n, pointer = 0n]: readonly bigint[]) {
  const operation = VERSION_OPERATIONS[Number(cmd & 0xffff_ffffn)];
  if (operation === undefined) return unknown(target, `xen_version ${cmd}`);
  const { name, size = 0, read = 0 } = operation;
  const isOwn = size > 0 && pointer !== 0n && pointer < END_OF_PROCESS;
  const content = isOwn && read > 0 ? await caller.read(pointer, read) : new Uint8Array(0);
  const memory = target.domain('control');
  return memory.borrow((): Made => {
    const room = isOwn && content !== undefined ? memory.allocate(size) : undefined;
    if (room !== undefined) memory.write(room, asBuffer(Buffer.concat([content ?? new Uint8Array(0)], size)));
    const told = isOwn ? (room ?? UNMAPPED) : pointer;
    const wanted = { number: HYPERCALL.xen_version, arguments: [cmd, told] };
    const made = make(target, wanted, () => ({ operation: name, in: {}, out: {} }));
    if (room === undefined || made.returned < 0) return { ...made, outputs: [] };
    const written = Number(cmd) === XENVER.build_id ? Math.min(size, read + made.returned) : size;
    return { ...made, outputs: [{ address: pointer, bytes: memory.read(room, written) }] };
  });
}

function called(target: TargetCore, caller: CallerMemory, wanted: WantedCall): Promise<Made> {
  const { number, arguments: given } = wanted;
  if (number === HYPERCALL.sysctl) return sysctl(target, caller, given[0] ?? 0n);
  if (number === HYPERCALL.xen_version) return version(target, caller, given);
  return Promise.resolve(unknown(target, `hypercall ${number}`));
}

/**
 * Makes the call, and returns what the caller gets: -EFAULT also where the hypervisor could write, and the caller's
 * memory cannot be written. Throws `HypervisorStopped` as the target does. `note` gets the evidence of the call.
 */
export async function callFor(
  target: TargetCore,
  caller: CallerMemory,
  wanted: WantedCall,
  note: (call: HypercallEvidence) => void,
): Promise<number> {
  const { returned, outputs, evidence } = await called(target, caller, wanted);
  note(evidence);
  const writes = await Promise.all(outputs.map(({ address, bytes }) => caller.write(address, bytes)));
  return writes.every(Boolean) ? returned : -ERRNO.EFAULT;
}
