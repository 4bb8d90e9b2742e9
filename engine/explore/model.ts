/**
 * The document as a pure function: what each call leads to. It is made from the transition table and from sentences of
 * the document, and asks no hypervisor.
 */
import { ERRNO, type ErrnoName } from '../abi/errno';
import type { Action, State } from '../abi/hypercall';
import { TRANSITIONS, type Outcome, type Transition } from '../abi/transitions';
import type { Call } from './calls';
import type { Cast, HookName, Member } from './cast';

/** A payload that the hypervisor knows. */
export interface Known {
  readonly name: string;
  readonly state: State;
  /** 0 or a negative errno. */
  readonly rc: number;
  /** It was applied and reverted since it was uploaded. GET and LIST do not show it. BSS-2. */
  readonly reverted: boolean;
}

export interface World {
  /** In the order of upload. LIST-11. */
  readonly known: readonly Known[];
  /** The applied ones, the last applied last. */
  readonly stack: readonly string[];
}

export const NOTHING: World = { known: [], stack: [] };

export interface Step {
  /** What the hypercall returns. */
  readonly returned: number;
  readonly world: World;
  /** The clause that decides. */
  readonly clause: string;
  /** Whether the version of the list changes. LIST-7. */
  readonly isListChanged: boolean;
}

/** An action on a payload that is known. */
interface Asked {
  readonly cast: Cast;
  readonly world: World;
  readonly member: Member;
  readonly known: Known;
  readonly action: Action;
  readonly way: 'plain' | 'nodeps' | 'late';
}

/** Why an action fails. */
interface Obstacle {
  readonly clause: string;
  readonly outcome: Outcome;
  /** undefined: a hook's own. */
  readonly errno: ErrnoName | undefined;
  readonly isThere: (asked: Asked) => boolean;
}

const HOOK_OF: Readonly<Partial<Record<Action, HookName>>> = { APPLY: 'preapply', REVERT: 'prerevert' };

const memberOf = ({ members }: Cast, name: string): Member => {
  const found = members.find((member) => member.name === name);
  if (found === undefined) throw new RangeError(`payload: expected one of the cast, got ${name}`);
  return found;
};
const rowOf = (state: State, action: Action, outcome: Outcome): Transition | undefined =>
  TRANSITIONS.find((row) => row.state === state && row.action === action && row.outcome === outcome);
const isBefore = ({ hook }: Member): boolean => hook?.kind === 'preapply' || hook?.kind === 'prerevert';

/** What is asked before all vCPUs are held, and then; the first one counts. ACT-17. */
const OBSTACLES: readonly Obstacle[] = [
  {
    clause: 'STATE-11',
    outcome: 'invalid',
    errno: 'EINVAL',
    isThere: ({ known, action }) => rowOf(known.state, action, 'invalid') !== undefined,
  },
  {
    clause: 'BSS-2',
    outcome: 'error',
    errno: 'EINVAL',
    isThere: ({ known, member, action }) =>
      (action === 'APPLY' || action === 'REPLACE') && known.reverted && member.hasData === true,
  },
  {
    clause: 'ACT-8',
    outcome: 'error',
    errno: 'EBUSY',
    isThere: ({ world, known, action }) => action === 'REVERT' && world.stack.at(-1) !== known.name,
  },
  {
    clause: 'DEP-2',
    outcome: 'error',
    errno: 'EINVAL',
    isThere: ({ world, member, action, way }) =>
      action === 'APPLY' && way !== 'nodeps' && world.stack.at(-1) !== member.dependsOn,
  },
  {
    clause: 'DEP-3',
    outcome: 'error',
    errno: 'EINVAL',
    isThere: ({ member, action }) => action === 'REPLACE' && member.dependsOn !== undefined,
  },
  {
    clause: 'V2-HOOK-16',
    outcome: 'error',
    errno: 'EOPNOTSUPP',
    isThere: ({ cast, world, member, action }) =>
      action === 'REPLACE' && [member, ...world.stack.map((name) => memberOf(cast, name))].some(isBefore),
  },
  {
    clause: 'V2-HOOK-8',
    outcome: 'error',
    errno: undefined,
    isThere: ({ member, action }) => member.hook !== undefined && member.hook.kind === HOOK_OF[action],
  },
  {
    clause: 'ACT-3',
    outcome: 'timeout',
    errno: 'EBUSY',
    isThere: ({ action, way }) => action !== 'UNLOAD' && way === 'late',
  },
];

