/**
 * Xen's own machine code as a target: any xen-syms with live patching, on the emulated machine, with nothing booted.
 */
import { HYPERCALL, XENVER, type Revision } from '../abi/hypercall';
import { wordBytes } from '../bytes';
import { GuestFault } from '../machine/contents';
import { createSchedule } from '../schedule';
import { createSnapshots, describeRegion } from '../snapshots';
import { staticImage } from '../static-image';
import {
  HypervisorStopped,
  type Checkpoints,
  type DomainMemory,
  type EmulatedTarget,
  type HypervisorLog,
  type Target,
} from '../target';
import { userError } from '../user-error';
import { createWatch } from '../watch';
import { readText } from './access';
import { partsOf } from './bare';
import { codeFormsOf } from './code-forms';
import { SOFT_IRQS } from './hypercalls';
import { mostCpus } from './cpus';
import { createHypervisor } from './hypervisor';
import { buildIdOf, readXen, withBuildId, type XenImage } from './image';
import { HOST_PAGE } from './places';
import { probe } from './probe';
import { keepProfile, keptProfile, type Profile } from './profile';
import { XEN_CACHE } from './provision';
import type { System } from './system';
import { traitsOf } from './traits';

export { partsOf } from './bare';
export { codeFormsOf } from './code-forms';
export { lastTrace, panicText } from './dump';
export { foreignImage } from './foreign';
export { buildIdOf, readXen, type XenImage } from './image';
export { traitsOf } from './traits';
export {
  DEBIAN_XENS,
  fetchedXens,
  findDebianXen,
  findXenOfBuild,
  isDebianXen,
  newerVersion,
  provideDebianXen,
  releaseOf,
  releaseOfBuild,
  type DebianXen,
  type DebianXenName,
} from './provision';

export interface XenOptions {
  /** The path of a xen-syms. */
  readonly file: string;
  /** Gets one line when a build is examined for the first time. */
  readonly say: (line: string) => void;
  /** Checks a build that is examined for the first time. Throws a user error if it cannot be relied on. */
  readonly selfCheck: (target: EmulatedTarget) => void;
  /** Where profiles are kept. */
  readonly cache?: string;
  /** The build-id that it is to have instead of its own; of the same length. */
  readonly buildId?: Uint8Array;
}

/** Xen's own code as a target. */
export type Xen = EmulatedTarget & Checkpoints;

const DEFAULT_CPUS = 2;
/** The first interface version with payloads of version 2 (Xen 4.14). */
const FIRST_OF_REVISION_2 = 0x13;
const NAME_AT = HOST_PAGE + 0x800n;
/** Bytes for the answer to XENVER_build_id. */
const BUILD_ID_ROOM = 256;
/** Bytes of the length in front of it. */
const LENGTH_SIZE = 4;
/** Parts of the image that code which is not to be trusted must not change. */
const SHOWN_PARTS: readonly string[] = ['text', 'rodata'];

/** The revision that a Xen speaks, by the version of its sysctls. */
export const revisionOf = (interfaceVersion: number): Revision => (interfaceVersion < FIRST_OF_REVISION_2 ? 1 : 2);

/** The build-id, as XENVER_build_id returns it; empty if there is none. */
function askBuildId(hypercall: Target['hypercall'], { allocate, write, read }: DomainMemory): Uint8Array {
  const address = allocate(BUILD_ID_ROOM);
  write(address, wordBytes(BUILD_ID_ROOM - LENGTH_SIZE, LENGTH_SIZE));
  const length = Number(hypercall({ number: HYPERCALL.xen_version, arguments: [BigInt(XENVER.build_id), address] }));
  return length > 0 ? read(address + BigInt(LENGTH_SIZE), length) : new Uint8Array(0);
}

/** The version that Xen reports. */
function nameOf(system: System, image: XenImage): string {
  const vcpu = system.vcpu(0);
  const number = (function_: string): bigint => system.call(vcpu, function_) & 0xffff_ffffn;
  const extra = readText(system.memory, system.call(vcpu, 'xen_extra_version'));
  return `Xen ${number('xen_major_version')}.${number('xen_minor_version')}${extra} (${image.file})`;
}

/** As Xen resolves a payload's undefined symbols: its own table first, then the payloads', under Xen's own lock. */
function lookUp(system: System, name: string): bigint | undefined {
  const vcpu = system.vcpu(0);
  const lock = system.address('payload_lock');
  return system.stops.orHang(vcpu, () => {
    system.memory.guest.write(NAME_AT, Buffer.from(`${name}\0`, 'latin1').subarray(0, 0x7ff));
    const own = system.inspect(vcpu, 'symbols_lookup_by_name', NAME_AT);
    if (own !== 0n) return own;
    const taken = (system.inspect(vcpu, '_spin_trylock', lock) & 0xffn) !== 0n;
    const found = system.inspect(vcpu, 'livepatch_symbols_lookup_by_name', NAME_AT);
    if (taken) system.inspect(vcpu, '_spin_unlock', lock);
    return found === 0n ? undefined : found;
  });
}

