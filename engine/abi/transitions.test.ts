import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACTION, STATE, type Action, type State } from './hypercall';
import { isValid, nextOf, TRANSITIONS, type Outcome } from './transitions';

const states = Object.keys(STATE) as readonly State[];
const actions = Object.keys(ACTION) as readonly Action[];
const other = (state: State): State => (state === 'CHECKED' ? 'APPLIED' : 'CHECKED');

/** The document's table, as people read it. */
const VALID: Readonly<Record<State, readonly Action[]>> = {
  CHECKED: ['UNLOAD', 'APPLY', 'REPLACE'],
  APPLIED: ['REVERT'],
};

describe('transitions', () => {
  for (const state of states)
    for (const action of actions)
      test(`${action} in ${state}`, () => {
        const rows = TRANSITIONS.filter((row) => row.state === state && row.action === action);
        const outcomes = rows.map(({ outcome }) => outcome).sort();
        const valid = VALID[state].includes(action);
        assert.equal(isValid(state, action), valid);
        // Unloading is done at once: it neither fails nor takes time.
        const expected: Outcome[] = action === 'UNLOAD' ? ['success'] : ['error', 'success', 'timeout'];
        assert.deepEqual(outcomes, valid ? expected : ['invalid']);
        for (const { outcome, next } of rows) {
          const done = action === 'UNLOAD' ? 'gone' : other(state);
          assert.equal(next, outcome === 'success' ? done : state);
          assert.equal(nextOf(state, action, outcome), next);
        }
      });

  test('an action does not end in a way that has no row', () =>
    assert.throws(() => nextOf('CHECKED', 'UNLOAD', 'timeout'), RangeError));

  test('each row names its clause', () => {
    for (const { clause } of TRANSITIONS) assert.match(clause, /^STATE-[2-9]$/);
  });
});
