/** The reference: our own hypervisor, which does what the document says, as a target. */
import { INTERFACE_VERSION, type Revision } from '../abi/hypercall';
import { ALTERNATIVE_FORM } from '../abi/tables';
import { createSnapshots, describeRegion } from '../snapshots';
import type { Capability, ResetOptions, Target } from '../target';
import { createWatch } from '../watch';
import { createNmis } from './hypervisor/nmi';
import type { ForeignImage } from './hypervisor/subject';
import { createSystem } from './hypervisor/system';
import { imageCompiler } from './image/build';
import { createLivepatch, resetLivepatch } from './livepatch/livepatch';
import { livepatchSysctl } from './livepatch/operation';
import { lookUp } from './livepatch/load/resolve';
import { nameAt } from './livepatch/names';
import { symbolSources } from './livepatch/symbols';
import { act, afterwards, giveUp } from './livepatch/work';

export interface ReferenceOptions {
  readonly revision: Revision;
  /** Rules that this hypervisor does not know, by name: how the suite's strength is measured. */
  readonly forgotten?: ReadonlySet<string>;
  /** Another hypervisor's image that payloads are for; default: the own one. */
  readonly foreign?: ForeignImage;
  /** The build-id that payloads have to name; default: the image's. */
  readonly buildId?: Uint8Array;
}

const DEFAULT_CPUS = 2;
const CAPABILITIES: ReadonlySet<Capability> = new Set([
  'plain-functions',
  'endbr-functions',
  'several-cpus',
  'memory-watch',
  'stale-code',
  'lookup-symbols',
  'own-image',
  'many-payloads',
  'cpu-features',
  'fault-containment',
  'nmi',
  'preemption',
  'options',
]);

/** Makes a reference hypervisor with two vCPUs and nothing loaded. */
export function createReference(options: ReferenceOptions): Target {
  const system = createSystem(options.foreign);
  const { machine, image, subject } = system;
  const { memory } = machine;
  const buildId = options.buildId ?? subject.buildId;
  const compiler = imageCompiler();
  const { revision } = options;
  const livepatch = createLivepatch(system, { revision, buildId, compiler, forgotten: options.forgotten ?? new Set() });
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
  const { watch, reset: endWatches } = createWatch(machine, subject.describe);

  const reset = (setup: ResetOptions): void => {
    endWatches();
    resetLivepatch(livepatch, setup);
    nmis.reset();
    system.reset(setup.cpus ?? DEFAULT_CPUS);
    system.setWord('nmi_deferral', livepatch.options.has('nmi-deferral') ? 1 : 0);
  };
  reset({});

  const lookup = (name: string): bigint | undefined => lookUp(name, symbolSources(livepatch));
  const regions = () => memory.regions().filter(({ scratch }) => !scratch);
  const snapshot = createSnapshots();
  return {
    name: 'reference',
    hypervisor: {
      name: subject.name,
      buildId,
      revision,
      interfaceVersion: INTERFACE_VERSION[revision],
      code: { alternative: ALTERNATIVE_FORM[revision], bug: 'ud2' },
      compiler,
    },
    capabilities: CAPABILITIES,
    get cpus() {
      return machine.vcpus.length;
    },
    now: machine.now,
    hypercall: system.hypercall,
    hypercallLater: system.hypercallLater,
    call: (address, args = [], cpu = 0) => system.call(machine.vcpu(cpu), address, args),
    symbol: (name) => subject.find(name)?.address,
    size: (name) => subject.find(name)?.size,
    describe: subject.describe,
    lookup,
    read: memory.read,
    permissions: (address) => memory.find(address)?.permissions ?? '---',
    regions: () => regions().map(describeRegion),
    snapshot: () => snapshot(regions()),
    domain: (name) => system.domains[name],
    keepBusy: machine.keepBusy,
    nmi: nmis.send,
    preempt: () => system.setWord('softirq_pending', 1),
    watch,
    log: () => ({ console: system.console.drain(), refusals: livepatch.refusals.splice(0) }),
    reset: (setup = {}) => reset(setup),
    close: machine.close,
  };
}
