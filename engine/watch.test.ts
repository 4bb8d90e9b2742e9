import assert from 'node:assert/strict';
import { it } from 'node:test';
import { hex, wordBytes } from './bytes';
import type { Machine } from './machine/machine';
import { withMachine } from './machine/machine.fixtures';
import { PAGE_SIZE } from './pages';
import { createWatch } from './watch';

const BUDGET = 1000;
/** Of 0x8000 bytes, as the hypervisor's are. */
const STACK = 0x4000_0000n;
const STACK_SIZE = 0x8000;
const CODE = 0x5000_0000n;
const DATA = 0x5001_0000n;
const OUTER = CODE + 0x600n;
const INNER = CODE + 0x610n;
/** Its argument goes to where its other argument says: `mov %edi, (%rsi); ret`. */
const STORE = [0x89, 0x3e, 0xc3];
/** `sub $16, %rsp; call INNER; add $16, %rsp; ret`. */
const CALL = [0x48, 0x83, 0xec, 0x10, 0xe8, 0x07, 0, 0, 0, 0x48, 0x83, 0xc4, 0x10, 0xc3];
const AFTER_CALL = OUTER + 9n;

/** Maps a page of code and one of data. */
function mapPages({ memory }: Machine): void {
  for (const [start, permissions] of [
    [CODE, 'r-x'],
    [DATA, 'rw-'],
  ] as const)
    memory.map({ name: permissions, start, bytes: new Uint8Array(PAGE_SIZE), permissions });
}

it('stores to watched memory are kept with what every vCPU does then, until the next reset', () => {
  withMachine(({ machine }) => {
    const { memory } = machine;
    mapPages(machine);
    memory.map({ name: 'stack', start: STACK, bytes: new Uint8Array(STACK_SIZE), permissions: 'rw-' });
    memory.write(OUTER, Uint8Array.from(CALL));
    memory.write(INNER, Uint8Array.from(STORE));
    // No return addresses: data, and what is on another stack.
    memory.write(STACK + 0x7f00n, wordBytes(DATA, 8));
    const [first, second] = [machine.vcpu(0), machine.vcpu(1)];
    const watch = createWatch(machine, hex);
    const id = watch.watch(DATA + 8n, 8);
    const store = (value: bigint, to: bigint): unknown => first.call(OUTER, [value, to], STACK + 0x7f00n, BUDGET);
    second.set('rip', CODE);
    second.set('rsp', STACK + 0x7ff8n);
    second.set('rflags', 0x202n);
    memory.write(STACK + 0x7ff8n, wordBytes(CODE + 5n, 8));
    machine.keepBusy(0, 5n);
    store(1n, DATA + 8n);
    store(2n, DATA + 16n);
    const [seen, another] = watch.seen(id);
    assert.equal(another, undefined, 'the second one is outside');
    const [cpu0, cpu1, ...others] = seen?.cpus ?? [];
    assert.deepEqual({ ...seen, cpus: [] }, { address: DATA + 8n, size: 4, cpu: 0, time: machine.now(), cpus: [] });
    assert.deepEqual(cpu1, { cpu: 1, at: hex(CODE), callers: [hex(CODE + 5n)], interrupts: true });
    assert.deepEqual([cpu0?.cpu, cpu0?.callers[0], cpu0?.interrupts], [0, hex(AFTER_CALL), false]);
    assert.equal(cpu0?.callers.length, 3, 'the call, the return address of every call, and what vCPU 1 has above it');
    assert.equal(others.length, 1);

    const again = watch.watch(DATA + 8n, 8);
    assert.deepEqual([again, watch.seen(again)], [id + 1, []]);
    second.call(OUTER, [3n, DATA + 12n], STACK + 0x7f00n, BUDGET);
    assert.deepEqual(
      watch.seen(again).map(({ cpu, address }) => [cpu, address]),
      [[1, DATA + 12n]],
    );
    assert.equal(watch.seen(id).length, 2);
    const kept = watch.seen(id);
    watch.reset();
    for (const gone of [id, again, 0])
      assert.throws(() => watch.seen(gone), new RangeError(`watch: expected one since the last reset, got ${gone}`));
    store(4n, DATA + 8n);
    assert.equal(kept.length, 2);
  });
});

it('a vCPU whose stack is not there has no callers', () => {
  withMachine(({ machine }) => {
    mapPages(machine);
    const watch = createWatch(machine, hex);
    const id = watch.watch(DATA, 4);
    machine.vcpu(1).set('rsp', 0x1234_5000n);
    machine.memory.write(INNER, Uint8Array.from(STORE));
    machine.vcpu(0).call(INNER, [1n, DATA], DATA + 0x800n, BUDGET);
    assert.deepEqual(watch.seen(id)[0]?.cpus[1]?.callers, []);
  });
});
