import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { END, HLT, STORE } from '../unicorn/fixtures';
import { openCpu, type Cpu } from '../unicorn/unicorn';
import { PAGE_SIZE } from '../pages';
import type { AddressSpace } from './address-space';
import { mapPages, page, program, withSpace } from './address-space.fixtures';
import type { Permissions } from './permissions';

/** What a CPU finds at a page: what its code gives, or why it cannot be executed. */
function execute(cpu: Cpu, at: bigint): string {
  const outcome = cpu.start(at, END, 10);
  if (outcome.kind === 'fault') return `${outcome.access} ${outcome.reason}`;
  return `${outcome.kind} ${cpu.get('rax')}`;
}

describe('address space: regions', () => {
  test('protect splits at its edges; the bytes stay and regions are in order', () => {
    withSpace((memory) => {
      mapPages(memory, 4, 1, 'rw-', 'later');
      mapPages(memory, 0, 3, 'r-x');
      memory.write(page(1), program(7));
      memory.protect(page(1), PAGE_SIZE, 'r--');
      const regions = memory.regions().map(({ name, start, permissions }) => [name, start, permissions]);
      assert.deepEqual(regions, [
        ['code', page(0), 'r-x'],
        ['code', page(1), 'r--'],
        ['code', page(2), 'r-x'],
        ['later', page(4), 'rw-'],
      ]);
      assert.deepEqual(memory.read(page(1), 6), program(7));
    });
  });

  test('overlap, half pages and pages that are not mapped are refused', () => {
    withSpace((memory) => {
      mapPages(memory, 0, 2, 'r-x');
      assert.throws(() => mapPages(memory, 1, 2, 'r-x', 'other'), /map other: expected free pages, got code there/);
      const half = { name: 'half', start: page(8), permissions: 'rw-' } as const;
      assert.throws(() => memory.map({ ...half, bytes: new Uint8Array(100) }), RangeError);
      assert.throws(() => memory.map({ ...half, bytes: new Uint8Array(0) }), RangeError);
      assert.throws(() => memory.map({ ...half, start: page(8) + 1n, bytes: new Uint8Array(PAGE_SIZE) }), RangeError);
      assert.throws(() => memory.protect(page(1), 2 * PAGE_SIZE, 'rw-'), /expected 8192 mapped bytes/);
      assert.throws(() => memory.unmap(page(0) + 1n, PAGE_SIZE), RangeError);
      assert.equal(memory.regions().length, 1);
    });
  });

  test('unmap takes the middle out of a region', () => {
    withSpace((memory, [cpu]) => {
      mapPages(memory, 0, 3, 'r-x');
      for (const index of [0, 1, 2]) memory.write(page(index), program(index));
      memory.unmap(page(1), PAGE_SIZE);
      assert.ok(cpu);
      assert.deepEqual(
        [0, 1, 2].map((index) => execute(cpu, page(index))),
        ['stopped 0', 'fetch unmapped', 'stopped 2'],
      );
      assert.equal(memory.find(page(1)), undefined);
    });
  });
});

