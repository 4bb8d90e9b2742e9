/**
 * The transition table of the document (section *State transition table of LIVEPATCH_ACTION commands*), with the
 * rows that its closing sentence, "all other transitions are invalid", covers written out.
 *
 * The engine follows it, the outlines of features/states are checked against it, and the report draws it.
 */
import type { Action, State } from './hypercall';

/** How the action ended: as asked, with an error, not within its time; or it may not be asked in this state. */
export type Outcome = 'success' | 'error' | 'timeout' | 'invalid';

/** A clause of that section. */
type StateClause = `STATE-${number}`;

export interface Transition {
  readonly state: State;
  readonly action: Action;
  readonly outcome: Outcome;
  /** The state afterwards; `gone`: the payload is no longer known. */
  readonly next: State | 'gone';
  readonly clause: StateClause;
}

type Row = readonly [State, Action, Outcome, State | 'gone', StateClause];

const row = (...[state, action, outcome, next, clause]: Row): Transition => ({ state, action, outcome, next, clause });

export const TRANSITIONS: readonly Transition[] = [
  row('CHECKED', 'UNLOAD', 'success', 'gone', 'STATE-2'),
  row('CHECKED', 'APPLY', 'success', 'APPLIED', 'STATE-3'),
  row('CHECKED', 'APPLY', 'error', 'CHECKED', 'STATE-4'),
  row('CHECKED', 'APPLY', 'timeout', 'CHECKED', 'STATE-4'),
  row('CHECKED', 'REPLACE', 'success', 'APPLIED', 'STATE-5'),
  row('CHECKED', 'REPLACE', 'error', 'CHECKED', 'STATE-6'),
  row('CHECKED', 'REPLACE', 'timeout', 'CHECKED', 'STATE-6'),
  row('CHECKED', 'REVERT', 'invalid', 'CHECKED', 'STATE-9'),
  row('APPLIED', 'REVERT', 'success', 'CHECKED', 'STATE-7'),
  row('APPLIED', 'REVERT', 'error', 'APPLIED', 'STATE-8'),
  row('APPLIED', 'REVERT', 'timeout', 'APPLIED', 'STATE-8'),
  row('APPLIED', 'APPLY', 'invalid', 'APPLIED', 'STATE-9'),
  row('APPLIED', 'REPLACE', 'invalid', 'APPLIED', 'STATE-9'),
  row('APPLIED', 'UNLOAD', 'invalid', 'APPLIED', 'STATE-9'),
];

/** The rows of one cell of the table. RangeError if there are none: the table is complete. */
export function cellOf(state: State, action: Action): readonly Transition[] {
  const rows = TRANSITIONS.filter((row) => row.state === state && row.action === action);
  if (rows.length === 0) throw new RangeError(`transition: expected rows for ${action} in ${state}, got none`);
  return rows;
}

/** Whether the document lets this action be asked in this state. */
export const isValid = (state: State, action: Action): boolean =>
  cellOf(state, action).some(({ outcome }) => outcome !== 'invalid');

/** Where an action leads that may be asked. RangeError if it cannot end so. */
export function nextOf(state: State, action: Action, outcome: Outcome): State | 'gone' {
  const row = cellOf(state, action).find((own) => own.outcome === outcome);
  if (row === undefined) throw new RangeError(`transition: expected ${action} in ${state} to end, got ${outcome}`);
  return row.next;
}
