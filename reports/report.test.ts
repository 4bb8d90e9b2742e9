import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isUserError } from '../engine/user-error';
import type { Report } from './model';
import { countClauses, countScenarios, isAsExpected } from './report';
import { writeSummary } from './summary';
import { report, statuses } from './testdata/report';
import { deviating, interrupted, messages, nextDay, renamed, shard } from './testdata/streams';

const verdicts = ({ clauses }: Report, run: string): object =>
  Object.fromEntries(clauses.map(({ clause, verdicts: of }) => [clause.id, of.get(run)?.verdict]));

describe('the report of a run', () => {
  it('has the status of each scenario, same names kept apart by their lines', async () => {
    assert.deepEqual(statuses(report([await messages()])), [
      [
        '7 passed',
        '11 failed',
        '16 undefined',
        '20 pending',
        '24 ambiguous',
        '28 skipped',
        '32 failed',
        '36 failed',
        '40 passed',
        '44 passed',
        '48 failed',
        '52 unknown',
        '62 passed',
        '63 passed',
        '68 passed',
        '75 failed',
      ],
    ]);
  });

  it('has a verdict for each clause', async () => {
    assert.deepEqual(verdicts(report([await messages()]), 'reference/1'), {
      'FUNC-1': 'deviates',
      'FUNC-2': 'deviates',
      'FUNC-3': 'not-exercised',
      'FUNC-4': 'not-exercised',
      'FUNC-5': 'not-exercised',
      'FUNC-6': 'not-exercised',
      'FUNC-7': 'not-exercised',
      'FUNC-8': 'not-exercised',
      'FUNC-9': 'conforms',
      'FUNC-10': 'deviates',
      'FUNC-11': 'not-exercised',
      'FUNC-12': 'conforms',
      'FUNC-13': 'not-testable',
      'FUNC-14': 'not-exercised',
      'V2-FUNC-1': 'not-in-force',
      'STATE-2': 'conforms',
      'STATE-3': 'not-exercised',
      'STATE-4': 'not-exercised',
      'STATE-5': 'not-exercised',
      'STATE-6': 'not-exercised',
      'STATE-7': 'not-exercised',
      'STATE-8': 'not-exercised',
      'STATE-9': 'conforms',
    });
  });

  it('shows the transitions that a row of examples states, and no other', async () => {
    const shown = report([await messages()]).transitions.filter(
      ({ verdicts: of }) => of.get('reference/1')?.verdict !== 'not-exercised',
    );
    assert.deepEqual(
      shown.map(({ transition: { state, action, next }, verdicts: of }) => [
        `${state} ${action} ${next}`,
        of.get('reference/1')?.scenarios.map(({ name }) => name),
      ]),
      [
        ['CHECKED UNLOAD gone', ['UNLOAD in CHECKED']],
        ['APPLIED UNLOAD APPLIED', ['UNLOAD in APPLIED']],
      ],
    );
  });

  it('keeps steps with their keywords, arguments, messages and evidence', async () => {
    const scenarios = report([await messages()]).runs[0]?.scenarios ?? [];
    const steps = (line: number) => scenarios.find((scenario) => scenario.line === line)?.steps ?? [];
    assert.deepEqual(
      steps(11).map(({ keyword, text, status, message, events }) => [keyword, text, status, message, events.length]),
      [
        ['Given', 'a hypervisor', 'passed', undefined, 2],
        ['Then', 'it fails', 'failed', 'Error: expected 1, found 2\nsecond line', 1],
        ['And', 'it passes', 'skipped', undefined, 0],
      ],
    );
    assert.deepEqual(steps(62)[1]?.table, [
      ['before', 'after'],
      ['CHECKED', 'gone'],
    ]);
    assert.equal(steps(68)[1]?.docString, '</script><img src=x onerror=alert(1)>');
    assert.deepEqual(
      steps(36).map(({ keyword, text, status }) => [keyword, text, status]),
      [
        ['Before', 'prepare', 'failed'],
        ['Given', 'a hypervisor', 'skipped'],
        ['Then', 'it passes', 'skipped'],
      ],
    );
    assert.deepEqual(
      steps(75).map(({ keyword, text, status }) => [keyword, text, status]),
      [
        ['Given', 'a hypervisor', 'passed'],
        ['Then', 'it passes', 'passed'],
        ['After', 'clean up', 'failed'],
      ],
    );
    assert.match(steps(32)[1]?.message ?? '', /skipped itself/);
    assert.equal(scenarios.find(({ line }) => line === 68)?.rule, 'What a payload says is not believed');
  });

  it('counts, and what it counts adds up', async () => {
    const built = report([await messages()]);
    const run = built.runs[0];
    assert.ok(run);
    assert.deepEqual(countScenarios(built, run), {
      total: 16,
      passed: 6,
      failed: 8,
      knownDeviations: 0,
      unexpectedPasses: 0,
      skipped: 1,
      crashed: 0,
      notEnded: 1,
    });
    assert.deepEqual(countClauses(built, run), {
      total: 23,
      conforms: 4,
      deviates: 3,
      'known-deviation': 0,
      'not-exercised': 14,
      'not-testable': 1,
      'not-in-force': 1,
      'not-implemented': 0,
      differs: 0,
    });
  });

  it('is as expected where all that fails is known', async () => {
    const good = shard(await messages(), (at) => at === 0);
    assert.equal(isAsExpected(report([good])), true);
    const bad = shard(await messages(), (at) => at === 1);
    assert.equal(isAsExpected(report([bad])), false);
    const known = report([bad], [deviating('reference', 'fails')]);
    const verdict = known.clauses.find(({ clause }) => clause.id === 'FUNC-2')?.verdicts.get('reference/1');
    assert.deepEqual(
      [verdict?.verdict, verdict?.deviations.map(({ does }) => does)],
      ['known-deviation', ['It <does> otherwise.']],
    );
    assert.equal(isAsExpected(known), true);
    assert.equal(isAsExpected(report([])), false);
  });

  it('is not as expected where the reference skips a scenario, and says which', async () => {
    const good = shard(await messages(), (at) => at === 0);
    const skipped = shard(await messages(), (at) => at === 5);
    const built = report([good, skipped]);
    assert.equal(isAsExpected(built), false);
    assert.match(writeSummary(built, 'here'), /^Skipped by the reference:\n {2}\S+:28 .*\n +Not exercised/m);
    const elsewhere = [good, skipped].map((part) => renamed(part, 'xen/1'));
    assert.equal(isAsExpected(report(elsewhere)), true, 'another target may lack what a scenario needs');
  });

  it('is not as expected where a scenario fails otherwise than recorded, or passes although recorded', async () => {
    const bad = shard(await messages(), (at) => at === 1);
    const good = shard(await messages(), (at) => at === 0);
    const otherwise = report([bad], [deviating('reference', 'fails', '3')]);
    assert.equal(otherwise.known.size, 0);
    assert.equal(isAsExpected(otherwise), false);
    const [first] = [deviating('reference', 'fails')];
    const second = { ...first, deviations: first.deviations.map((one) => ({ ...one, id: 'another' })) };
    assert.equal(report([bad], [first]).known.size, 1);
    assert.equal(report([bad], [first, second]).known.size, 0, 'two deviations explain it, so none does');
    const outlived = report([good], [deviating('reference', 'passes')]);
    assert.deepEqual(
      outlived.outlived.map(({ name }) => name),
      ['passes'],
    );
    assert.equal(isAsExpected(outlived), false);
    assert.equal(isAsExpected(report([good], [deviating('Xen 4.17', 'passes')])), true, 'it is about another');
  });
});