describe('address space: reading and writing', () => {
  test('over the borders of regions that touch', () => {
    withSpace((memory) => {
      mapPages(memory, 0, 1, 'r-x', 'first');
      mapPages(memory, 1, 1, 'rw-', 'second');
      const bytes = Uint8Array.of(1, 2, 3, 4);
      memory.write(page(1) - 2n, bytes);
      assert.deepEqual(memory.read(page(1) - 2n, 4), bytes);
      assert.equal(memory.tryRead(page(2) - 2n, 4), undefined);
      assert.throws(() => memory.read(page(2) - 2n, 4), RangeError);
      assert.throws(() => memory.write(page(2) - 2n, bytes), RangeError);
    });
  });

  test('what is read is a copy', () => {
    withSpace((memory) => {
      mapPages(memory, 0, 1, 'rw-');
      memory.read(page(0), 1)[0] = 9;
      assert.deepEqual(memory.read(page(0), 1), Uint8Array.of(0));
    });
  });

  test('a write of the host goes past permissions and reaches every CPU, also over pages that were split', () => {
    withSpace((memory, cpus) => {
      mapPages(memory, 0, 4, 'r-x');
      const runAll = (): readonly string[] =>
        cpus.flatMap((cpu) => [0, 1, 2, 3].map((index) => execute(cpu, page(index))));
      memory.protect(page(1), PAGE_SIZE, 'rw-');
      memory.protect(page(1), PAGE_SIZE, 'r-x');
      for (const value of [0, 100]) {
        const bytes = new Uint8Array(4 * PAGE_SIZE);
        for (const index of [0, 1, 2, 3]) bytes.set(program(value + index), index * PAGE_SIZE);
        memory.write(page(0), bytes);
        const expected = [0, 1, 2, 3].map((index) => `stopped ${value + index}`);
        assert.deepEqual(runAll(), [...expected, ...expected]);
      }
    });
  });

  test('code and what it stores may lie across regions that a CPU never touched', () => {
    withSpace((memory, [cpu]) => {
      assert.ok(cpu);
      mapPages(memory, 0, 1, 'r-x', 'code begins');
      mapPages(memory, 1, 1, 'r-x', 'code ends');
      mapPages(memory, 2, 1, 'rw-', 'data begins');
      mapPages(memory, 3, 1, 'rw-', 'data ends');
      memory.write(page(1) - 1n, Uint8Array.from([...STORE, ...HLT]));
      cpu.set('rdi', page(3) - 4n);
      cpu.set('rax', 0x1122_3344_5566_7788n);
      assert.equal(cpu.start(page(1) - 1n, END, 10).kind, 'stopped');
      assert.deepEqual(memory.read(page(3) - 4n, 8), Uint8Array.of(0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11));
    });
  });

  test('a store across regions of which the second is read-only faults there', () => {
    withSpace((memory, [cpu]) => {
      assert.ok(cpu);
      mapPages(memory, 0, 1, 'r-x');
      mapPages(memory, 2, 1, 'rw-');
      mapPages(memory, 3, 1, 'r--');
      memory.write(page(0), Uint8Array.from([...STORE, ...HLT]));
      cpu.set('rdi', page(3) - 4n);
      cpu.set('rax', 0x1122_3344_5566_7788n);
      const outcome = cpu.start(page(0), END, 10);
      assert.deepEqual(outcome, { kind: 'fault', access: 'write', reason: 'protected', address: page(3) });
      assert.deepEqual([cpu.get('rip'), memory.read(page(3), 4)], [page(0), new Uint8Array(4)]);
    });
  });

  test('a CPU that comes later finds all regions', () => {
    withSpace((memory) => {
      mapPages(memory, 0, 1, 'r-x');
      memory.write(page(0), program(3));
      const cpu = memory.attach(openCpu());
      assert.equal(execute(cpu, page(0)), 'stopped 3');
      cpu.close();
    });
  });
});

