/**
 * All sequences of calls to a depth, breadth first. Two sequences that lead to the same state are followed once: the
 * same to the document, which remembers what no caller sees, and the same to whoever looks.
 */
import { callsOf, type Call } from './calls';
import type { Revision } from '../abi/hypercall';
import type { Cast } from './cast';
import { differencesOf, expectedFacets, newDifferences, type Difference, type Facets } from './facets';
import { next, NOTHING, type Step, type World } from './model';
import type { Subject } from './subject';

/** Says what a call should lead to. */
export interface Oracle {
  readonly goTo: (path: readonly Call[]) => void;
  /** The facets expected, and all that tells states apart. */
  readonly expect: (call: Call, step: Step) => { readonly facets: Facets; readonly key: string };
  readonly here: () => string;
  readonly back: () => void;
}

/** Expects what the document says. */
export const documentOracle = (cast: Cast): Oracle => ({
  goTo: () => undefined,
  expect: (_call, step) => ({ facets: expectedFacets(cast, step), key: '' }),
  here: () => '',
  back: () => undefined,
});

/** Expects what another hypervisor does. */
export const hypervisorOracle = ({ goTo, try: make, here, back }: Subject): Oracle => ({
  goTo,
  expect: (call) => make(call),
  here,
  back,
});

/** A call after which something is not as expected. */
export interface Finding {
  readonly cast: Cast;
  /** The calls that lead there, this one last: as short as any. */
  readonly path: readonly Call[];
  readonly step: Step;
  /** Before the call, by the document. */
  readonly before: World;
  readonly differences: readonly Difference[];
  /** What was seen before the call. */
  readonly foundBefore: Facets;
}

export interface Figures {
  readonly states: number;
  readonly transitions: number;
  /** Transitions that led to a state that was known. */
  readonly merged: number;
  /** States that were not followed, since hypervisor and expectation are no longer in the same state there. */
  readonly parted: number;
}

export interface SearchOptions {
  readonly revision: Revision;
  readonly depth: number;
  /** Default: all that there are. */
  readonly calls?: readonly Call[];
  /** False: each sequence is followed by itself. */
  readonly merges?: boolean;
  readonly onTransition?: (transition: Transition) => void;
  readonly onFinding: (finding: Finding) => void;
}

/** A call in a state, and what was seen after it. */
export interface Transition {
  readonly from: State;
  readonly call: Call;
  readonly facets: Facets;
}

/** Where a sequence of calls leads. */
export interface State {
  readonly path: readonly Call[];
  readonly world: World;
  /** What was seen there: equal for all that a caller, and who looks at memory, cannot tell apart. */
  readonly seen: string;
  /** Equal for states that are followed once: what was seen, and what the document remembers. */
  readonly key: string;
  readonly facets: Facets;
  /** What differed there already. */
  readonly differences: readonly Difference[];
}

/** Facets without which the two are in different states: what follows would only show that again. */
const PARTS = /^(state of|bytes of|order of the list|regions of)/;
const hasParted = (differences: readonly Difference[], hasStopped: boolean): boolean =>
  hasStopped || differences.some(({ what }) => PARTS.test(what));

const keyOf = (world: World, seen: string, expected: string): string =>
  `${JSON.stringify(world)}\n${seen}\n${expected}`;

export function search(
  subject: Subject,
  oracle: Oracle,
  { revision, depth, calls = callsOf(subject.cast, revision), merges = true, onTransition, onFinding }: SearchOptions,
): Figures {
  const { cast } = subject;
  const figures = { states: 1, transitions: 0, merged: 0, parted: 0 };
  const known = new Set<string>();

  /** The state after one call, and whether it is to be followed. */
  const follow = (state: State, call: Call): { readonly reached: State; readonly isNew: boolean } => {
    const step = next(cast, state.world, call);
    const seen = subject.try(call);
    const expected = oracle.expect(call, step);
    figures.transitions += 1;
    onTransition?.({ from: state, call, facets: seen.facets });
    const differences = differencesOf(expected.facets, seen.facets);
    const fresh = newDifferences(differences, state.differences);
    const path = [...state.path, call];
    if (fresh.length > 0)
      onFinding({ cast, path, step, before: state.world, differences: fresh, foundBefore: state.facets });
    const key = keyOf(step.world, seen.key, expected.key);
    const reached = { path, world: step.world, seen: seen.key, key, facets: seen.facets, differences };
    if (merges && known.has(key)) {
      figures.merged += 1;
      return { reached, isNew: false };
    }
    known.add(key);
    const isNew = !hasParted(differences, seen.hasStopped);
    if (isNew) figures.states += 1;
    else figures.parted += 1;
    return { reached, isNew };
  };
  const expand = (state: State): readonly State[] => {
    subject.goTo(state.path);
    oracle.goTo(state.path);
    return calls.flatMap((call) => {
      const { reached, isNew } = follow(state, call);
      subject.back();
      oracle.back();
      return isNew ? reached : [];
    });
  };
  subject.goTo([]);
  oracle.goTo([]);
  const seenAtStart = subject.here();
  const start: State = {
    path: [],
    world: NOTHING,
    seen: seenAtStart,
    key: keyOf(NOTHING, seenAtStart, oracle.here()),
    facets: new Map(),
    differences: [],
  };
  known.add(start.key);
  let layer: readonly State[] = [start];
  for (let at = 0; at < depth; at++) layer = layer.flatMap(expand);
  return figures;
}
