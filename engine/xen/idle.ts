/** What an idle CPU does: the work that was put off for it, and then Xen's check for patch work. */
import type { Vcpu } from '../machine/vcpu';
import { budgetOf } from './bare';
import { runAs } from './boot';
import { variable } from './cpus';
import type { Rendezvous } from './rendezvous';
import type { Service, ServiceGroup } from './services';
import type { System } from './system';

const LOOK_FOR_WORK = 'check_for_livepatch_work';
const WORK_TO_DO = 'per_cpu__work_to_do';

/** Works that wait for a CPU at most; a booted Xen waits for each call of another CPU. */
const MOST_DEFERRED = 100;

/** Something that Xen put off for a CPU. */
interface Deferred {
  readonly function_: string | bigint;
  readonly argument: bigint;
}

export interface Idle extends ServiceGroup {
  /** A vCPU that runs nothing gets to its idle loop; the address to run from. */
  readonly enter: (vcpu: Vcpu) => bigint;
  /** Whether there is something for the vCPU's idle loop to do. */
  readonly isDue: (vcpu: Vcpu) => boolean;
  /** Does it, to the end. */
  readonly run: (vcpu: Vcpu) => void;
}

export function createIdle(system: System, rendezvous: Rendezvous): Idle {
  const { machine, memory } = system;
  const deferred = new Map<number, readonly Deferred[]>();
  const defer = (from: Vcpu, cpu: number, work: Deferred): void => {
    if (machine.vcpus[cpu] === undefined)
      throw system.stops.because(from, `it put work off for CPU ${cpu}, which is not there`);
    const works = deferred.get(cpu) ?? [];
    if (works.length >= MOST_DEFERRED)
      throw system.stops.because(from, `it put off more than ${MOST_DEFERRED} works for CPU ${cpu}`);
    deferred.set(cpu, [...works, work]);
    if (cpu !== from.index) machine.interrupt(cpu);
  };

  /** Does what was put off, and makes ready for the look. */
  const enter = (vcpu: Vcpu): bigint => {
    const works = deferred.get(vcpu.index) ?? [];
    deferred.delete(vcpu.index);
    runAs(system, vcpu.index, 'idle');
    for (const { function_, argument } of works) system.call(vcpu, function_, argument);
    rendezvous.begin(vcpu);
    return system.enter(vcpu, LOOK_FOR_WORK);
  };
  const services: Readonly<Record<string, Service>> = {
    // Live patching has the only tasklet that is scheduled here.
    tasklet_schedule_on_cpu(vcpu, _tasklet = 0n, cpu = 0n) {
      defer(vcpu, Number(cpu), { function_: 'tasklet_fn', argument: 0n });
      return 0n;
    },
    smp_call_function(vcpu, function_ = 0n, argument = 0n) {
      for (const { index } of machine.vcpus) if (index !== vcpu.index) defer(vcpu, index, { function_, argument });
      return 0n;
    },
  };
  return {
    services,
    enter,
    isDue: ({ index }) => deferred.has(index) || memory.tryRead(variable(system, WORK_TO_DO, index), 1)?.[0] === 1,
    run: (vcpu) => void system.ended(vcpu, vcpu.run(enter(vcpu), budgetOf(system.image))),
    reset: () => deferred.clear(),
  };
}