describe('address space: save and restore', () => {
  test('scratch regions keep what they hold', () => {
    withSpace((memory) => {
      memory.map({
        name: 'stack',
        start: page(0),
        bytes: new Uint8Array(PAGE_SIZE),
        permissions: 'rw-',
        scratch: true,
      });
      mapPages(memory, 1, 1, 'rw-');
      const restore = memory.save();
      memory.write(page(1) - 1n, Uint8Array.of(1, 2));
      restore();
      assert.deepEqual(memory.read(page(1) - 1n, 2), Uint8Array.of(1, 0));
    });
  });

  const PAGES = 6;
  const count = fc.integer({ min: 1, max: 3 });
  const first = fc.integer({ min: 0, max: PAGES - 3 });
  const permissions = fc.constantFrom<Permissions>('r--', 'rw-', 'r-x', '---');
  const command = fc.oneof(
    fc.record({ kind: fc.constant('map' as const), first, count, permissions }),
    fc.record({ kind: fc.constant('unmap' as const), first, count }),
    fc.record({ kind: fc.constant('protect' as const), first, count, permissions }),
    fc.record({ kind: fc.constant('write' as const), first, count, value: fc.integer({ min: 1, max: 255 }) }),
  );
  type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

  /** Does the command; one that the address space refuses changes nothing. */
  const perform = (memory: AddressSpace, one: Command): void => {
    const size = one.count * PAGE_SIZE;
    try {
      if (one.kind === 'map') mapPages(memory, one.first, one.count, one.permissions);
      else if (one.kind === 'unmap') memory.unmap(page(one.first), size);
      else if (one.kind === 'protect') memory.protect(page(one.first), size, one.permissions);
      else memory.write(page(one.first), program(one.value));
    } catch (error) {
      assert.ok(error instanceof RangeError);
    }
  };
  const pages = Array.from({ length: PAGES }, (_, index) => page(index));
  const hostView = (memory: AddressSpace) =>
    pages.map((at) => ({ permissions: memory.find(at)?.permissions, bytes: memory.tryRead(at, PAGE_SIZE) }));
  /** What a CPU must find, from what the host sees. */
  const expected = (memory: AddressSpace): readonly string[] =>
    hostView(memory).map(({ permissions: rights, bytes }) => {
      if (rights === undefined) return 'fetch unmapped';
      if (rights !== 'r-x') return 'fetch protected';
      return bytes?.[0] === 0 ? 'nothing there' : `stopped ${bytes?.[1]}`;
    });
  const checkCpus = (memory: AddressSpace, cpus: readonly Cpu[]): void => {
    expected(memory).forEach((found, index) => {
      if (found === 'nothing there') return;
      for (const cpu of cpus) assert.equal(execute(cpu, page(index)), found);
    });
  };

  /** A page whose code has run, then may not, and is replaced: once in some thousand times it was still run. */
  const CODE_THEN: Command[] = [
    { kind: 'map', first: 0, count: 3, permissions: 'r-x' },
    { kind: 'write', first: 1, count: 1, value: 1 },
    { kind: 'unmap', first: 0, count: 1 },
    { kind: 'map', first: 3, count: 1, permissions: 'r--' },
  ];
  const NO_CODE_NOW: Command[] = [
    { kind: 'protect', first: 1, count: 1, permissions: 'r--' },
    { kind: 'unmap', first: 1, count: 3 },
    { kind: 'map', first: 1, count: 1, permissions: 'r--' },
  ];

  test('whatever was done meanwhile, host and CPUs find what was saved', () => {
    const commands = fc.array(command, { maxLength: 12 });
    fc.assert(
      fc.property(commands, commands, (before, after) => {
        withSpace((memory, cpus) => {
          for (const one of before) perform(memory, one);
          checkCpus(memory, cpus);
          const restore = memory.save();
          const saved = hostView(memory);
          for (let time = 0; time < 2; time++) {
            for (const one of after) perform(memory, one);
            checkCpus(memory, cpus);
            restore();
            assert.deepEqual(hostView(memory), saved);
            checkCpus(memory, cpus);
          }
        });
      }),
      { numRuns: 60, examples: [[CODE_THEN, NO_CODE_NOW]] },
    );
  });

  test('of two memories that were saved, each is found again, in whatever order', () => {
    const commands = fc.array(command, { maxLength: 8 });
    fc.assert(
      fc.property(commands, commands, commands, fc.array(fc.boolean(), { maxLength: 6 }), (a, b, after, order) => {
        withSpace((memory) => {
          const saves = [a, b].map((before) => {
            for (const one of before) perform(memory, one);
            return { restore: memory.save(), view: hostView(memory) };
          });
          for (const first of order) {
            for (const one of after) perform(memory, one);
            const { restore, view } = saves[first ? 0 : 1] ?? {};
            restore?.();
            assert.deepEqual(hostView(memory), view);
          }
        });
      }),
      { numRuns: 60 },
    );
  });
});
