/**
 * Which vCPU runs. One at a time does: when it waits, the others run, and when none can run, time passes until the
 * next moment at which one can. So a run is the same each time.
 */
import { dueProgram, EMPTY, isOver, readyAt, withProgram, type Agenda, type Program, type Wait } from './agenda';
import { firstOutside, NEVER, soonest, type Clock } from './clock';
import type { GateResult, RunEnd, Vcpu } from './vcpu';

export interface SchedulerOptions {
  readonly clock: Clock;
  /** Those in use, now. */
  readonly vcpus: () => readonly Vcpu[];
  /** An interrupt reaches an idle vCPU: prepares its registers; the result is the address of the handler. */
  readonly onInterrupt: (vcpu: Vcpu) => bigint;
  /** The handler of an interrupt ended other than by leaving: only the hypervisor can judge that. */
  readonly onUnexpectedEnd: (vcpu: Vcpu, end: RunEnd) => void;
  /** Instructions that one stretch of hypervisor code may take. */
  readonly budget: number;
}

export interface Scheduler {
  /** The vCPU is not available for `time` ns of the clock, from `delay` ns on. */
  readonly keepBusy: (vcpu: Vcpu, time: bigint, delay: bigint) => void;
  /** Makes a vCPU run a program: when its time has come, after those of earlier times, before interrupts. */
  readonly schedule: (vcpu: Vcpu, program: Program) => void;
  /** Interrupts a vCPU: it enters the handler when it is idle and not busy. */
  readonly interrupt: (vcpu: Vcpu) => void;
  /**
   * What the gate of a wait says. For the vCPU that `drive` runs: comes back at the wait's end or at the deadline,
   * after the others ran. For others: they are parked.
   */
  readonly wait: (vcpu: Vcpu, wait: Wait) => GateResult;
  /** Runs `action` on this vCPU; then lets all others finish. */
  readonly drive: <Result>(vcpu: Vcpu, action: () => Result) => Result;
  /** Forgets what all vCPUs had to do. */
  readonly reset: () => void;
}

/** Nothing can run, and no moment is left at which something could: the hypervisor hangs. */
export class MachineHangs extends Error {}

/** The result of the gate for a finished wait. */
const resultOf = ({ holds, goTo }: Wait): GateResult => (goTo === undefined ? (holds() ? 0n : 1n) : { goTo });

export function createScheduler({ clock, vcpus, onInterrupt, onUnexpectedEnd, budget }: SchedulerOptions): Scheduler {
  /** By the number of the vCPU. */
  let agendas: Agenda[] = [];
  const agendaOf = ({ index }: Vcpu): Agenda => agendas[index] ?? EMPTY;
  const change = (vcpu: Vcpu, part: Partial<Agenda>): void => {
    agendas[vcpu.index] = { ...agendaOf(vcpu), ...part };
  };
  let driving: Vcpu | undefined;
  /** What the vCPU that just parked waits for. */
  let parkedFor: Wait | undefined;

  const ready = (vcpu: Vcpu): bigint | undefined => readyAt(agendaOf(vcpu), clock.now());

  const interruptDone = (vcpu: Vcpu, end: RunEnd): void => {
    if (end.kind !== 'left') onUnexpectedEnd(vcpu, end);
  };
  /** Begins what is due on an idle vCPU: from where it runs, and what is to be called at its end. */
  const begin = (vcpu: Vcpu): { readonly from: bigint; readonly done: Program['done'] } => {
    const agenda = agendaOf(vcpu);
    const program = dueProgram(agenda, clock.now());
    change(vcpu, program === undefined ? { interrupted: false } : { programs: agenda.programs.slice(1) });
    return program === undefined
      ? { from: onInterrupt(vcpu), done: interruptDone }
      : { from: program.start(vcpu), done: program.done };
  };
  /** Likewise for one that is parked. */
  const resume = (vcpu: Vcpu, { wait, resumeAt, done }: NonNullable<Agenda['parked']>): ReturnType<typeof begin> => {
    if (wait.goTo === undefined) vcpu.set('rax', wait.holds() ? 0n : 1n);
    change(vcpu, { parked: undefined });
    return { from: resumeAt, done };
  };
  const park = (vcpu: Vcpu, done: Program['done']): void => {
    if (parkedFor === undefined) throw new TypeError('park: expected a wait, got none');
    change(vcpu, { parked: { wait: parkedFor, resumeAt: parkedFor.goTo ?? vcpu.get('rip'), done } });
    parkedFor = undefined;
  };

  /** Runs the first other vCPU that can run now, one stretch; false if none can. */
  const step = (): boolean => {
    const now = clock.now();
    const vcpu = vcpus().find((one) => one !== driving && readyAt(agendaOf(one), now) === now);
    if (vcpu === undefined) return false;
    const { parked } = agendaOf(vcpu);
    const { from, done } = parked === undefined ? begin(vcpu) : resume(vcpu, parked);
    const end = vcpu.run(from, budget);
    if (end.kind === 'parked') park(vcpu, done);
    else done(vcpu, end);
    return true;
  };

  /** Time passes until the next moment at which another vCPU can run, `limit` at most. */
  const passTime = (limit: bigint): void => {
    const others = vcpus().filter((vcpu) => vcpu !== driving);
    const until = soonest([limit, ...others.map(ready)]);
    if (until === NEVER) throw new MachineHangs('every vCPU waits for another');
    clock.passUntil(until);
  };

  const waitDriving = ({ holds, deadline }: Wait): void => {
    while (holds()) {
      if (step()) continue;
      if (clock.now() >= deadline) return;
      passTime(deadline);
    }
  };

  /** Time passes until the vCPU is free, did what was waiting for it, and is no longer in the middle of anything. */
  const makeAvailable = (vcpu: Vcpu): void => {
    for (;;) {
      const now = clock.now();
      const agenda = agendaOf(vcpu);
      const free = firstOutside(agenda.busy, now);
      if (free === now && agenda.parked === undefined && readyAt(agenda, now) !== now) return;
      if (!step()) passTime(free > now ? free : NEVER);
    }
  };

  return {
    keepBusy(vcpu, time, delay) {
      const from = clock.now() + delay;
      change(vcpu, { busy: [...agendaOf(vcpu).busy, { from, until: from + time }] });
    },
    schedule: (vcpu, program) => change(vcpu, withProgram(agendaOf(vcpu), program)),
    interrupt: (vcpu) => change(vcpu, { interrupted: true }),
    wait(vcpu, wait) {
      if (vcpu === driving) waitDriving(wait);
      if (vcpu === driving || isOver(wait, clock.now())) return resultOf(wait);
      parkedFor = wait;
      return 'park';
    },
    drive(vcpu, action) {
      const before = driving;
      if (before === undefined) makeAvailable(vcpu);
      driving = vcpu;
      try {
        const result = action();
        // A busy vCPU handles its pending work once it is free.
        if (before === undefined) while (step());
        return result;
      } finally {
        driving = before;
      }
    },
    reset() {
      driving = undefined;
      parkedFor = undefined;
      agendas = [];
    },
  };
}
