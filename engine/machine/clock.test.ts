import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClock, firstOutside, later, NEVER, soonest } from './clock';

describe('clock', () => {
  test('passes only forward, and starts again at 0', () => {
    const clock = createClock();
    clock.passUntil(7n);
    clock.passUntil(7n);
    assert.throws(() => clock.passUntil(6n), RangeError);
    assert.equal(clock.now(), 7n);
    clock.reset();
    assert.equal(clock.now(), 0n);
  });

  test('compares moments', () => {
    assert.deepEqual([later(1n, 2n), later(2n, 1n)], [2n, 2n]);
    assert.deepEqual([soonest([3n, undefined, 2n]), soonest([undefined]), soonest([])], [2n, NEVER, NEVER]);
  });

  test('finds the first moment outside all periods, whatever their order', () => {
    const periods = [
      { from: 20n, until: 30n },
      { from: 5n, until: 20n },
      { from: 31n, until: 40n },
    ];
    assert.deepEqual(
      [4n, 5n, 25n, 30n, 31n, 40n].map((moment) => firstOutside(periods, moment)),
      [4n, 30n, 30n, 30n, 40n, 40n],
    );
  });
});