describe('several streams', () => {
  it('make one run where they bear one key, in whatever shards and order', async () => {
    const all = await messages();
    const whole = report([all]);
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 16, maxLength: 16 }), fc.boolean(), (shards, isReversed) => {
        const parts = [0, 1, 2]
          .filter((part) => shards.includes(part))
          .map((part) => shard(all, (scenario) => shards[scenario] === part));
        const merged = report(isReversed ? parts.toReversed() : parts);
        // A scenario without steps never says on what it ran: alone in its shard it belongs to no run that is known.
        fc.pre(merged.runs.every(({ key }) => key !== 'unknown'));
        assert.deepEqual(merged, whole);
      }),
      { numRuns: 20 },
    );
  });

  it('make two runs where they bear two keys', async () => {
    const all = await messages();
    const built = report([renamed(all, 'xen/2'), all]);
    assert.deepEqual(
      built.runs.map(({ key, target, revision, scenarios }) => [key, target, revision, scenarios.length]),
      [
        ['reference/1', 'reference', 1, 16],
        ['xen/2', 'xen', 2, 16],
      ],
    );
    assert.deepEqual(
      built.findings[0]?.scenarios.map(({ run, line }) => [run.key, line]),
      [
        ['reference/1', 11],
        ['xen/2', 11],
      ],
    );
    const xen = built.runs[1];
    assert.equal(xen && countClauses(built, xen)['not-in-force'], 1);
  });

  it('are refused where one key stands for two hypervisors', async () => {
    const all = await messages();
    assert.throws(() => report([all, renamed(all, 'reference/1', 'ff')]), isUserError);
  });

  it('count the last attempt that came to an end', async () => {
    const all = await messages();
    const flaky = report([all]).runs[0]?.scenarios.find(({ line }) => line === 40);
    assert.deepEqual([flaky?.status, flaky?.attempts], ['passed', 2]);

    const result = all.find(({ testStepFinished }) => testStepFinished !== undefined)?.testStepFinished?.testStepResult;
    assert.ok(result);
    const finished = all.map(({ testStepFinished, ...rest }) =>
      testStepFinished === undefined ? rest : { testStepFinished: { ...testStepFinished, testStepResult: result } },
    );
    const later = nextDay(finished);
    for (const parts of [
      [all, later],
      [later, all],
    ]) {
      const again = report(parts).runs[0]?.scenarios.find(({ line }) => line === 11);
      assert.deepEqual([again?.status, again?.attempts], ['passed', 2]);
    }
    const cut = report([all, interrupted(later, 0)]).runs[0]?.scenarios.find(({ line }) => line === 7);
    assert.equal(cut?.status, 'passed');
  });
});

