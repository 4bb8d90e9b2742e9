import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isComplete } from './complete';
import { explain, failingStep, lacking, otherRevision, whyOf } from './explain';
import { failureOf } from './failure';
import { countsAgainst, isFailure, STATUSES, worstStatus, type Status } from './model';
import { MISMATCH, run, scenario, step, STOP } from './testdata/made';

describe('a status', () => {
  for (const [status, fails, counts] of [
    ['passed', false, false],
    ['unknown', false, false],
    ['skipped', false, false],
    ['pending', true, true],
    ['undefined', true, true],
    ['ambiguous', true, true],
    ['failed', true, true],
    ['crashed', true, false],
  ] as const satisfies readonly (readonly [Status, boolean, boolean])[])
    it(`${status}: whether it is a failure, and counts against clauses`, () =>
      assert.deepEqual([isFailure(status), countsAgainst(status)], [fails, counts]));

  it('of several is the worst one, whatever their order', () => {
    assert.equal(worstStatus([]), 'passed');
    const order: readonly Status[] = [
      'passed',
      'unknown',
      'skipped',
      'pending',
      'undefined',
      'ambiguous',
      'failed',
      'crashed',
    ];
    assert.deepEqual(STATUSES, order);
    for (const [at, worse] of order.entries())
      for (const better of order.slice(0, at + 1))
        assert.deepEqual([worstStatus([better, worse]), worstStatus([worse, better])], [worse, worse]);
  });
});

describe('why a scenario failed', () => {
  const stop = { kind: 'stop', step: 'it is so', where: 'memcpy+0x1', why: 'BUG' };
  const mismatch = { kind: 'mismatch', step: 'it is so', what: 'rc of p', expected: '-EINVAL', found: '0' };

  it('is what was found instead, or a stop, of the last of them', () => {
    assert.deepEqual(failureOf(scenario('failed', [MISMATCH])), mismatch);
    assert.deepEqual(failureOf(scenario('failed', [STOP])), stop);
    assert.deepEqual(failureOf(scenario('failed', [STOP, MISMATCH])), mismatch);
    assert.deepEqual(failureOf(scenario('failed', [MISMATCH, STOP])), stop);
    const fault = { access: 'load', reason: 'unmapped', address: '0x8' } as const;
    assert.deepEqual(failureOf(scenario('failed', [{ ...STOP, kind: 'stop', fault } as typeof STOP])), {
      ...stop,
      fault,
    });
  });

  it('is in the first step that failed', () => {
    const steps = [
      step('passed', { events: [STOP] }),
      step('failed', { text: 'a', events: [MISMATCH] }),
      step('failed'),
    ];
    assert.deepEqual(failureOf(scenario('failed', [], { steps })), { ...mismatch, step: 'a' });
  });

  it('is the suite, if nothing was compared, whatever it says', () => {
    const suite = { kind: 'suite', step: 'it is so' };
    assert.deepEqual(failureOf(scenario('failed')), { ...suite, why: 'failed' });
    assert.deepEqual(failureOf(scenario('undefined')), { ...suite, why: 'undefined' });
    const steps = [step('failed', { message: 'TypeError' })];
    assert.deepEqual(failureOf(scenario('failed', [], { steps })), { ...suite, why: 'TypeError' });
    const none = { kind: 'suite', step: '', why: 'The scenario is pending.' };
    assert.deepEqual(failureOf(scenario('pending', [], { steps: [] })), none);
  });

  it('is the suite if the emulator crashed, whatever was found before', () => {
    assert.equal(failureOf(scenario('crashed', [MISMATCH, STOP]))?.kind, 'suite');
    const steps = [step('failed', { events: [MISMATCH] }), step('crashed', { text: 'b', events: [STOP] })];
    assert.deepEqual(failureOf(scenario('crashed', [], { steps })), { kind: 'suite', step: 'b', why: 'crashed' });
  });

  for (const status of ['passed', 'skipped', 'unknown'] as const)
    it(`is nothing if it is ${status}`, () => assert.equal(failureOf(scenario(status, [MISMATCH, STOP])), undefined));
});

describe('what a scenario is explained by', () => {
  it('is the revision that it is about', () => {
    const revisionOf = (tags: readonly string[], revision: 1 | 2 | null) =>
      otherRevision(scenario('passed', [], { tags, run: { key: 'a', label: 'a', revision } }));
    assert.equal(revisionOf([], 2), undefined);
    assert.equal(revisionOf(['a', 'revision-2'], 2), undefined);
    assert.equal(revisionOf(['a', 'revision-1'], 2), '1');
    assert.equal(revisionOf(['revision-2'], 1), '2');
    assert.equal(revisionOf(['revision-2'], null), '2');
    assert.equal(revisionOf(['revision-x', 'a-revision-1', 'revision-10'], 2), undefined);
  });

  it('is what the target lacks, only if it was skipped for that', () => {
    const lacks = [{ name: 'nmi', meaning: 'an NMI can be sent' }];
    assert.deepEqual(lacking(scenario('skipped', [], { lacks })), lacks);
    assert.deepEqual(lacking(scenario('passed', [], { lacks })), []);
    assert.deepEqual(lacking(scenario('skipped', [], { lacks, tags: ['revision-1'] })), []);
  });

  it('is the step that crashed, or the first that failed', () => {
    const [failed, other, crashed] = [step('failed'), step('undefined'), step('crashed')];
    assert.equal(failingStep({ steps: [step('passed'), failed, other] }), failed);
    assert.equal(failingStep({ steps: [failed, crashed, crashed] }), crashed);
    assert.equal(failingStep({ steps: [step('passed'), step('skipped'), step('unknown')] }), undefined);
  });

  it('is what was specified and found, if its step threw', () => {
    assert.equal(
      whyOf(step('failed', { message: 'no', events: [STOP, MISMATCH] })),
      'rc of p: the specification says -EINVAL, found 0',
    );
    assert.equal(whyOf(step('failed', { message: 'no', events: [STOP] })), 'no');
    assert.equal(whyOf(step('passed', { events: [MISMATCH] })), undefined);
  });

  it('is a sentence', () => {
    assert.equal(explain(scenario('passed')), undefined);
    assert.equal(explain(scenario('failed', [], { steps: [step('failed', { message: 'no' })] })), 'no');
    assert.equal(explain(scenario('failed')), 'The scenario is failed.');
    assert.equal(explain(scenario('failed', [], { steps: [] })), 'The scenario is failed.');
    const unknown = (more: object): string | undefined => explain(scenario('unknown', [], more));
    const ended = 'Not exercised: the run ended before there was a result.';
    assert.equal(unknown({}), ended);
    assert.equal(unknown({ steps: [] }), 'Not exercised: it has no steps.');
    assert.equal(unknown({ started: undefined }), ended);
    assert.equal(unknown({ steps: [], started: undefined }), ended);
  });
});

it('a run is complete if it ended, has all shards and a result of each scenario', () => {
  const scenarios = [scenario('passed'), scenario('failed')];
  assert.equal(isComplete(run(scenarios)), true);
  assert.equal(isComplete(run(scenarios, { interrupted: true })), false);
  assert.equal(isComplete(run(scenarios, { missingShards: ['1/2'] })), false);
  assert.equal(isComplete(run([...scenarios, scenario('unknown')])), false);
});
