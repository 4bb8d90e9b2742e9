import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countUpTo } from './sorted';

test('items at the address count, those after it do not', () => {
  const count = (sorted: readonly bigint[]): readonly number[] =>
    [0n, 1n, 2n, 3n, 4n, 5n].map((address) => countUpTo(sorted, address, (item) => item));
  assert.deepEqual(count([]), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(count([2n]), [0, 0, 1, 1, 1, 1]);
  assert.deepEqual(count([1n, 2n, 2n, 4n]), [0, 1, 3, 3, 4, 4]);
});
