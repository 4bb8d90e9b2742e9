import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUserError } from '../engine/user-error';
import { type RunSelection, runKey, selectRuns } from './runs';

const keys = (selection: RunSelection): readonly string[] => selectRuns(selection).runs.map(runKey);

test('a target is run in each revision asked for', () => {
  assert.deepEqual(keys({ target: 'reference', revision: 'all' }), ['reference/1', 'reference/2']);
  assert.deepEqual(keys({ target: 'reference', revision: '2' }), ['reference/2']);
});

test('a label takes the place of the target in the key', () => {
  const { runs } = selectRuns({ target: 'reference', revision: '1', label: 'mine' });
  assert.deepEqual(runs, [{ target: 'reference', revision: 1, label: 'mine' }]);
  assert.deepEqual(runs.map(runKey), ['mine/1']);
});

test('all targets are those that can be run, and the others are named', () => {
  assert.deepEqual(keys({ target: 'all', revision: '1' }), ['reference/1']);
  assert.deepEqual(selectRuns({ target: 'all', revision: '1' }).leftOut, ['xen']);
});

test('a target that cannot be run is refused in a sentence', () => {
  assert.throws(
    () => selectRuns({ target: 'xen', revision: 'all' }),
    (error) => isUserError(error) && error.message.includes('--target reference'),
  );
});
