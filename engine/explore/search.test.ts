import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createReference } from '../reference';
import { callText, callsOf } from './calls';
import { castsOf, type Cast } from './cast';
import { documentOracle, hypervisorOracle, search, type Finding, type Transition } from './search';
import { createSubject } from './subject';

const reference = createReference({ revision: 2 });
after(() => reference.close());

const ONE: Cast = { name: 'one', members: [{ name: 'p', patches: 'xen_extra_version', hasData: true }] };
const PLAIN = callsOf(ONE, 2).filter((call) => call.operation === 'UPLOAD' || call.way === 'plain');
const nothing = (): void => undefined;

function transitionsOf(merges: boolean, depth: number): readonly Transition[] {
  const found: Transition[] = [];
  search(createSubject(reference, ONE), documentOracle(ONE), {
    revision: 2,
    depth,
    calls: PLAIN,
    merges,
    onTransition: (transition) => found.push(transition),
    onFinding: nothing,
  });
  return found;
}

/** By state and call: all that was seen after it. */
function outcomes(transitions: readonly Transition[], keyOf: (transition: Transition) => string) {
  const all = new Map<string, Set<string>>();
  for (const transition of transitions) {
    const key = `${keyOf(transition)} ${callText(transition.call)}`;
    all.set(key, (all.get(key) ?? new Set()).add(JSON.stringify([...transition.facets])));
  }
  return all;
}

describe('a search', () => {
  for (const cast of castsOf(2, 2))
    test(`the reference does what the document says: ${cast.name}`, () => {
      const findings: Finding[] = [];
      const options = { revision: 2, depth: 3, onFinding: (finding: Finding) => findings.push(finding) } as const;
      const figures = search(createSubject(reference, cast), documentOracle(cast), options);
      assert.deepEqual(findings, []);
      assert.equal(figures.states + figures.merged + figures.parted, figures.transitions + 1);
    });

  test('sequences that are merged would go on alike', () => {
    const all = outcomes(transitionsOf(false, 4), ({ from }) => from.key);
    assert.ok([...all.values()].every((seen) => seen.size === 1));
    const merged = outcomes(transitionsOf(true, 4), ({ from }) => from.key);
    assert.deepEqual([...merged].sort(), [...all].filter(([key]) => merged.has(key)).sort());
    assert.equal(merged.size, all.size);
  });

  test('what is seen alone does not tell what follows: whether a payload with data was reverted', () => {
    const seen = outcomes(transitionsOf(false, 4), ({ from }) => from.seen);
    assert.deepEqual(
      [...seen].filter(([, texts]) => texts.size > 1).map(([key]) => key.split(' ').at(-3)),
      ['APPLY', 'REPLACE'],
    );
  });

  for (const [rule, sequence] of [
    ['action-valid-in-state', ['UPLOAD of p', 'REVERT of p']],
    ['apply-reverted-again', ['UPLOAD of p', 'APPLY of p', 'REVERT of p', 'APPLY of p']],
  ] as const)
    test(`a reference without the rule ${rule} is found by the shortest sequence`, () => {
      const weaker = createReference({ revision: 2, forgotten: new Set([rule]) });
      const findings: Finding[] = [];
      const options = { revision: 2, depth: 4, calls: PLAIN, onFinding: (one: Finding) => findings.push(one) } as const;
      search(createSubject(weaker, ONE), documentOracle(ONE), options);
      weaker.close();
      assert.deepEqual(findings[0]?.path.map(callText), sequence);
    });

  test('a hypervisor is compared with another one, up to where they part', () => {
    const weaker = createReference({ revision: 2, forgotten: new Set(['action-valid-in-state']) });
    const findings: Finding[] = [];
    const options = { revision: 2, depth: 4, calls: PLAIN, onFinding: (one: Finding) => findings.push(one) } as const;
    const oracle = hypervisorOracle(createSubject(reference, ONE));
    const figures = search(createSubject(weaker, ONE), oracle, options);
    weaker.close();
    const sequences = findings.map(({ path }) => path.map(callText).join('; '));
    assert.equal(sequences[0], 'UPLOAD of p; REVERT of p');
    assert.ok(sequences.includes('UPLOAD of p; APPLY of p; UNLOAD of p'));
    assert.ok(!sequences.some((sequence) => sequence.startsWith('UPLOAD of p; APPLY of p; UNLOAD of p;')));
    assert.ok(figures.parted > 0);
  });
});