function createTarget(image: XenImage, profile: Profile): Xen {
  const hypervisor = createHypervisor(image, profile);
  const { system, payloads, domains, nmis, chooseFeature, hypercall, hypercallLater, raiseSoftIrq, save, reset } =
    hypervisor;
  const { machine, memory, console } = system;
  const name = nameOf(system, image);
  const buildId = askBuildId(hypercall, domains.control);
  const { watch, seen, reset: endWatches } = createWatch(machine, image.describe);
  const log = (): HypervisorLog => ({ console: console.drain() });
  const { schedule, returned, reset: forgetTickets } = createSchedule(hypercallLater, machine.now, log);
  const most = mostCpus(image);
  const defaultCpus = Math.min(DEFAULT_CPUS, most);
  reset(defaultCpus);
  const { interfaceVersion } = profile;
  const shown = partsOf(image).filter((part) => SHOWN_PARTS.includes(part.name));
  const imageRegions = () => {
    const own = memory.regions().filter(({ start }) => shown.some((part) => part.start === start));
    return own.map((region) => ({ ...region, owner: { image: `image ${region.name}` } }));
  };
  const regions = () => [...imageRegions(), ...payloads.regions()];
  const snapshot = createSnapshots(memory.copier());

  return {
    name: 'xen',
    hypervisor: { name, buildId, revision: revisionOf(interfaceVersion), interfaceVersion, code: codeFormsOf(image) },
    image: staticImage(image, image.find),
    clock: { now: machine.now, exact: true },
    traits: new Set([...traitsOf(image), 'full-reset']),
    setups: new Set(chooseFeature ? ['cpu-features'] : []),
    hypercall,
    domain: (owner) => domains[owner],
    log,
    reset({ cpus = defaultCpus, smap } = {}) {
      endWatches();
      forgetTickets();
      reset(cpus);
      if (smap !== undefined) chooseFeature?.('SMAP', smap);
    },
    save,
    close: machine.close,
    memory: {
      read: memory.read,
      permissions: (address) => memory.find(address)?.permissions ?? '---',
      regions: () => regions().map(describeRegion),
      snapshot: () => snapshot(regions()),
    },
    linker: { lookup: (own) => lookUp(system, own) },
    execution: {
      call: (address, args = [], cpu = 0) =>
        system.drive(system.vcpu(cpu), (vcpu) => system.call(vcpu, address, ...args)),
    },
    stores: { watch, seen },
    ...(most > 1 && {
      cpus: { most, count: () => machine.vcpus.length, keepBusy: machine.keepBusy, schedule, returned },
    }),
    ...(nmis && { nmi: { send: nmis.send, handled: nmis.handled } }),
    ...(system.has(SOFT_IRQS) && { preemption: { raiseSoftIrq } }),
  };
}

/** Probes a Xen, checks it, and keeps the profile for the next time. */
function examine(image: XenImage, { file, say, selfCheck, cache = XEN_CACHE }: XenOptions): Profile {
  const buildId = buildIdOf(image);
  const kept = buildId === undefined ? undefined : keptProfile(cache, buildId, image.digest);
  if (kept !== undefined) return kept;
  say(`looking into ${file}`);
  const profile = probe(image);
  const target = createTarget(image, profile);
  try {
    selfCheck(target);
  } finally {
    target.close();
  }
  if (buildId !== undefined) keepProfile(cache, buildId, image.digest, profile);
  return profile;
}

/** What is known of a Xen that was examined before. Throws a user error if it was not. */
export function profileOf(file: string, cache = XEN_CACHE): Profile {
  const image = readXen(file);
  const kept = keptProfile(cache, buildIdOf(image) ?? '', image.digest);
  if (kept === undefined) throw userError(`${image.file} was not examined yet: "run --target xen" does that.`);
  return kept;
}

/** Makes a Xen with nothing loaded. Throws a user error if the file cannot be used. */
export function createXen(options: XenOptions): Xen {
  const { file, buildId } = options;
  const image = readXen(file);
  try {
    const profile = examine(image, options);
    return createTarget(buildId === undefined ? image : withBuildId(image, buildId), profile);
  } catch (error) {
    // Invalid symbols, and code that does not return, are errors of the file.
    if (!(error instanceof HypervisorStopped || error instanceof GuestFault)) throw error;
    throw userError(`${image.file} cannot be used: while it was set up, ${error.message}`);
  }
}
