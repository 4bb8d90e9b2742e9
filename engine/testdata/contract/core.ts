/** What each target keeps. */
import assert from 'node:assert/strict';
import { createToolstack } from '../../toolstack/toolstack';
import { applied, loaded, MOST_CPUS, MS, PATCHED, type Term } from './term';

const always = (): boolean => true;

export const CORE: readonly Term[] = [
  {
    name: 'reset unloads what was loaded, and takes effect on what is executed',
    applies: always,
    check(target) {
      const own = createToolstack(target).extraVersion();
      assert.equal(applied(target, 'p').extraVersion(), 'p');
      target.reset();
      const tools = createToolstack(target);
      assert.deepEqual([tools.list(MOST_CPUS).entries, tools.extraVersion()], [[], own]);
    },
  },
  {
    name: 'log returns what was said, once, and reset forgets it',
    applies: always,
    check(target) {
      const deaf = createToolstack({ ...target, log: () => ({ console: [] }) });
      const refuse = (): void => assert.ok(deaf.upload('p', Uint8Array.of(1, 2, 3)).returned < 0);
      const said = (): number => target.log().console.length;
      said();
      refuse();
      assert.ok(said() > 0, 'a refusal is said');
      assert.equal(said(), 0);
      refuse();
      target.reset();
      assert.equal(said(), 0);
    },
  },
  {
    name: 'domains: what was borrowed is free again, also after an error',
    applies: always,
    check({ domain }) {
      const { allocate, borrow } = domain('control');
      const first = allocate(100);
      const borrowed = borrow(() => allocate(100));
      assert.ok(borrowed >= first + 100n);
      assert.throws(() => borrow(() => allocate(-1)), RangeError);
      assert.equal(allocate(8), borrowed);
    },
  },
  {
    name: 'image: symbols have addresses and sizes, and are described',
    applies: always,
    check({ image }) {
      const address = image.symbol(PATCHED) ?? 0n;
      assert.ok(address !== 0n && (image.size(PATCHED) ?? 0) > 0);
      assert.match(image.describe(address + 1n), new RegExp(`^${PATCHED}\\+0x1$`));
      assert.deepEqual([image.symbol('no such symbol'), image.size('no such symbol')], [undefined, undefined]);
    },
  },
  {
    name: 'an exact clock stands still while calls are made, and reset puts it back',
    applies: ({ clock }) => clock.exact,
    check(target) {
      const { clock, cpus } = target;
      const start = clock.now();
      const tools = loaded(target, 'p');
      assert.equal(clock.now(), start);
      cpus?.keepBusy(1, MS);
      tools.action('APPLY', 'p');
      assert.equal(clock.now() - start, cpus === undefined ? 0n : MS);
      target.reset();
      assert.equal(clock.now(), start);
    },
  },
];
