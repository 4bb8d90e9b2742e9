import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { PAGE_SIZE } from '../pages';
import { describeMemory, overwriteByGuest, overwriteByHost } from '../machine/reset.fixtures';
import { findDebianXen } from '.';
import { createHypervisor, type Hypervisor } from './hypervisor';
import { readXen } from './image';
import { probe } from './probe';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

describe('after a reset, a Xen has nothing of what was before', { skip }, () => {
  let made: Hypervisor | undefined;
  const xen = (): Hypervisor => {
    if (made !== undefined) return made;
    const image = readXen(file ?? '');
    return (made = createHypervisor(image, probe(image)));
  };
  beforeEach(() => xen().reset(2));
  after(() => made?.system.machine.close());

  const restores = (change: () => unknown): void => {
    const { memory } = xen().system;
    const fresh = describeMemory(memory);
    change();
    const changed = describeMemory(memory);
    assert.ok(fresh.every((line) => !changed.includes(line)));
    xen().reset(2);
    assert.deepEqual(describeMemory(memory), fresh);
  };

  test('of what the host wrote, anywhere', () => restores(() => overwriteByHost(xen().system.memory)));

  test('of what code wrote, anywhere; also the second time', () => {
    restores(() => overwriteByGuest(xen().system.machine));
    restores(() => overwriteByGuest(xen().system.machine));
  });

  test('of permissions, pages that were taken away, and pages that were added', () =>
    restores(() => {
      const { memory, pageTables } = xen().system;
      for (const { start, bytes, permissions } of memory.regions()) {
        const end = start + BigInt(bytes.length);
        memory.protect(start, bytes.length, permissions === 'r--' ? 'rwx' : 'r--');
        memory.unmap(end - BigInt(PAGE_SIZE), PAGE_SIZE);
      }
      assert.ok(pageTables.map('added', 0xffff_8300_3000_0000n, 3, 'rwx'));
    }));
});
