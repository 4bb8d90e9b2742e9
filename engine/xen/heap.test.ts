import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from '../machine/machine';
import { createHeap } from './heap';
import { HEAP, HEAP_SIZE, mapPlaces } from './places';

const PAGE = 0x1000n;

function withHeap(action: (bench: ReturnType<typeof createBench>) => void): void {
  const own = createBench();
  try {
    action(own);
  } finally {
    own.machine.close();
  }
}

function createBench() {
  const onTrap = (): undefined => undefined;
  const machine = createMachine({
    onTrap,
    onInterrupt: () => 0n,
    onUnexpectedEnd: onTrap,
    budget: 1,
    returnAddress: 0n,
  });
  machine.setCpus(1);
  const { memory } = machine;
  mapPlaces(memory);
  const heap = createHeap({ memory });
  const call = (name: string, ...args: readonly bigint[]): bigint => {
    const result = heap.services[name]?.(machine.vcpu(0), ...args);
    return typeof result === 'bigint' ? result : assert.fail(name);
  };
  return { machine, memory, heap, call, isThere: (address: bigint) => memory.find(address) !== undefined };
}

test('pieces lie one behind the other, aligned as asked for, and hold zeros if they are to', () => {
  withHeap(({ call, memory }) => {
    assert.equal(call('_xmalloc', 24n, 8n), HEAP);
    assert.equal(call('_xmalloc', 1n, 64n), HEAP + 64n);
    memory.write(HEAP + 80n, Uint8Array.of(7));
    assert.equal(call('_xzalloc', 16n, 8n), HEAP + 80n);
    assert.deepEqual(memory.read(HEAP + 80n, 1), Uint8Array.of(0));
    assert.equal(call('_xmalloc', BigInt(HEAP_SIZE), 8n), 0n);
  });
});

test('pages are gone once all pieces in them are freed, and what comes then lies behind', () => {
  withHeap(({ call, isThere, heap }) => {
    const pieces = [call('_xmalloc', 24n), call('_xmalloc', 2n * PAGE)];
    heap.separate();
    const other = call('_xmalloc', 24n);
    assert.equal(other, HEAP + 3n * PAGE);
    for (const [index, piece] of pieces.entries()) {
      assert.ok(isThere(HEAP) && isThere(HEAP + 2n * PAGE), `before piece ${index}`);
      call('xfree', piece);
    }
    assert.deepEqual([isThere(HEAP), isThere(HEAP + 2n * PAGE), isThere(other)], [false, false, true]);
    call('xfree', other);
    assert.equal(isThere(other), false);
    assert.equal(call('_xmalloc', 24n), HEAP + 4n * PAGE);
  });
});

test('what is kept stays, and is not given out again after a reset', () => {
  withHeap(({ call, isThere, heap }) => {
    const kept = call('_xmalloc', 24n);
    heap.keep();
    const next = call('_xmalloc', 24n);
    heap.reset();
    call('xfree', kept);
    call('xfree', 0n);
    assert.ok(isThere(kept));
    assert.equal(call('_xmalloc', 24n), next);
  });
});

test('what was freed is given out again once nothing else is left, and is gone again once it is freed', () => {
  withHeap(({ call, isThere, heap }) => {
    const size = BigInt(HEAP_SIZE) / 2n;
    const first = call('_xmalloc', size);
    heap.separate();
    call('_xmalloc', size - PAGE);
    heap.separate();
    assert.equal(call('_xmalloc', 2n * PAGE), 0n);
    call('xfree', first);
    const again = call('_xmalloc', 2n * PAGE);
    assert.deepEqual([again, isThere(again + PAGE), isThere(again + 2n * PAGE)], [first, true, false]);
    heap.separate();
    const last = call('_xmalloc', 24n);
    assert.deepEqual([last, isThere(last)], [HEAP + BigInt(HEAP_SIZE) - PAGE, true]);
    call('xfree', again);
    assert.equal(isThere(again), false);
    assert.equal(call('_xmalloc', size), first);
  });
});

test('blocks are whole pages, also where one is begun because another has no room left', () => {
  withHeap(({ call, isThere, heap }) => {
    const half = BigInt(HEAP_SIZE) / 2n;
    const first = call('_xmalloc', half);
    heap.separate();
    call('_xmalloc', half - 3n * PAGE);
    heap.separate();
    call('xfree', first);
    const small = call('_xmalloc', 24n);
    const large = call('_xmalloc', 4n * PAGE);
    const next = call('_xmalloc', 24n);
    const tail = HEAP + BigInt(HEAP_SIZE);
    assert.deepEqual([small, large, next], [tail - 3n * PAGE, first, tail - 2n * PAGE]);
    call('xfree', next);
    assert.deepEqual([isThere(small), isThere(next)], [true, false]);
  });
});
