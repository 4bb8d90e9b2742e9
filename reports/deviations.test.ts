/** What becomes of scenarios whose failure is recorded, and what is unexpected in the end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeviationList } from '../features/deviations';
import { deviationsFound, emulatorCrashes, judge, titleOf, unexpectedFailures } from './deviations';
import { STATUSES, type Run, type Scenario, type Status } from './model';
import { countScenarios, isAsExpected, skippedByReference } from './report';
import { report } from './testdata/report';
import { deviation, MISMATCH, run, scenario, step, STOP } from './testdata/made';
import { unexpectedOutcomes } from './unexpected';

const list = (more: Partial<DeviationList> = {}): DeviationList => ({
  hypervisor: 'Xen 4.17',
  deviations: [deviation('a')],
  absences: [],
  patched: [],
  ...more,
});

/** The id of the deviation that explains a scenario. */
const explained = (given: Scenario, ...lists: readonly DeviationList[]): string | undefined =>
  judge([run([given])], lists).known.get(given)?.id;

describe('a recorded scenario', () => {
  for (const status of STATUSES) {
    const known = (['failed', 'pending', 'undefined', 'ambiguous'] as readonly Status[]).includes(status);
    it(`that is ${status} is ${known ? 'known if it found what is recorded' : 'not known, whatever it found'}`, () => {
      assert.equal(explained(scenario(status, [MISMATCH]), list()), known ? 'a' : undefined);
      assert.equal(explained(scenario(status), list()), undefined);
      assert.equal(explained(scenario(status, [STOP]), list()), undefined);
    });
    it(`that is ${status} has outlived its record only if it passed`, () => {
      const given = scenario(status, [MISMATCH]);
      assert.deepEqual(judge([run([given])], [list()]).outlived, status === 'passed' ? [given] : []);
    });
  }

  it('is known by its own failure, title, feature and hypervisor', () => {
    const failed = scenario('failed', [MISMATCH]);
    assert.equal(explained(failed, list()), 'a');
    for (const more of [
      { fails: [{ what: 'rc of p', expected: '-EINVAL', found: '1' }] },
      { fails: [{ what: 'rc of p', expected: '-EPERM', found: '0' }] },
      { fails: [{ what: 'rc of q', expected: '-EINVAL', found: '0' }] },
      { fails: [{ stop: '*', why: '*' }] },
      { scenarios: [{ uri: 'features/b.feature', title: '*', rows: [] }] },
      { scenarios: [{ uri: 'features/a.feature', title: 'FUNC-7: *', rows: [] }] },
      { since: '4.18' },
      { until: '4.17' },
    ])
      assert.equal(explained(failed, list({ deviations: [deviation('a', more)] })), undefined, JSON.stringify(more));
    assert.equal(explained(failed, list({ hypervisor: 'KVM 1' })), undefined);
    const second = [{ stop: '*', why: '*' }, ...deviation('a').fails];
    assert.equal(explained(failed, list({ deviations: [deviation('a', { fails: second })] })), 'a', 'one is enough');
  });

  it('that fails as two are recorded is explained by the one of the user, or by none', () => {
    const failed = scenario('failed', [MISMATCH]);
    const own = list({ own: true, deviations: [deviation('own', { own: true })] });
    assert.equal(explained(failed, list({ deviations: [deviation('a'), deviation('b')] })), undefined);
    assert.equal(explained(failed, list(), own), 'own');
    assert.equal(explained(failed, own), 'own');
    const other = deviation('b', { fails: [{ what: '*', expected: '*', found: '5' }] });
    assert.equal(
      explained(failed, list({ deviations: [other, deviation('a')] })),
      'a',
      'the other is of another failure',
    );
  });

  it('has not outlived a record of the hypervisor if the user has recorded something of that', () => {
    const passed = scenario('passed');
    const outlived = (...lists: readonly DeviationList[]): number => judge([run([passed])], lists).outlived.length;
    assert.equal(outlived(list()), 1);
    assert.equal(outlived(list(), list({ own: true, deviations: [] })), 0);
    assert.equal(outlived(list({ deviations: [] })), 0);
    const absence = { id: 'none', clauses: ['FUNC-6'], since: '4.7', absent: 'nowhere' };
    assert.equal(outlived(list({ deviations: [], absences: [absence] })), 1);
    assert.equal(outlived(list({ deviations: [], absences: [{ ...absence, clauses: ['FUNC-7'] }] })), 0);
  });

  it('is judged by the records of its own run', () => {
    const [one, other] = [scenario('failed', [MISMATCH]), scenario('failed', [MISMATCH])];
    const runs = [run([one]), run([other], { key: 'new/2', hypervisor: { name: 'Xen 4.99', buildId: '' } })];
    const absence = { id: 'none', clauses: ['FUNC-7'], since: '4.7', until: '4.18', absent: 'nowhere' };
    const lists = [list({ deviations: [deviation('a', { until: '4.20' })], absences: [absence] })];
    const { known, absences, untried } = judge(runs, lists);
    assert.deepEqual([...known.keys()], [one]);
    assert.deepEqual(
      [...absences],
      [
        ['xen/2', [absence]],
        ['new/2', []],
      ],
    );
    assert.deepEqual(
      untried.map(({ key }) => key),
      ['new/2'],
    );
  });
});

