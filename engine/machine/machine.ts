/**
 * The emulated machine: memory, vCPUs and a virtual clock. It knows nothing of hypervisors or live patching.
 *
 * One thread drives it, so that a run is the same each time. One vCPU at a time runs; where it waits, the others run,
 * and where nobody can run, the clock goes on to the next moment at which somebody can. Code takes no time: time passes
 * only because a scenario keeps a vCPU busy, or a wait runs into its deadline.
 */
import type { CpuidAnswer } from '../unicorn/unicorn';
import { createAddressSpace, type AddressSpace } from './address-space';
import { createVcpu, type Gate, type GateResult, type RunEnd, type TrapHandler, type Vcpu } from './vcpu';

/** What a vCPU waits for: the end of something that others end, or `deadline` (ns). */
export interface Wait {
  readonly holds: () => boolean;
  readonly deadline: bigint;
  /** Where it goes on. If left out: behind the gate, with 1 in RAX where the wait came to its end, 0 at the deadline. */
  readonly goTo?: bigint;
}

/** Something that a vCPU does by itself, at a moment of the clock. */
export interface Program {
  /** Nanoseconds of the clock. */
  readonly time: bigint;
  /** Prepares the registers; the address to run from. */
  readonly start: (vcpu: Vcpu) => bigint;
  readonly done: (vcpu: Vcpu, end: RunEnd) => void;
}

/** What a vCPU other than the driving one can do next. */
type Activity =
  | { readonly kind: 'idle' }
  | { readonly kind: 'waiting'; readonly wait: Wait; readonly resumeAt: bigint; readonly done: Program['done'] };

export interface MachineOptions {
  readonly returnAddress: bigint;
  readonly onTrap: TrapHandler;
  /** Absent: `syscall` is an undefined instruction. */
  readonly onSyscall?: (vcpu: Vcpu) => bigint;
  /** An interrupt reaches an idle vCPU: prepares its registers; the result is the address of the handler. */
  readonly onInterrupt: (vcpu: Vcpu) => bigint;
  /** The handler of an interrupt ended otherwise than by leaving: only the hypervisor can judge that. */
  readonly onUnexpectedEnd: (vcpu: Vcpu, end: RunEnd) => void;
  /** Instructions that one stretch of hypervisor code may take. */
  readonly budget: number;
  /** Whether stores to a read-only page go through for now, other than by CR0.WP. */
  readonly relaxed?: (address: bigint) => boolean;
  /** What `cpuid` says on every vCPU, where the emulated CPU's own answer will not do. */
  readonly cpuid?: CpuidAnswer;
}

export interface Machine {
  readonly memory: AddressSpace;
  readonly vcpus: readonly Vcpu[];
  readonly now: () => bigint;
  /** Declares the `hlt` at `address` a gate. */
  readonly gate: (address: bigint, handler: Gate) => void;
  /**
   * Has the host do what is at `address`: where a vCPU comes to the beginning of a block of code there, such as a
   * function, `handler` runs instead, and its value is what the function returns, if it does not say where to go on.
   * Memory is not changed.
   */
  readonly service: (address: bigint, handler: Gate) => void;
  /** As many vCPUs as asked for, from now on. */
  readonly setCpus: (count: number) => void;
  /** The vCPU is not available for `time` ns of the clock, from `delay` ns on. */
  readonly keepBusy: (index: number, time: bigint, delay?: bigint) => void;
  /** Has a vCPU run a program: when its time has come, after those of earlier times, before interrupts. */
  readonly schedule: (index: number, program: Program) => void;
  /** Interrupts another vCPU: it enters the handler when it is idle and not busy. */
  readonly interrupt: (index: number) => void;
  /**
   * What the gate of a wait says. For the vCPU that `drive` runs: comes back at the wait's end or at the deadline, after
   * the others ran. For others: they are parked.
   */
  readonly wait: (vcpu: Vcpu, wait: Wait) => GateResult;
  /** Runs `action` on this vCPU; then lets all others come to rest. */
  readonly drive: <Result>(vcpu: Vcpu, action: () => Result) => Result;
  /** Clock, vCPUs' activities and leftovers back to the start. Memory is restored by its own `save`. */
  readonly reset: () => void;
  readonly close: () => void;
}

