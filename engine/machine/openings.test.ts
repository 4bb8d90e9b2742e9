import assert from 'node:assert/strict';
import { test } from 'node:test';
import { END, HLT, STORE } from '../unicorn/fixtures';
import { PAGE_SIZE } from '../pages';
import type { AddressSpace } from './address-space';
import { mapPages, page, withSpace } from './address-space.fixtures';
import { permissionBits } from './permissions';

test('what a CPU stores past the permissions, which it alone may do for a while, is undone', () => {
  const CAN_STORE = permissionBits('rw-');
  const view = (memory: AddressSpace): Uint8Array => memory.read(page(1), 8);
  for (const isLiftedBefore of [true, false])
    withSpace((memory, [cpu]) => {
      assert.ok(cpu);
      const lift = (): void => cpu.protect(page(1), PAGE_SIZE, CAN_STORE);
      mapPages(memory, 0, 1, 'r-x');
      mapPages(memory, 1, 1, 'r--');
      memory.write(page(0), Uint8Array.from([...STORE, ...HLT]));
      cpu.set('rdi', page(1));
      cpu.set('rax', 1n);
      assert.equal(cpu.start(page(0), END, 10).kind, 'fault');
      if (isLiftedBefore) lift();
      const restore = memory.save();
      if (!isLiftedBefore) lift();
      for (let time = 0; time < 2; time++) {
        assert.equal(cpu.start(page(0), END, 10).kind, 'stopped');
        assert.deepEqual(view(memory), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
        restore();
        assert.deepEqual(view(memory), new Uint8Array(8));
      }
      assert.equal(cpu.start(page(0), END, 10).kind, 'stopped');
      cpu.protect(page(1), PAGE_SIZE, permissionBits('r--'));
      restore();
      assert.deepEqual(view(memory), new Uint8Array(8));
    });
});

test('what is written to read-only memory at another place is undone', () => {
  withSpace((memory) => {
    const bytes = new Uint8Array(PAGE_SIZE);
    memory.map({ name: 'text', start: page(1), bytes, permissions: 'r--' });
    const restore = memory.save();
    memory.map({ name: 'alias', start: page(4), bytes, permissions: 'rw-' });
    memory.write(page(4), Uint8Array.of(9));
    restore();
    assert.deepEqual(memory.read(page(1), 1), Uint8Array.of(0));
  });
});
