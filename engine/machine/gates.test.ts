import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGates } from './gates';

test('gates: the last handler of an address counts, and each service has its address stopped at once', () => {
  const stops: bigint[] = [];
  const { gates, services, gate, service } = createGates((address) => stops.push(address));
  const first = (): bigint => 1n;
  const second = (): bigint => 2n;
  gate(1n, first);
  gate(1n, second);
  service(3n, first);
  service(3n, second);
  service(4n, first);
  assert.deepEqual([...gates], [[1n, second]]);
  assert.deepEqual(
    [...services],
    [
      [3n, second],
      [4n, first],
    ],
  );
  assert.deepEqual(stops, [3n, 4n]);
});
