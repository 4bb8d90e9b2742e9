import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withMachine } from './machine.fixtures';

describe('machine: vCPUs', () => {
  test('as many as asked for', () => {
    withMachine(({ machine }) => {
      machine.setCpus(2);
      assert.equal(machine.vcpus.length, 2);
      for (const count of [0, -1, 1.5]) assert.throws(() => machine.setCpus(count), RangeError);
    });
  });

  test('each by its number, and none by any other', () => {
    withMachine(({ machine }) => {
      machine.setCpus(2);
      assert.deepEqual([machine.vcpu(0), machine.vcpu(1)], machine.vcpus);
      for (const act of [
        () => machine.vcpu(-1),
        () => machine.interrupt(2),
        () => machine.keepBusy(2, 1n),
        () => machine.schedule(-1, { time: 0n, start: () => 0n, done: () => undefined }),
      ])
        assert.throws(act, /^RangeError: vCPU: expected 0\.\.1, got (2|-1)$/);
    });
  });

  test('one that was taken out of use is the same one afterwards', () => {
    withMachine(({ machine }) => {
      const third = machine.vcpu(2);
      machine.setCpus(1);
      machine.setCpus(3);
      assert.equal(machine.vcpu(2), third);
    });
  });
});
