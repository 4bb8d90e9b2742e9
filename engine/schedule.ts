/** Scheduled hypercalls of vCPUs, by tickets: the same for each target on the emulated machine. */
import type { Cpus, Hypercall, ScheduledAnswer, TargetCore, Ticket } from './target';

/** A hypercall that a vCPU makes by itself `delay` ns from now; `done` gets what it returned. */
export type HypercallLater = (call: Hypercall, delay: bigint, done: (returned: bigint) => void) => void;

export interface Schedule extends Pick<Cpus, 'schedule' | 'returned'> {
  /** Forgets all tickets: when vCPUs are reset. */
  readonly reset: () => void;
}

export function createSchedule(later: HypercallLater, now: () => bigint, log: TargetCore['log']): Schedule {
  let answers = new Map<Ticket, ScheduledAnswer | undefined>();
  let last = 0;
  return {
    schedule(call, delay) {
      const ticket = ++last;
      const own = answers;
      own.set(ticket, undefined);
      later(call, delay, (returned) => own.set(ticket, { returned, time: now(), log: log() }));
      return ticket;
    },
    returned(ticket) {
      if (!answers.has(ticket)) throw new RangeError(`ticket: expected one since the last reset, got ${ticket}`);
      return answers.get(ticket);
    },
    reset() {
      answers = new Map();
    },
  };
}