describe('what a run shows', () => {
  const each = new Map(STATUSES.map((status) => [status, scenario(status, [MISMATCH])]));
  const all = [...each.values()];
  const of = (...statuses: readonly Status[]) => statuses.map((status) => each.get(status));

  it('is unexpected if it failed and is not known, or passed and should not, or the emulator crashed', () => {
    const runs = [run(all)];
    const known = new Map([[all[STATUSES.indexOf('failed')] ?? scenario('failed'), deviation('a')]]);
    const [outlived] = all;
    assert.deepEqual(unexpectedFailures({ runs, known: new Map() }), of('pending', 'undefined', 'ambiguous', 'failed'));
    assert.deepEqual(unexpectedFailures({ runs, known }), of('pending', 'undefined', 'ambiguous'));
    assert.deepEqual(emulatorCrashes({ runs }), of('crashed'));
    assert.deepEqual(
      unexpectedOutcomes({ runs, known, outlived: outlived === undefined ? [] : [outlived] }),
      of('pending', 'undefined', 'ambiguous', 'crashed', 'passed'),
    );
  });

  it('are its deviations with their scenarios', () => {
    const [a, b, c] = [scenario('failed'), scenario('failed'), scenario('failed')];
    const [one, two] = [deviation('one'), deviation('two')];
    const known = new Map([
      [a, one],
      [b, two],
      [c, one],
    ]);
    const runs = [run([a, scenario('passed'), b, c]), run([scenario('failed')], { key: 'other/2' })];
    const found = deviationsFound({ runs, known });
    assert.deepEqual(
      found.map(({ run: { key }, found: own }) => [key, [...own]]),
      [
        [
          'xen/2',
          [
            [one, [a, c]],
            [two, [b]],
          ],
        ],
      ],
    );
  });

  it('is counted by status', () => {
    const [failed, passed] = [each.get('failed'), each.get('passed')];
    assert.ok(failed !== undefined && passed !== undefined);
    const known = new Map([[failed, deviation('a')]]);
    assert.deepEqual(countScenarios({ known, outlived: [passed] }, run([...all, scenario('passed')])), {
      total: 9,
      passed: 2,
      failed: 4,
      knownDeviations: 1,
      unexpectedPasses: 1,
      skipped: 1,
      crashed: 1,
      notEnded: 1,
    });
  });

  it('a title is an id in words', () => assert.equal(titleOf({ id: 'hook-that-fails' }), 'Hook that fails'));
});

describe('everything is as expected', () => {
  const empty = report([]);
  const expected = (
    runs: readonly Run[],
    more: Partial<typeof empty> = {},
    accepted?: ReadonlySet<Scenario>,
  ): boolean => isAsExpected({ ...empty, runs, ...more }, accepted);
  const passed = scenario('passed');

  it('if something was exercised', () => {
    assert.equal(expected([run([passed])]), true);
    assert.equal(expected([]), false);
    assert.equal(expected([run([scenario('skipped')])]), false);
    assert.equal(expected([run([passed, scenario('skipped')])]), true);
  });

  it('if nothing was lost, and no scenario is without a result', () => {
    assert.equal(expected([run([passed])], { problems: ['lost'] }), false);
    assert.equal(expected([run([passed, scenario('unknown')])]), false);
    assert.equal(expected([run([passed, scenario('crashed')])]), false);
    assert.equal(expected([run([passed])], { outlived: [passed] }), false);
  });

  it('if each failure is known or accepted', () => {
    const [one, other] = [scenario('failed'), scenario('failed')];
    assert.equal(expected([run([one])]), false);
    assert.equal(expected([run([one])], { known: new Map([[one, deviation('a')]]) }), true);
    assert.equal(expected([run([one])], {}, new Set([one])), true);
    assert.equal(expected([run([one, other])], {}, new Set([one])), false);
    for (const status of ['pending', 'undefined', 'ambiguous'] as const)
      assert.equal(expected([run([passed, scenario(status)])]), false, status);
  });

  it('if the reference skipped nothing but what is about the other revision', () => {
    const skipped = scenario('skipped');
    const reference = (...scenarios: readonly Scenario[]): Run => run(scenarios, { target: 'reference' });
    assert.equal(expected([reference(passed, skipped)]), false);
    assert.equal(expected([reference(passed, scenario('skipped', [], { tags: ['revision-1'] }))]), true);
    assert.deepEqual(skippedByReference({ runs: [reference(passed, skipped), run([scenario('skipped')])] }), [skipped]);
  });
});

it('a step without a failure in a failed scenario is no failure', () =>
  assert.equal(
    explained(scenario('failed', [], { steps: [step('passed', { events: [MISMATCH] })] }), list()),
    undefined,
  ));
