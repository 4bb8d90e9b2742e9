/** Searches: all sequences of calls on a hypervisor, for each cast of payloads, against the document or another one. */
import type { Revision } from '../abi/hypercall';
import { castsOf, type Cast } from './cast';
import { documentOracle, hypervisorOracle, search, type Figures, type Finding } from './search';
import { createSubject, type Searchable } from './subject';

export { callText, type Call } from './calls';
export { scenarioOf } from './scenario';
export type { Cast } from './cast';
export type { Difference, Facets } from './facets';
export type { Figures, Finding } from './search';
export type { Searchable } from './subject';

export interface Exploration {
  /** The hypervisor that is searched. */
  readonly target: Searchable;
  /** The one whose behaviour is expected; undefined: what the document says. Of the same revision. */
  readonly beside?: Searchable;
  readonly depth: number;
  readonly payloads: 2 | 3;
  readonly onFinding: (finding: Finding) => void;
  /** Called after each cast. */
  readonly onCast: (cast: Cast, figures: Figures) => void;
}

const ZERO: Figures = { states: 0, transitions: 0, merged: 0, parted: 0 };

const sumOf = (one: Figures, other: Figures): Figures => ({
  states: one.states + other.states,
  transitions: one.transitions + other.transitions,
  merged: one.merged + other.merged,
  parted: one.parted + other.parted,
});

/** Searches with each cast; the sum of the figures. */
export function explore({ target, beside, depth, payloads, onFinding, onCast }: Exploration): Figures {
  const revision: Revision = target.hypervisor.revision;
  return castsOf(payloads, revision).reduce((sum, cast) => {
    const oracle = beside === undefined ? documentOracle(cast) : hypervisorOracle(createSubject(beside, cast));
    const figures = search(createSubject(target, cast), oracle, { revision, depth, onFinding });
    onCast(cast, figures);
    return sumOf(sum, figures);
  }, ZERO);
}
