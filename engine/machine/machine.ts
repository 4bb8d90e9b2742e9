/**
 * The emulated machine: memory, vCPUs and a virtual clock. It knows nothing of hypervisors or live patching.
 *
 * One thread drives it, one vCPU at a time (`scheduler.ts`). Code takes no time: time passes only because a scenario
 * keeps a vCPU busy, or a wait runs into its deadline.
 */
import type { CpuidAnswer } from '../unicorn/unicorn';
import { createAddressSpace, type AddressSpace } from './address-space';
import type { Program } from './agenda';
import { createClock } from './clock';
import { createGates, type Gates } from './gates';
import { createScheduler, type Scheduler, type SchedulerOptions } from './scheduler';
import { createVcpu, type TrapHandler, type Vcpu } from './vcpu';

export interface MachineOptions extends Pick<SchedulerOptions, 'onInterrupt' | 'onUnexpectedEnd' | 'budget'> {
  readonly returnAddress: bigint;
  readonly onTrap: TrapHandler;
  /** Absent: `syscall` is an undefined instruction. */
  readonly onSyscall?: (vcpu: Vcpu) => bigint;
  /** Whether stores to a read-only page go through for now, other than by CR0.WP. */
  readonly relaxed?: (address: bigint) => boolean;
  /** What `cpuid` says on every vCPU, if the emulated CPU's own answer is wrong for it. */
  readonly cpuid?: CpuidAnswer;
}

export interface Machine extends Pick<Gates, 'gate' | 'service'>, Pick<Scheduler, 'wait' | 'drive'> {
  readonly memory: AddressSpace;
  /** Those in use, in the order of their numbers. */
  readonly vcpus: readonly Vcpu[];
  /** The vCPU of this number. RangeError if none in use has it. */
  readonly vcpu: (index: number) => Vcpu;
  readonly now: () => bigint;
  /** As many vCPUs as asked for, from now on. */
  readonly setCpus: (count: number) => void;
  /** The vCPU is not available for `time` ns of the clock, from `delay` ns on. */
  readonly keepBusy: (index: number, time: bigint, delay?: bigint) => void;
  /** Makes a vCPU run a program: when its time has come, after those of earlier times, before interrupts. */
  readonly schedule: (index: number, program: Program) => void;
  /** Interrupts another vCPU: it enters the handler when it is idle and not busy. */
  readonly interrupt: (index: number) => void;
  /** Clock, vCPUs' activities and leftovers back to the start. Memory is restored by its own `save`. */
  readonly reset: () => void;
  readonly close: () => void;
}

export function createMachine({ onInterrupt, onUnexpectedEnd, budget, ...environment }: MachineOptions): Machine {
  const memory = createAddressSpace();
  const clock = createClock();
  /** Those in use, and more where more were in use before. */
  const made: Vcpu[] = [];
  let vcpus: readonly Vcpu[] = [];
  const { gate, service, ...handlers } = createGates((address) => {
    for (const vcpu of made) vcpu.stopAt(address);
  });
  const scheduler = createScheduler({ clock, vcpus: () => vcpus, onInterrupt, onUnexpectedEnd, budget });
  const onCodeStored = (by: Vcpu, start: bigint, size: number): void => {
    for (const vcpu of made) if (vcpu !== by) vcpu.noteForeignStores(start, size);
  };
  const makeVcpu = (): Vcpu => createVcpu(made.length, { memory, onCodeStored, ...handlers, ...environment });
  const vcpuOf = (index: number): Vcpu => {
    const found = vcpus[index];
    if (found === undefined) throw new RangeError(`vCPU: expected 0..${vcpus.length - 1}, got ${index}`);
    return found;
  };

  return {
    memory,
    get vcpus() {
      return vcpus;
    },
    vcpu: vcpuOf,
    now: clock.now,
    gate,
    service,
    setCpus(count) {
      if (!Number.isInteger(count) || count < 1) throw new RangeError(`vCPUs: expected 1 or more, got ${count}`);
      while (made.length < count) made.push(makeVcpu());
      vcpus = made.slice(0, count);
    },
    keepBusy: (index, time, delay = 0n) => scheduler.keepBusy(vcpuOf(index), time, delay),
    schedule: (index, program) => scheduler.schedule(vcpuOf(index), program),
    interrupt: (index) => scheduler.interrupt(vcpuOf(index)),
    wait: scheduler.wait,
    drive: scheduler.drive,
    reset() {
      clock.reset();
      scheduler.reset();
      for (const vcpu of made) vcpu.reset();
    },
    close() {
      for (const vcpu of made) vcpu.close();
    },
  };
}