describe('a run that did not come to its end', () => {
  it('shows what has a result; the rest is not exercised', async () => {
    const built = report([interrupted(await messages(), 2)]);
    const run = built.runs[0];
    assert.ok(run);
    assert.equal(run.interrupted, true);
    const { passed, failed, skipped, notEnded } = countScenarios(built, run);
    assert.deepEqual({ passed, failed, skipped, notEnded }, { passed: 1, failed: 1, skipped: 0, notEnded: 14 });
    assert.deepEqual(built.problems, ['reference/1 was interrupted: scenarios without a result were not exercised.']);
    assert.equal(
      built.clauses.find(({ clause }) => clause.id === 'FUNC-12')?.verdicts.get('reference/1')?.verdict,
      'not-exercised',
    );
    assert.equal(isAsExpected(built), false);
  });

  it('is called unknown where no scenario came to say on what it ran', async () => {
    const planned = (await messages()).filter(({ testCaseStarted }) => testCaseStarted === undefined);
    assert.deepEqual(
      report([planned]).runs.map(({ key, revision }) => [key, revision]),
      [['unknown', null]],
    );
  });
});

describe('a run without scenarios', () => {
  it('is no run, and what went wrong is said', async () => {
    const envelopes = shard(await messages(), () => false);
    assert.deepEqual(report([envelopes]).runs, []);
    const parseError = { source: { uri: 'features/a.feature' }, message: '(3:1): expected: #StepLine' };
    assert.deepEqual(report([[...envelopes, { parseError }]]).problems, [
      'features/a.feature: (3:1): expected: #StepLine',
    ]);
  });
});
