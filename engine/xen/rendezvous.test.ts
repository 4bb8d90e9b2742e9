import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { need } from '../needs';
import { returnsString } from '../../payloads/builder/code';
import { livepatch } from '../../payloads/builder/payload';
import { screenLines } from '../console';
import { selfCheck } from '../self-check';
import type { EmulatedTarget } from '../target';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';
import { createXen, findDebianXen } from '.';

const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;
const PATCHED = 'xen_extra_version';
const EBUSY = -16;
const EAGAIN = -11;
const MS = 1_000_000n;
const DEFAULT_TIME = 30n * MS;

describe("Debian's Xen 4.17 with several CPUs", { skip }, () => {
  let made: EmulatedTarget | undefined;
  const xen = (): EmulatedTarget => (made ??= createXen({ file: file ?? '', say: () => undefined, selfCheck }));
  /** A toolstack of a Xen that was just reset, with payloads loaded that make the version their own name. */
  const loaded = (cpus: number, ...names: readonly string[]): Toolstack => {
    xen().reset({ cpus });
    const tools = createToolstack(xen());
    const { buildId } = xen().hypervisor;
    for (const [index, name] of names.entries()) {
      const functions = [{ name: PATCHED, oldSize: 16, replacement: returnsString(name) }];
      const own = new Uint8Array(20).fill(index + 1);
      const { bytes } = livepatch({ revision: 2, buildId: own, depends: buildId, xenDepends: buildId, functions });
      assert.equal(tools.upload(name, bytes).returned, 0);
    }
    return tools;
  };
  const said = (tools: Toolstack): string =>
    tools
      .drain()
      .flatMap((event) => (event.kind === 'hypercall' ? screenLines(event.console) : []))
      .join('\n');
  const versions = (tools: Toolstack): readonly string[] =>
    Array.from({ length: need(xen(), 'cpus').count() }, (_, cpu) => tools.extraVersion({ cpu }));

  beforeEach(() => xen().reset());
  after(() => made?.close());

  test('there are two unless it is asked for others, and eight at most', () => {
    assert.equal(need(xen(), 'cpus').count(), 2);
    xen().reset({ cpus: 1 });
    assert.equal(need(xen(), 'cpus').count(), 1);
    assert.throws(() => xen().reset({ cpus: 9 }), /expected 1\.\.8, got 9/);
  });

  for (const cpu of [0, 1, 7])
    test(`CPU ${cpu} of eight applies and reverts, and all execute what it left`, () => {
      const tools = loaded(8, 'p');
      const own = versions(tools);
      assert.equal(tools.action('APPLY', 'p', 0, { cpu }).returned, 0);
      assert.deepEqual(versions(tools), Array(8).fill('p'));
      assert.equal(tools.action('REVERT', 'p', 0, { cpu }).returned, 0);
      assert.deepEqual(versions(tools), own);
      assert.equal(xen().clock.now(), 0n);
    });

  test('a busy CPU is waited for', () => {
    const tools = loaded(2, 'p');
    need(xen(), 'cpus').keepBusy(1, 5n * MS);
    tools.action('APPLY', 'p');
    assert.deepEqual([tools.get('p').state, xen().clock.now()], ['APPLIED', 5n * MS]);
  });

  for (const [what, busy, phase] of [
    ['that does not come ends the time', DEFAULT_TIME + 1n, /Timed out on semaphore in CPU quiesce phase 1\/2/],
    [
      'that comes as it ends is too late for the second step',
      DEFAULT_TIME,
      /Timed out on semaphore in IRQ quiesce phase 0\/2/,
    ],
  ] as const)
    test(`a CPU ${what}, and the action can be asked for again`, () => {
      const tools = loaded(3, 'p');
      const own = tools.extraVersion();
      need(xen(), 'cpus').keepBusy(2, busy);
      assert.equal(tools.action('APPLY', 'p').returned, 0);
      const { state, rc } = tools.get('p');
      assert.deepEqual([state, rc, xen().clock.now()], ['CHECKED', EBUSY, DEFAULT_TIME]);
      assert.match(said(tools), phase);
      assert.equal(tools.extraVersion({ cpu: 2 }), own);
      assert.equal(xen().clock.now(), busy);
      tools.action('APPLY', 'p');
      assert.deepEqual(versions(tools), ['p', 'p', 'p']);
    });

  test('meanwhile another CPU is told -EAGAIN', () => {
    const tools = loaded(2, 'p');
    const status = tools.later(1, MS).get('p');
    need(xen(), 'cpus').keepBusy(1, MS);
    tools.action('APPLY', 'p');
    assert.deepEqual([status()?.state, status()?.rc, tools.get('p').state], ['CHECKED', EAGAIN, 'APPLIED']);
  });

  test('what another CPU asks for meanwhile is refused, and its rc says that it is in progress', () => {
    const tools = loaded(2, 'p', 'q');
    const answer = tools.later(1, MS).action('APPLY', 'q');
    need(xen(), 'cpus').keepBusy(1, MS);
    tools.action('APPLY', 'p');
    assert.deepEqual([answer()?.returned, tools.get('q').rc, tools.get('p').rc], [EBUSY, EAGAIN, 0]);
  });

  test('an action that a CPU asks for by itself is done by it, together with the others', () => {
    const tools = loaded(2, 'p');
    const own = tools.extraVersion();
    const watch = xen().stores.watch(xen().image.symbol(PATCHED) ?? 0n, 5);
    const answer = tools.later(1, MS).action('APPLY', 'p');
    need(xen(), 'cpus').keepBusy(1, 2n * MS);
    assert.equal(tools.extraVersion({ cpu: 0 }), own);
    assert.equal(tools.extraVersion({ cpu: 1 }), 'p');
    assert.equal(answer()?.returned, 0);
    assert.deepEqual([versions(tools), xen().clock.now()], [['p', 'p'], 2n * MS]);
    assert.deepEqual(
      [
        ...new Set(
          xen()
            .stores.seen(watch)
            .map(({ cpu }) => cpu),
        ),
      ],
      [1],
    );
  });

  test('stores are seen, with where every CPU is at that moment', () => {
    const tools = loaded(3, 'p');
    const watch = xen().stores.watch(xen().image.symbol(PATCHED) ?? 0n, 5);
    need(xen(), 'cpus').keepBusy(2, MS);
    tools.action('APPLY', 'p', 0, { cpu: 1 });
    const stores = xen().stores.seen(watch);
    assert.ok(stores.length > 0);
    for (const { cpu, time, cpus } of stores) {
      assert.deepEqual([cpu, time], [1, MS]);
      assert.ok(cpus.every(({ interrupts }) => !interrupts));
      for (const other of [0, 2]) assert.match(cpus[other]?.at ?? '', /^check_for_livepatch_work\+/);
    }
    xen().reset();
    const again = stores.length;
    loaded(2, 'p').action('APPLY', 'p');
    assert.equal(stores.length, again);
  });

  test('a run is the same each time', () => {
    const run = () => {
      const tools = loaded(4, 'p', 'q');
      tools.later(2, MS).action('REPLACE', 'q');
      need(xen(), 'cpus').keepBusy(2, 2n * MS);
      need(xen(), 'cpus').keepBusy(3, 31n * MS);
      tools.action('APPLY', 'p');
      versions(tools);
      return [xen().clock.now(), tools.drain()];
    };
    assert.deepEqual(run(), run());
  });
});
