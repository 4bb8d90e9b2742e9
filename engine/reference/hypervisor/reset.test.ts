import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { describeMemory, overwriteByGuest, overwriteByHost } from '../../machine/reset.fixtures';
import { createSystem } from './system';

describe('after a reset, the reference has nothing of what was before', () => {
  const system = createSystem();
  const { memory } = system.machine;
  beforeEach(() => system.reset(2));
  after(() => system.machine.close());

  const restores = (change: () => unknown): void => {
    const fresh = describeMemory(memory);
    change();
    const changed = describeMemory(memory);
    assert.ok(fresh.every((line) => !changed.includes(line)));
    system.reset(2);
    assert.deepEqual(describeMemory(memory), fresh);
  };

  test('of what the host wrote, anywhere', () => restores(() => overwriteByHost(memory)));

  test('of what code wrote, anywhere; also the second time', () => {
    restores(() => overwriteByGuest(system.machine));
    restores(() => overwriteByGuest(system.machine));
  });
});
