import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, table } from './figures';

test('the median is the middle value, by size', () => {
  assert.equal(median([100, 9, 20]), 20);
  assert.equal(median([3, 1, 2, 4]), 3);
  assert.throws(() => median([]), RangeError);
});

test('the table has the targets beside the figures', () => {
  assert.equal(
    table([
      { name: 'suite', value: 1.4567, unit: '', target: 1.5 },
      { name: 'memory', value: 1234.5, unit: 'MB', target: 400 },
      { name: 'calls', value: 7, unit: '/s' },
    ]),
    ['suite       1.46  at most 1.5  met', 'memory  1,235 MB  at most 400  missed', 'calls       7 /s'].join('\n'),
  );
});
