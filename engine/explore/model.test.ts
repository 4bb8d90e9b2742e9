import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TRANSITIONS, type Outcome } from '../abi/transitions';
import type { Way } from './calls';
import type { Cast, Member } from './cast';
import { next, NOTHING, type World } from './model';

/** A payload with which an action has this outcome: the error is a hook's, or a missing dependency. */
function memberFor(outcome: Outcome, action: string): Member {
  const member: Member = { name: 'p', patches: 'xen_extra_version' };
  if (outcome !== 'error') return member;
  if (action === 'REPLACE') return { ...member, dependsOn: 'q' };
  return { ...member, hook: { kind: action === 'APPLY' ? 'preapply' : 'prerevert', returns: '-EPERM' } };
}
const RC: Readonly<Record<Outcome, (action: string) => number>> = {
  success: () => 0,
  invalid: () => -22,
  timeout: () => -16,
  error: (action) => (action === 'REPLACE' ? -22 : -1),
};

describe('the document as a function', () => {
  for (const { state, action, outcome, next: to } of TRANSITIONS)
    test(`${action} in ${state}: ${outcome}`, () => {
      const cast: Cast = { name: 'one', members: [memberFor(outcome, action)] };
      const world: World = {
        known: [{ name: 'p', state, rc: 0, reverted: false }],
        stack: state === 'APPLIED' ? ['p'] : [],
      };
      const way: Way = outcome === 'timeout' ? 'late' : 'plain';
      const step = next(cast, world, { operation: action, payload: 'p', way });
      assert.equal(step.returned, 0);
      assert.deepEqual(
        step.world.known.map((known) => [known.state, known.rc]),
        to === 'gone' ? [] : [[to, RC[outcome](action)]],
      );
      assert.deepEqual(step.world.stack, to === 'APPLIED' ? ['p'] : []);
    });

  const cast: Cast = {
    name: 'two',
    members: [
      { name: 'p', patches: 'xen_extra_version', hasData: true },
      { name: 'q', patches: 'xen_extra_version', dependsOn: 'p' },
    ],
  };
  const after = (...calls: readonly (readonly ['UPLOAD' | 'APPLY' | 'REVERT' | 'REPLACE' | 'UNLOAD', string])[]) =>
    calls.reduce(
      (step, [operation, payload]) =>
        next(cast, step.world, operation === 'UPLOAD' ? { operation, payload } : { operation, payload, way: 'plain' }),
      { returned: 0, world: NOTHING, clause: '', isListChanged: false },
    );
  const BOTH = [
    ['UPLOAD', 'p'],
    ['APPLY', 'p'],
    ['UPLOAD', 'q'],
    ['APPLY', 'q'],
  ] as const;

  test('a payload that is known is not uploaded again, and one that is not is not acted on', () => {
    assert.equal(after(['UPLOAD', 'p'], ['UPLOAD', 'p']).returned, -17);
    assert.equal(after(['APPLY', 'p']).returned, -2);
  });

  test('what was applied last is reverted first', () => {
    const { world, clause } = after(...BOTH, ['REVERT', 'p']);
    assert.equal(clause, 'ACT-8');
    assert.deepEqual(world.stack, ['p', 'q']);
  });

  test('REPLACE by a payload that was reverted and has data is refused, and after a new upload it reverts all', () => {
    assert.equal(after(['UPLOAD', 'p'], ['APPLY', 'p'], ['REVERT', 'p'], ['REPLACE', 'p']).clause, 'BSS-2');
    const again = after(...BOTH, ['REVERT', 'q'], ['REVERT', 'p'], ['UNLOAD', 'p'], ['UPLOAD', 'p'], ['REPLACE', 'p']);
    assert.deepEqual(again.world.stack, ['p']);
  });

  test('a payload that is not of the cast is a mistake', () => {
    assert.throws(() => next(cast, NOTHING, { operation: 'UPLOAD', payload: 'r' }), RangeError);
  });
});
