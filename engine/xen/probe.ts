/**
 * Where Xen keeps what the host has to give it, found by running Xen's own functions on pointers that lead nowhere:
 * the address of each fault says which pointer was followed and how far after it was read. No table of versions, no
 * debug information.
 */
import { SYSCTL_LIVEPATCH_OP } from '../abi/hypercall';
import type { CallEnd } from '../machine/vcpu';
import { userError } from '../user-error';
import { writeNumber } from './access';
import { budgetOf, createBareMachine } from './bare';
import type { XenImage } from './image';
import { firstStack, stackTop } from './places';
import { fillSecurityTable } from './security';
import type { Profile } from './profile';

/** Unmapped pages, one for each slot of 8 bytes of a structure. */
const CPU_INFO_TAGS = 0xffff_8400_0000_0000n;
const VCPU_TAGS = 0xffff_8500_0000_0000n;
const NOWHERE = 0xffff_8600_0000_0000n;
const TAG_SPACING = 0x1_0000n;
const TAG_RANGE = 0x1_0000_0000n;
/** Structures that are there, all zero; each has room for the largest version's. */
const STRUCTURE_ROOM = 0x1_0000;
const PROBED = 0xffff_8700_0000_0000n;
const SYSCTL = 0x1000_0000n;

/** More values of system_state than any version has. */
const SYSTEM_STATES = 8;
const INVALID_OPCODE = 6;
/** Bytes of cpu_info in which `current` may be. */
const CPU_INFO_SIZE = 0x110n;
const VCPU_SIZE = 0x4000;
const DOMAIN_SIZE = 0x2000;
const LAST_INTERFACE_VERSION = 0x40;
/** Pointers from `current` to what says whether a vCPU is idle; no version has more than three. */
const LONGEST_CHAIN = 8;
const EPERM = -1n;
const EACCES = -13n;
const EOPNOTSUPP = -95n;

export interface Bench {
  /** Calls a function of Xen on a fresh vCPU. */
  readonly call: (function_: string | bigint, ...args: readonly bigint[]) => CallEnd;
  readonly put: (address: bigint, value: bigint, size?: 1 | 2 | 4 | 8) => void;
  /** A structure of zeros. */
  readonly structure: () => bigint;
  readonly image: XenImage;
  readonly close: () => void;
}

function createBench(image: XenImage): Bench {
  const machine = createBareMachine(image);
  const { memory } = machine;
  const [vcpu] = machine.vcpus;
  if (vcpu === undefined) throw new RangeError('probe: expected a vCPU, got none');
  memory.map({ name: 'sysctl', start: SYSCTL, bytes: new Uint8Array(0x1000), permissions: 'rw-' });
  let structures = 0;
  const bench: Bench = {
    image,
    call(function_, ...args) {
      vcpu.set('rflags', 0x202n);
      return vcpu.call(
        typeof function_ === 'bigint' ? function_ : (image.find(function_)?.address ?? 0n),
        args,
        firstStack(0),
        budgetOf(image),
      );
    },
    put: (address, value, size = 8) => writeNumber(memory, address, value, size),
    structure() {
      const start = PROBED + BigInt(structures++ * STRUCTURE_ROOM);
      memory.map({ name: 'structure', start, bytes: new Uint8Array(STRUCTURE_ROOM), permissions: 'rw-' });
      return start;
    },
    close: machine.close,
  };
  bench.put(SYSCTL, BigInt(SYSCTL_LIVEPATCH_OP), 4);
  for (let at = 8n; at < 128n; at += 8n) bench.put(SYSCTL + at, at === 8n ? 0xffn : 0n);
  return bench;
}

/** Which tag was followed, and how far after it was read. */
function followed(end: CallEnd, tags: bigint): { readonly slot: number; readonly offset: number } | undefined {
  if (end.kind !== 'fault' || end.address < tags || end.address >= tags + TAG_RANGE) return undefined;
  const distance = end.address - tags;
  return { slot: Number(distance / TAG_SPACING) * 8, offset: Number(distance % TAG_SPACING) };
}

const failed = (image: XenImage, what: string): Error =>
  userError(`${image.file} cannot be used: ${what} could not be found out by running its own code`);

const sysctl = (bench: Bench): bigint | undefined => {
  const end = bench.call('do_sysctl', SYSCTL);
  // Asked a thousand times over, code that does not return would take minutes.
  if (end.kind === 'budget') throw failed(bench.image, 'how do_sysctl returns');
  return end.kind === 'value' ? BigInt.asIntN(32, end.value) : undefined;
};