/** A payload's own way to apply that fails: REPLACE has reverted the others by then. V2-HOOK-13. */
const cannotApply = ({ member, action }: Asked): boolean =>
  member.hook?.kind === 'apply' && (action === 'APPLY' || action === 'REPLACE');

const changed = (world: World, name: string, change: Partial<Known>): World => ({
  ...world,
  known: world.known.map((known) => (known.name === name ? { ...known, ...change } : known)),
});

/** All applied ones are reverted, newest first, each with the outcome of that. ACT-4, STATE-7. */
const allReverted = (world: World): World =>
  world.stack.reduceRight<World>(
    (now, name) => changed({ ...now, stack: [] }, name, { state: 'CHECKED', rc: 0, reverted: true }),
    world,
  );

function succeeded({ world, known: { name }, action }: Asked): World {
  if (action === 'UNLOAD') return { ...world, known: world.known.filter((known) => known.name !== name) };
  if (action === 'REVERT')
    return changed({ ...world, stack: world.stack.slice(0, -1) }, name, { state: 'CHECKED', rc: 0, reverted: true });
  const before = action === 'REPLACE' ? allReverted(world) : world;
  return changed({ ...before, stack: [...before.stack, name] }, name, { state: 'APPLIED', rc: 0 });
}

const errnoOf = (errno: ErrnoName): number => -ERRNO[errno];

function act(asked: Asked): Step {
  const { world, known, member, action } = asked;
  const hookErrno = member.hook?.returns === '-EPERM' ? errnoOf('EPERM') : 0;
  const obstacle = OBSTACLES.find(({ isThere }) => isThere(asked));
  if (obstacle !== undefined) {
    const rc = obstacle.errno === undefined ? hookErrno : errnoOf(obstacle.errno);
    const next = rowOf(known.state, action, obstacle.outcome)?.next ?? known.state;
    const state = next === 'gone' ? known.state : next;
    const after = changed(world, known.name, { rc, state });
    return { returned: 0, world: after, clause: obstacle.clause, isListChanged: false };
  }
  if (cannotApply(asked)) {
    const before = action === 'REPLACE' ? allReverted(world) : world;
    const after = changed(before, known.name, { rc: hookErrno });
    return { returned: 0, world: after, clause: 'V2-HOOK-13', isListChanged: false };
  }
  const clause = rowOf(known.state, action, 'success')?.clause ?? 'STATE-11';
  return { returned: 0, world: succeeded(asked), clause, isListChanged: action === 'UNLOAD' };
}

/** What follows from a call. RangeError if the cast has no such payload. */
export function next(cast: Cast, world: World, call: Call): Step {
  const member = memberOf(cast, call.payload);
  const known = world.known.find(({ name }) => name === call.payload);
  if (call.operation === 'UPLOAD') {
    if (known !== undefined) return { returned: errnoOf('EEXIST'), world, clause: 'NAME-3', isListChanged: false };
    const uploaded: Known = { name: call.payload, state: 'CHECKED', rc: 0, reverted: false };
    return {
      returned: 0,
      world: { ...world, known: [...world.known, uploaded] },
      clause: 'UPL-1',
      isListChanged: true,
    };
  }
  if (known === undefined) return { returned: errnoOf('ENOENT'), world, clause: 'GET-7', isListChanged: false };
  return act({ cast, world, member, known, action: call.operation, way: call.way });
}
