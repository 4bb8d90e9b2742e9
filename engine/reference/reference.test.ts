import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { returnsString } from '../../payloads/builder/code';
import type { Expectation } from '../../payloads/builder/description';
import { livepatch } from '../../payloads/builder/payload';
import { buildIdOf } from '../../payloads/catalogue';
import type { Revision } from '../abi/hypercall';
import { refusalsIn } from '../console';
import { HypervisorStopped, type EmulatedTarget } from '../target';
import { createToolstack } from '../toolstack/toolstack';
import { createReference } from './index';
import { ALL_RULES, CALL_RULES } from './all-rules';

const RUNS = 150;

/** A payload that the target accepts. */
function goodPayload(target: EmulatedTarget, name = 'p', expect?: Expectation): Uint8Array {
  const { revision, buildId } = target.hypervisor;
  const oldSize = target.image.size('xen_extra_version') ?? 0;
  return livepatch({
    revision,
    buildId: buildIdOf(name),
    depends: buildId,
    xenDepends: buildId,
    functions: [{ name: 'xen_extra_version', oldSize, replacement: returnsString(name), ...(expect && { expect }) }],
  }).bytes;
}

/** Some bytes of the file at other values. */
const mutation = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 0xff })), { minLength: 1, maxLength: 6 });

function mutated(file: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = file.slice();
  for (const [at, value] of changes) bytes[at % bytes.length] = value;
  return bytes;
}

/** Everything that can be seen of the hypervisor: memory, map, list. */
function everything(target: EmulatedTarget): unknown {
  const toolstack = createToolstack(target);
  const { version, entries } = toolstack.list(8);
  toolstack.drain();
  return { memory: target.memory.snapshot(), version, entries };
}

for (const revision of [1, 2] as const satisfies readonly Revision[]) {
  describe(`reference, revision ${revision}`, () => {
    const target = createReference({ revision });
    const toolstack = createToolstack(target);
    after(target.close);

    it('is what it was after any refused upload, and cites a rule', () => {
      fc.assert(
        fc.property(mutation, (changes) => {
          target.reset();
          const before = everything(target);
          const { returned } = toolstack.upload('p', mutated(goodPayload(target), changes));
          const cited = toolstack
            .drain()
            .flatMap((event) => (event.kind === 'hypercall' ? refusalsIn(event.console) : []));
          if (returned === 0) return;
          assert.deepEqual(
            cited.map(({ errno }) => errno),
            [returned],
          );
          assert.deepEqual(everything(target), before);
        }),
        { numRuns: RUNS },
      );
    });

    it('restores everything on reset, whatever was loaded and applied', () => {
      target.reset();
      const before = everything(target);
      toolstack.upload('p', goodPayload(target));
      toolstack.action('APPLY', 'p');
      assert.equal(toolstack.extraVersion(), 'p');
      target.reset();
      assert.deepEqual(everything(target), before);
      assert.notEqual(toolstack.extraVersion(), 'p');
    });

    it('leaves memory to the byte after apply, revert and unload, a hundred times over', () => {
      target.reset();
      const before = target.memory.snapshot();
      for (let round = 0; round < 100; round++) {
        toolstack.upload('p', goodPayload(target));
        toolstack.action('APPLY', 'p');
        toolstack.action('REVERT', 'p');
        toolstack.action('UNLOAD', 'p');
      }
      assert.deepEqual(target.memory.snapshot(), before);
      toolstack.drain();
    });

    it('sees at each store which functions are on the stacks', () => {
      target.reset();
      const watch = target.stores.watch(target.image.symbol('xen_extra_version') ?? 0n, 5);
      toolstack.upload('p', goodPayload(target));
      toolstack.action('APPLY', 'p');
      const [patching, other] = target.stores.seen(watch)[0]?.cpus ?? [];
      const names = (callers: readonly string[] = []): readonly string[] => callers.map((at) => at.split('+')[0] ?? '');
      assert.ok(names(patching?.callers).includes('process_softirqs'));
      assert.ok(names(other?.callers).includes('interrupt_entry'));
      for (const name of ['do_sysctl', 'xen_extra_version']) assert.ok(!names(patching?.callers).includes(name));
    });

    it('executes what it stored on each vCPU', () => {
      target.reset({ cpus: 4 });
      const own = [0, 1, 2, 3].map((cpu) => toolstack.extraVersion({ cpu }));
      toolstack.upload('p', goodPayload(target));
      toolstack.action('APPLY', 'p');
      assert.deepEqual(
        [0, 1, 2, 3].map((cpu) => toolstack.extraVersion({ cpu })),
        ['p', 'p', 'p', 'p'],
      );
      toolstack.action('REVERT', 'p');
      assert.deepEqual(
        [0, 1, 2, 3].map((cpu) => toolstack.extraVersion({ cpu })),
        own,
      );
    });
  });
}