/** Xen's function for the end of booting has a BUG for each system_state but the one that it has then. */
function findActive({ image, put, call }: Bench): number {
  const state = image.find('system_state')?.address;
  const states = Array.from({ length: SYSTEM_STATES }, (_, value) => value);
  const active = states.find((value) => {
    if (state !== undefined) put(state, BigInt(value), 4);
    const end = call('unregister_init_virtual_region');
    return end.kind !== 'exception' || end.vector !== INVALID_OPCODE;
  });
  if (active === undefined) throw failed(image, 'SYS_STATE_active');
  return active;
}

/** How far below the top of the stack cpu_info.current_vcpu lies. */
function findCurrent(bench: Bench): number {
  for (let below = 8n; below <= CPU_INFO_SIZE; below += 8n)
    bench.put(stackTop(0) - below, CPU_INFO_TAGS + (below / 8n) * TAG_SPACING);
  const found = followed(bench.call('do_sysctl', SYSCTL), CPU_INFO_TAGS);
  if (found === undefined) throw failed(bench.image, 'cpu_info.current_vcpu');
  for (let below = 8n; below <= CPU_INFO_SIZE; below += 8n) bench.put(stackTop(0) - below, 0n);
  return found.slot;
}

/** The pointers of a vCPU that do_sysctl follows, each with the structure it has been given. */
function findPointers(bench: Bench, current: number): ReadonlyMap<number, bigint> {
  const vcpu = bench.structure();
  for (let at = 0; at < VCPU_SIZE; at += 8) bench.put(vcpu + BigInt(at), VCPU_TAGS + BigInt(at / 8) * TAG_SPACING);
  bench.put(stackTop(0) - BigInt(current), vcpu);
  const pointers = new Map<number, bigint>();
  for (;;) {
    const found = followed(bench.call('do_sysctl', SYSCTL), VCPU_TAGS);
    if (found === undefined || pointers.has(found.slot)) return pointers;
    const structure = bench.structure();
    pointers.set(found.slot, structure);
    bench.put(vcpu + BigInt(found.slot), structure);
  }
}

function findInterfaceVersion(bench: Bench): number {
  for (let version = 1; version < LAST_INTERFACE_VERSION; version++) {
    bench.put(SYSCTL + 4n, BigInt(version), 4);
    const returned = sysctl(bench);
    if (returned !== undefined && returned !== EACCES) return version;
  }
  throw failed(bench.image, 'the interface version');
}

/** The byte at one of the vCPU's pointers that makes the caller privileged: the pointer is the domain's. */
function findPrivilege(bench: Bench, pointers: ReadonlyMap<number, bigint>) {
  if (sysctl(bench) !== EPERM) throw failed(bench.image, 'what a caller without privilege gets');
  for (const [slot, structure] of pointers)
    for (let at = 0; at < DOMAIN_SIZE; at++) {
      bench.put(structure + BigInt(at), 1n, 1);
      const returned = sysctl(bench);
      bench.put(structure + BigInt(at), 0n, 1);
      if (returned === EOPNOTSUPP) return { vcpuDomain: slot, domainPrivileged: at };
    }
  throw failed(bench.image, 'domain.is_privileged');
}

/** The chain of pointers from `current` to the domain's number, which says whether a vCPU is idle. */
function findIdleCheck(bench: Bench, current: number): Pick<Profile, 'vcpuUnit' | 'unitDomain' | 'domainId'> {
  const offsets: number[] = [];
  let pointer = stackTop(0) - BigInt(current);
  // Some versions look first whether there is work.
  const work = bench.image.find('per_cpu__work_to_do');
  if (work !== undefined) bench.put(work.address, 1n, 1);
  while (offsets.length < LONGEST_CHAIN) {
    bench.put(pointer, NOWHERE);
    const found = followed(bench.call('check_for_livepatch_work'), NOWHERE);
    if (found === undefined) break;
    const structure = bench.structure();
    bench.put(pointer, structure);
    pointer = structure + BigInt(found.offset);
    offsets.push(found.offset);
  }
  const [first, second, third] = offsets;
  if (first !== undefined && second !== undefined && third !== undefined)
    return { vcpuUnit: first, unitDomain: second, domainId: third };
  return { vcpuUnit: undefined, unitDomain: undefined, domainId: second };
}

/** Finds out a profile. Throws a user error that says what could not be found. */
export function probe(image: XenImage): Profile {
  const bench = createBench(image);
  try {
    const systemActive = findActive(bench);
    const filled = fillSecurityTable(image, bench.call, bench.put);
    if (filled !== undefined && filled.kind !== 'value') throw failed(image, 'how xsm_fixup_ops comes back');
    const currentVcpu = findCurrent(bench);
    const pointers = findPointers(bench, currentVcpu);
    const interfaceVersion = findInterfaceVersion(bench);
    const privilege = findPrivilege(bench, pointers);
    return { currentVcpu, systemActive, interfaceVersion, ...privilege, ...findIdleCheck(bench, currentVcpu) };
  } finally {
    bench.close();
  }
}