interface Slot {
  readonly vcpu: Vcpu;
  /** When it is not available; moments of the clock. */
  busy: readonly { readonly from: bigint; readonly until: bigint }[];
  interrupted: boolean;
  /** In the order of their times. */
  programs: readonly Program[];
  activity: Activity;
}

/** Nothing can run, and no moment is left at which something could: the hypervisor hangs. */
export class MachineHangs extends Error {}

const later = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The first moment from `moment` on at which the vCPU is available. */
function freeFrom(slot: Pick<Slot, 'busy'>, moment: bigint): bigint {
  const now = slot.busy.find(({ from, until }) => from <= moment && moment < until);
  return now === undefined ? moment : freeFrom(slot, now.until);
}

const atRest = (): Omit<Slot, 'vcpu'> => ({
  busy: [],
  interrupted: false,
  programs: [],
  activity: { kind: 'idle' },
});

/** A deadline that never comes. */
export const NEVER = 0xffff_ffff_ffff_ffffn;

const soonest = (moments: readonly (bigint | undefined)[]): bigint =>
  moments.reduce<bigint>((first, moment) => (moment !== undefined && moment < first ? moment : first), NEVER);

export function createMachine(options: MachineOptions): Machine {
  const memory = createAddressSpace();
  const gates = new Map<bigint, Gate>();
  const services = new Map<bigint, Gate>();
  const slots: Slot[] = [];
  /** Those in use; there may be more slots, from when more were asked for. */
  let vcpus: readonly Vcpu[] = [];
  let clock = 0n;
  let driving: Vcpu | undefined;

  const onCodeStored = (by: Vcpu, start: bigint, size: number): void => {
    for (const { vcpu } of slots) if (vcpu !== by) vcpu.noteForeignStores(start, size);
  };
  const environment = {
    memory,
    gates,
    services,
    ...(options.relaxed === undefined ? {} : { relaxed: options.relaxed }),
    ...(options.cpuid === undefined ? {} : { cpuid: options.cpuid }),
    ...(options.onSyscall === undefined ? {} : { onSyscall: options.onSyscall }),
    onTrap: options.onTrap,
    returnAddress: options.returnAddress,
    onCodeStored,
  };

  const others = (): readonly Slot[] => slots.slice(0, vcpus.length).filter(({ vcpu }) => vcpu !== driving);
  const slotOf = (index: number): Slot => {
    const slot = slots[index];
    if (slot === undefined || index >= vcpus.length)
      throw new RangeError(`vCPU: expected 0..${vcpus.length - 1}, got ${index}`);
    return slot;
  };
  const isOver = ({ holds, deadline }: Wait): boolean => !holds() || clock >= deadline;

  const interruptDone = (vcpu: Vcpu, end: RunEnd): void => {
    if (end.kind !== 'left') options.onUnexpectedEnd(vcpu, end);
  };
  /** What the vCPU that just parked waits for. */
  let parkedFor: Wait | undefined;
  const parkAt = (slot: Slot, done: Program['done']): void => {
    if (parkedFor === undefined) throw new TypeError('park: expected a wait, got none');
    slot.activity = { kind: 'waiting', wait: parkedFor, resumeAt: parkedFor.goTo ?? slot.vcpu.get('rip'), done };
    parkedFor = undefined;
  };

  /** The moment from which a vCPU can run; undefined where nothing of it is to be run. */
  const readyAt = (slot: Slot): bigint | undefined => {
    const { activity, interrupted, programs } = slot;
    const program = programs[0];
    const from = (moment: bigint): bigint => freeFrom(slot, later(moment, clock));
    if (activity.kind === 'waiting') return from(isOver(activity.wait) ? clock : activity.wait.deadline);
    if (interrupted) return from(clock);
    return program === undefined ? undefined : from(program.time);
  };

  /** What an idle vCPU starts now: its program if the time has come, else the interrupt. */
  const start = (slot: Slot): { readonly from: bigint; readonly done: Program['done'] } => {
    const { vcpu, programs } = slot;
    const [program, ...rest] = programs;
    if (program !== undefined && program.time <= clock) {
      slot.programs = rest;
      return { from: program.start(vcpu), done: program.done };
    }
    slot.interrupted = false;
    return { from: options.onInterrupt(vcpu), done: interruptDone };
  };

  const step = (slot: Slot): void => {
    const { vcpu, activity } = slot;
    if (activity.kind === 'waiting' && activity.wait.goTo === undefined)
      vcpu.set('rax', activity.wait.holds() ? 0n : 1n);
    const { from, done } = activity.kind === 'waiting' ? { from: activity.resumeAt, done: activity.done } : start(slot);
    slot.activity = { kind: 'idle' };
    const end = vcpu.run(from, options.budget);
    if (end.kind === 'parked') parkAt(slot, done);
    else done(vcpu, end);
  };

  /** Runs whoever can run now, one stretch; false where nobody can. */
  const stepOne = (): boolean => {
    const ready = slots.find((slot, index) => index < vcpus.length && slot.vcpu !== driving && readyAt(slot) === clock);
    if (ready === undefined) return false;
    step(ready);
    return true;
  };

  /** The clock goes on to the next moment at which another vCPU can run, `limit` at most. */
  const passTime = (limit: bigint): void => {
    const moment = soonest(others().map(readyAt));
    const until = moment < limit ? moment : limit;
    if (until === NEVER) throw new MachineHangs('every vCPU waits for another');
    clock = until;
  };

  /** What the gate says of a wait that is over. */
  const resultOf = ({ holds, goTo }: Wait): GateResult => (goTo === undefined ? (holds() ? 0n : 1n) : { goTo });

  const waitDriving = ({ holds, deadline }: Wait): void => {
    while (holds()) {
      if (stepOne()) continue;
      if (clock >= deadline) return;
      passTime(deadline);
    }
  };

  /** Lets the others run until they rest; a vCPU kept busy does what it has to do when it is free again. */
  const settle = (): void => {
    while (stepOne());
  };

  /** Time passes until the vCPU is free, did what was waiting for it, and is no longer in the middle of anything. */
  const makeAvailable = (slot: Slot): void => {
    for (;;) {
      const free = freeFrom(slot, clock);
      if (free === clock && slot.activity.kind === 'idle' && readyAt(slot) !== clock) return;
      if (!stepOne()) passTime(free > clock ? free : NEVER);
    }
  };

  return {
    memory,
    get vcpus() {
      return vcpus;
    },
    now: () => clock,
    gate: (address, handler) => {
      gates.set(address, handler);
    },
    service: (address, handler) => {
      if (!services.has(address)) for (const { vcpu } of slots) vcpu.stopAt(address);
      services.set(address, handler);
    },
    setCpus(count) {
      if (!Number.isInteger(count) || count < 1) throw new RangeError(`vCPUs: expected 1 or more, got ${count}`);
      while (slots.length < count) slots.push({ vcpu: createVcpu(slots.length, environment), ...atRest() });
      vcpus = slots.slice(0, count).map(({ vcpu }) => vcpu);
    },
    keepBusy(index, time, delay = 0n) {
      const slot = slotOf(index);
      const from = clock + delay;
      slot.busy = [...slot.busy, { from, until: from + time }];
    },
    schedule(index, program) {
      const slot = slotOf(index);
      slot.programs = [...slot.programs, program].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    },
    interrupt(index) {
      slotOf(index).interrupted = true;
    },
    wait(vcpu, wait) {
      if (vcpu === driving) waitDriving(wait);
      if (vcpu === driving || isOver(wait)) return resultOf(wait);
      parkedFor = wait;
      return 'park';
    },
    drive(vcpu, action) {
      const before = driving;
      if (before === undefined) makeAvailable(slotOf(vcpu.index));
      driving = vcpu;
      try {
        const result = action();
        if (before === undefined) settle();
        return result;
      } finally {
        driving = before;
      }
    },
    reset() {
      clock = 0n;
      driving = undefined;
      parkedFor = undefined;
      for (const slot of slots) {
        Object.assign(slot, atRest());
        slot.vcpu.reset();
      }
    },
    close() {
      for (const { vcpu } of slots) vcpu.close();
    },
  };
}
