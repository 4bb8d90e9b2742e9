/** A hypervisor that is searched: brought to where a sequence of calls leads, and asked one more. */
import { HypervisorStopped, type Checkpoints, type EmulatedTarget } from '../target';
import { createSearchCaller } from './caller';
import type { Call } from './calls';
import { fileOf, type Cast } from './cast';
import { facetsOf, getText, type Facets, type Look } from './facets';
import { createMemoryView } from './memory';

/** A target that can be searched. */
export type Searchable = EmulatedTarget & Checkpoints;

/** What was seen after a call. */
export interface Seen {
  readonly facets: Facets;
  /** All that was seen, the payloads' data included, as text: equal for states that nothing seen tells apart. */
  readonly key: string;
  /** The hypervisor crashed: nothing follows. */
  readonly hasStopped: boolean;
}

export interface Subject {
  readonly cast: Cast;
  /** Makes these calls on a hypervisor as it is after a reset, and remembers where they lead. */
  readonly goTo: (path: readonly Call[]) => void;
  /** Makes one more call there, and looks. */
  readonly try: (call: Call) => Seen;
  /** The key of where `goTo` led. */
  readonly here: () => string;
  /** Back to where `goTo` led. */
  readonly back: () => void;
}

const STOPPED = 'a crash';

const keyOf = ({ entries, places, regions, data }: Look & { readonly data: string }): string =>
  JSON.stringify([entries, [...places.values()], [...regions.values()], data]);

export function createSubject(target: Searchable, cast: Cast): Subject {
  target.reset();
  const files = new Map(cast.members.map((member) => [member.name, fileOf(member, target)]));
  const see = createMemoryView(cast, target);
  const caller = createSearchCaller(target, files);
  let versionBefore = 0;
  let path: readonly Call[] = [];
  let restore = (): void => undefined;

  /** Where all but the last call of the last path led: the next path mostly begins with the same ones. */
  let trunk: { readonly calls: string; readonly restore: () => void } | undefined;

  const goToTrunk = (calls: readonly Call[]): void => {
    const text = JSON.stringify(calls);
    if (trunk?.calls === text) {
      trunk.restore();
      return;
    }
    target.reset();
    caller.renew();
    for (const call of calls) caller.call(call);
    trunk = { calls: text, restore: target.save() };
  };
  const goTo = (calls: readonly Call[]): void => {
    path = calls;
    const last = calls.at(-1);
    goToTrunk(calls.slice(0, -1));
    if (last !== undefined) caller.call(last);
    versionBefore = caller.list().version;
    restore = target.save();
  };
  const look = (): Look & { readonly version: number; readonly data: string } => {
    const { version, entries } = caller.list();
    const gets = cast.members.map(({ name }) => {
      const { returned, state, rc } = caller.get(name);
      return [name, getText(returned, state, rc)] as const;
    });
    return { version, entries, gets: new Map(gets), ...see() };
  };
  const crash = (error: unknown): Seen => {
    if (!(error instanceof HypervisorStopped)) throw error;
    const { where, why } = error.stop;
    return { facets: new Map([['the hypercall', `${STOPPED} in ${where}: ${why}`]]), key: STOPPED, hasStopped: true };
  };
  let hasStopped = false;
  return {
    cast,
    goTo,
    try(call) {
      try {
        const returned = caller.call(call);
        const seen = look();
        const facets = facetsOf(cast, returned, seen.version !== versionBefore, seen);
        return { facets, key: keyOf(seen), hasStopped: false };
      } catch (error) {
        hasStopped = true;
        return crash(error);
      }
    },
    here: () => keyOf(look()),
    back() {
      if (!hasStopped) {
        restore();
        return;
      }
      hasStopped = false;
      trunk = undefined;
      goTo(path);
    },
  };
}