describe('a reference that forgets a rule', () => {
  it('reverts what is CHECKED where it forgets which transitions are valid', () => {
    const target = createReference({ revision: 1, forgotten: new Set(['action-valid-in-state']) });
    const toolstack = createToolstack(target);
    toolstack.upload('p', goodPayload(target));
    toolstack.action('REVERT', 'p');
    assert.deepEqual(toolstack.get('p'), { returned: 0, state: 'CHECKED', rc: 0 });
    target.close();
  });

  it('throws no error of the host, whatever is uploaded and applied', () => {
    for (const { name } of ALL_RULES) {
      const target = createReference({ revision: 1, forgotten: new Set([name]) });
      const toolstack = createToolstack(target);
      try {
        fc.assert(
          fc.property(mutation, (changes) => {
            target.reset();
            const { returned } = toolstack.upload('p', mutated(goodPayload(target), changes));
            if (returned !== 0) return;
            toolstack.action('APPLY', 'p');
            toolstack.action('REVERT', 'p');
          }),
          { numRuns: 5 },
        );
      } catch (error) {
        // A hypervisor without a rule may stop; that is a verdict on it.
        if (!(error instanceof HypervisorStopped)) throw error;
      } finally {
        target.close();
      }
    }
  });
});

for (const revision of [1, 2] as const satisfies readonly Revision[]) {
  describe(`rules of the hypercalls, revision ${revision}`, () => {
    /** Names of the rules that have been looked at. */
    const asked: string[] = [];
    const forgotten = Object.assign(new Set<string>(), { has: (name: string) => asked.push(name) < 0 });
    const target = createReference({ revision, forgotten });
    const toolstack = createToolstack(target);
    after(target.close);
    const names = CALL_RULES.map(({ name }) => name);
    const askedBy = (call: () => unknown): readonly string[] => {
      asked.length = 0;
      call();
      return asked.filter((name) => names.includes(name));
    };

    it('are looked at in the order in which they are listed, and all of them', () => {
      const bytes = target.memory.read(target.image.symbol('xen_extra_version') ?? 0n, 1);
      const own = goodPayload(target, 'p', revision === 2 ? { bytes } : undefined);
      const calls: Readonly<Record<string, () => unknown>> = {
        UPLOAD: () => toolstack.upload('p', own),
        GET: () => toolstack.get('p'),
        LIST: () => toolstack.list(1),
        APPLY: () => toolstack.action('APPLY', 'p'),
        REVERT: () => toolstack.action('REVERT', 'p'),
        REPLACE: () => toolstack.action('REPLACE', 'p'),
        UNLOAD: () => toolstack.action('UNLOAD', 'p'),
      };
      const all = new Set<string>();
      for (const [call, make] of Object.entries(calls)) {
        const order = askedBy(make);
        order.forEach((name) => all.add(name));
        const places = order.map((name) => names.indexOf(name));
        assert.deepEqual(
          places,
          places.toSorted((one, other) => one - other),
          `${call} asks ${order.join(', ')}`,
        );
      }
      const unasked = CALL_RULES.filter(
        (rule) => rule.option === undefined && (rule.revision ?? revision) === revision && !all.has(rule.name),
      );
      // Signatures are looked at only where the option is on.
      assert.deepEqual(
        unasked.filter(({ clause }) => !clause.startsWith('SIG-')).map(({ name }) => name),
        [],
      );
    });
  });
}
