/** A target that begins to lie. */
import type { Hypercall, Target, Ticket, WatchId } from '../target';
import type { Honest, Lie } from './liar';

/** The target as it is while `lies` says no, and else with the lie. */
export function lying(honest: Honest, lie: Lie, lies: () => boolean): Target {
  const told = lie.tells?.(honest) ?? {};
  const scheduled = new Map<Ticket, Hypercall>();
  const watched = new Map<WatchId, string>();
  const answered = (call: Hypercall, returned: bigint): bigint =>
    lies() && lie.answer ? lie.answer(call, returned, honest.domain(call.domain ?? 'control')) : returned;
  const acting: Partial<Honest> = {
    hypercall: (call) => answered(call, honest.hypercall(call)),
    cpus: {
      ...honest.cpus,
      schedule(call, delay) {
        const ticket = honest.cpus.schedule(call, delay);
        scheduled.set(ticket, call);
        return ticket;
      },
      returned(ticket) {
        const answer = honest.cpus.returned(ticket);
        const call = scheduled.get(ticket);
        return answer && call && { ...answer, returned: answered(call, answer.returned) };
      },
    },
    stores: {
      watch(start, length) {
        const id = honest.stores.watch(start, length);
        watched.set(id, honest.image.describe(start).split('+')[0] ?? '');
        return id;
      },
      seen(id) {
        const seen = honest.stores.seen(id);
        return lies() && lie.stores ? lie.stores(seen, watched.get(id) ?? '') : seen;
      },
    },
  };
  return new Proxy<Target>(honest, {
    get: (target, key: keyof Target) => (lies() ? told[key] : undefined) ?? acting[key] ?? target[key],
  });
}
