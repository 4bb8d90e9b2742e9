/** The reference: our own hypervisor, which does what the document says, as a target. */
import { SETUPS, TRAITS, type Setup, type Trait } from '../abilities';
import { HOOK_LAYOUT, type HookLayout } from '../abi/hook';
import { INTERFACE_VERSION, type Revision } from '../abi/hypercall';
import { ALTERNATIVE_FORM } from '../abi/tables';
import type { Region } from '../machine/address-space';
import { createSchedule } from '../schedule';
import { createSnapshots, describeRegion } from '../snapshots';
import { staticImage } from '../static-image';
import type { Checkpoints, HypervisorLog, ResetOptions, Target } from '../target';
import { createWatch } from '../watch';
import { createNmis } from './hypervisor/nmi';
import type { ForeignImage } from './hypervisor/subject';
import { MAX_CPUS } from './hypervisor/stacks';
import { createSystem } from './hypervisor/system';
import { imageCompiler } from './image/build';
import { createLivepatch, resetLivepatch, type Livepatch } from './livepatch/livepatch';
import { livepatchSysctl } from './livepatch/operation';
import { lookUp } from './livepatch/load/resolve';
import { nameAt } from './livepatch/names';
import { symbolSources } from './livepatch/symbols';
import { act, afterwards, giveUp } from './livepatch/work';

export interface ReferenceOptions {
  readonly revision: Revision;
  /** Rules that this hypervisor does not know, by name: how the suite's strength is measured. */
  readonly forgotten?: ReadonlySet<string>;
  /** Another hypervisor's image that payloads are for; default: its own. */
  readonly foreign?: ForeignImage;
  /** The build-id that payloads have to name; default: the image's. */
  readonly buildId?: Uint8Array;
  /** What hooks are given; default: as the reference has it. */
  readonly hookLayout?: HookLayout;
  /** The version of the sysctls that it asks its callers for; default: that of the revision. */
  readonly interfaceVersion?: number;
}

const DEFAULT_CPUS = 2;
const ALL_TRAITS: ReadonlySet<Trait> = new Set(Object.keys(TRAITS) as Trait[]);
const ALL_SETUPS: ReadonlySet<Setup> = new Set(Object.keys(SETUPS) as Setup[]);

/** The reference lacks no part. */
export interface Reference extends Required<Target>, Checkpoints {
  /**
   * Whether code of a payload has called one of the foreign image's functions since the last reset, and which first:
   * symbol+offset. The image was never booted, so what its code did says nothing.
   */
  readonly foreignCall: () => string | undefined;
}

/** The regions of image and payloads, each with its owner. */
function ownedRegions({ system, state }: Livepatch) {
  const ofPayloads = new Map(
    state.payloads.flatMap(({ name, loaded }) =>
      loaded.regions.map(({ start, name: part }) => [start, { payload: name, part }] as const),
    ),
  );
  return system.machine.memory
    .regions()
    .filter(({ scratch }) => !scratch)
    .map(({ name, start, bytes, permissions }: Region) => ({
      start,
      bytes,
      permissions,
      owner: ofPayloads.get(start) ?? { image: name },
    }));
}

/** Makes a reference hypervisor with two vCPUs and nothing loaded. */
export function createReference(options: ReferenceOptions): Reference {
  const system = createSystem(options.foreign);
  const { machine, image, subject } = system;
  const { memory } = machine;
  const buildId = options.buildId ?? subject.buildId;
  const compiler = imageCompiler();
  const { revision, forgotten = new Set(), hookLayout = HOOK_LAYOUT } = options;
  const { interfaceVersion = INTERFACE_VERSION[revision] } = options;
  const own = { revision, interfaceVersion, buildId, compiler, forgotten, hookLayout };
  const livepatch = createLivepatch(system, own);
  machine.gate(image.address('livepatch_sysctl'), (vcpu) => livepatchSysctl(livepatch, vcpu));
  const nmis = createNmis(system);
  machine.gate(image.address('livepatch_act'), (vcpu) => {
    nmis.whilePatching();
    return act(livepatch, vcpu);
  });
  machine.gate(image.address('livepatch_give_up'), () => {
    nmis.whilePatching();
    return giveUp(livepatch);
  });
  machine.gate(image.address('livepatch_ended'), (vcpu) => afterwards(livepatch, vcpu));
  system.addTrapTables(() =>
    livepatch.state.payloads.map(({ loaded }) => ({ fixups: loaded.exceptionTable, bugFrames: loaded.bugFrames })),
  );
  system.console.nameBy((address) => nameAt(livepatch, address) ?? image.describe(address));
  const { watch, seen, reset: endWatches } = createWatch(machine, subject.describe);
  const log = (): HypervisorLog => ({ console: system.console.drain() });
  const { schedule, returned, reset: forgetTickets } = createSchedule(system.hypercallLater, machine.now, log);

  const reset = (setup: ResetOptions): void => {
    endWatches();
    forgetTickets();
    resetLivepatch(livepatch, setup);
    nmis.reset();
    system.reset(setup.cpus ?? DEFAULT_CPUS);
    system.setWord('nmi_deferral', livepatch.options.has('nmi-deferral') ? 1 : 0);
  };
  reset({});

  const lookup = (name: string): bigint | undefined => lookUp(name, symbolSources(livepatch));
  const regions = () => ownedRegions(livepatch);
  const snapshot = createSnapshots(memory.copier());
  return {
    name: 'reference',
    hypervisor: {
      name: subject.name,
      buildId,
      revision,
      interfaceVersion,
      code: { alternative: ALTERNATIVE_FORM[revision], bug: 'ud2' },
      compiler,
    },
    image: staticImage(subject.image, subject.find),
    clock: { now: machine.now, exact: true },
    traits: ALL_TRAITS,
    setups: ALL_SETUPS,
    hypercall: system.hypercall,
    domain: (name) => system.domains[name],
    log,
    reset: (setup = {}) => reset(setup),
    save() {
      const { state } = livepatch;
      const restored = [machine.memory.save(), livepatch.area.save()];
      return () => {
        for (const restore of restored) restore();
        livepatch.state = state;
      };
    },
    close: machine.close,
    memory: {
      read: memory.read,
      permissions: (address) => memory.find(address)?.permissions ?? '---',
      regions: () => regions().map(describeRegion),
      snapshot: () => snapshot(regions()),
    },
    linker: { lookup },
    execution: { call: (address, args = [], cpu = 0) => system.call(machine.vcpu(cpu), address, args) },
    cpus: { most: MAX_CPUS, count: () => machine.vcpus.length, keepBusy: machine.keepBusy, schedule, returned },
    stores: { watch, seen },
    nmi: { send: nmis.send, handled: () => system.word('nmis_handled') },
    foreignCall: system.foreignCall,
    preemption: { raiseSoftIrq: () => system.setWord('softirq_pending', 1) },
  };
}
