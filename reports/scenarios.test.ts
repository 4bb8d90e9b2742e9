/** What is made of a scenario's messages: one message more or less decides. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Envelope, type TestStepResult, TestStepResultStatus } from '@cucumber/messages';
import { CRASH_MEDIA_TYPE, EVIDENCE_MEDIA_TYPE, LACK_MEDIA_TYPE } from '../engine/evidence';
import { FEATURE, type Played, played, read } from './testdata/played';

const COMPARISON = { kind: 'comparison', what: 'x', expected: '1', found: '1' };
const EVIDENCE = { events: [COMPARISON] };
const LACK = { name: 'nmi', meaning: 'an NMI can be sent' };

function scenarioIn(given: Played) {
  const [attempt, another] = read(played(given)).attempts;
  assert.ok(attempt !== undefined && another === undefined);
  return attempt.scenario;
}

describe('the status of a scenario', () => {
  for (const [status, given] of [
    ['passed', {}],
    ['unknown', { ended: null }],
    ['unknown', { results: ['PASSED', 'PASSED', undefined, undefined], ended: null }],
    ['unknown', { results: ['PASSED', 'PASSED', undefined, 'PASSED'] }],
    ['unknown', { results: [] }],
    ['unknown', { isStarted: false }],
    ['unknown', { results: ['PASSED', 'PASSED', 'UNKNOWN', 'PASSED'] }],
    ['failed', { results: ['PASSED', 'FAILED', undefined, undefined], ended: null }],
    ['failed', { results: ['FAILED', 'SKIPPED', 'SKIPPED', 'PASSED'] }],
    ['failed', { results: ['PASSED', 'PASSED', 'PASSED', 'FAILED'] }],
    ['pending', { results: ['PASSED', 'PENDING', 'SKIPPED', 'PASSED'] }],
    ['undefined', { results: ['PASSED', 'UNDEFINED', 'SKIPPED', 'PASSED'] }],
    ['ambiguous', { results: ['PASSED', 'AMBIGUOUS', 'SKIPPED', 'PASSED'] }],
    ['failed', { results: ['PASSED', 'UNDEFINED', 'SKIPPED', 'FAILED'] }],
    ['skipped', { results: ['SKIPPED', 'SKIPPED', 'SKIPPED', 'PASSED'] }],
    ['skipped', { results: ['PASSED', 'SKIPPED', 'SKIPPED', 'PASSED'], attached: [[1, LACK_MEDIA_TYPE, LACK]] }],
    ['failed', { results: ['PASSED', 'SKIPPED', 'SKIPPED', 'PASSED'] }],
    ['failed', { results: ['PASSED', 'PASSED', 'SKIPPED', 'PASSED'] }],
    ['failed', { results: ['PASSED', 'SKIPPED', 'SKIPPED', 'PASSED'], attached: [[2, LACK_MEDIA_TYPE, LACK]] }],
    [
      'crashed',
      { results: ['PASSED', 'FAILED', 'SKIPPED', 'FAILED'], attached: [[1, CRASH_MEDIA_TYPE, { how: 'x' }]] },
    ],
    ['unknown', { text: 'Feature: A\n Scenario: a\n', results: ['PASSED', 'PASSED'] }],
    ['failed', { text: 'Feature: A\n Scenario: a\n', results: ['FAILED', 'PASSED'] }],
  ] as const satisfies readonly (readonly [string, Played])[])
    it(`is ${status}: ${JSON.stringify(given)}`, () => assert.equal(scenarioIn(given).status, status));
});

describe('a scenario', () => {
  it('has its place, its words and its times', () => {
    const [attempt] = read(
      played({ text: FEATURE, results: ['PASSED', 'PASSED', 'PASSED', 'PASSED', 'PASSED'] }),
    ).attempts;
    assert.ok(attempt !== undefined);
    const step = {
      status: 'passed',
      seconds: 1.5,
      message: undefined,
      events: [],
      docString: undefined,
      table: undefined,
    };
    assert.deepEqual([attempt.run, attempt.payloads, attempt.started], [undefined, [], 2.25]);
    assert.deepEqual(attempt.scenario, {
      uri: 'features/a.feature',
      line: 10,
      feature: 'Letters',
      about: 'About letters.',
      rule: undefined,
      description: 'It is sent.',
      example: undefined,
      row: [],
      examples: '',
      name: 'FUNC-1: a letter is sent',
      tags: ['feature', 'one'],
      steps: [
        { ...step, keyword: 'Given', text: 'paper' },
        { ...step, keyword: 'When', text: 'it is sent:', docString: 'hello' },
        { ...step, keyword: '*', text: 'it comes' },
      ],
      status: 'passed',
      lacks: [],
      seconds: 2.75,
    });
  });

  it('that did not begin or end took no time', () => {
    assert.equal(scenarioIn({ ended: null }).seconds, 0);
    const [never] = read(played({ isStarted: false })).attempts;
    assert.deepEqual([never?.started, never?.scenario.seconds, never?.run], [undefined, 0, undefined]);
    assert.deepEqual(
      never?.scenario.steps.map(({ keyword, text, status, seconds }) => [keyword, text, status, seconds]),
      [
        ['Given', 'one', 'unknown', 0],
        ['Then', 'two', 'unknown', 0],
      ],
    );
  });

  it('shows a hook that failed or has evidence, and no other', () => {
    const stepsOf = (given: Played): readonly string[] =>
      scenarioIn(given).steps.map(({ keyword, text, status }) => `${keyword} ${text}: ${status}`);
    const own = ['Given one: passed', 'Then two: passed'];
    assert.deepEqual(stepsOf({}), own);
    assert.deepEqual(stepsOf({ attached: [[0, EVIDENCE_MEDIA_TYPE, EVIDENCE]] }), ['Before prepare: passed', ...own]);
    assert.deepEqual(stepsOf({ attached: [[0, EVIDENCE_MEDIA_TYPE, { events: [] }]] }), own);
    assert.deepEqual(stepsOf({ results: ['PASSED', 'PASSED', 'PASSED', 'FAILED'] }), [...own, 'After : failed']);
  });

  it('has the evidence of its steps in its order, and what the target lacks', () => {
    const again = { events: [{ ...COMPARISON, what: 'y' }] };
    const { steps, lacks } = scenarioIn({
      attached: [
        [1, EVIDENCE_MEDIA_TYPE, EVIDENCE],
        [2, EVIDENCE_MEDIA_TYPE, EVIDENCE],
        [1, EVIDENCE_MEDIA_TYPE, again],
        [1, 'text/plain', {}],
        [2, LACK_MEDIA_TYPE, LACK],
      ],
    });
    const what = (events: (typeof steps)[number]['events']): readonly unknown[] =>
      events.map((event) => event.kind === 'comparison' && event.what);
    assert.deepEqual(
      steps.map(({ events }) => what(events)),
      [['x', 'y'], ['x']],
    );
    assert.deepEqual(lacks, [LACK]);
  });

  it('says why a step did not pass, in the words that were thrown, without colours, places and differences', () => {
    const messageOf = (result: Partial<TestStepResult>): string | undefined =>
      scenarioIn({ results: ['PASSED', { status: TestStepResultStatus.FAILED, ...result }, 'SKIPPED', 'PASSED'] })
        .steps[0]?.message;
    const stack = '\n    at play (/a/b.ts:3:4)\n    at async Promise.all (index 0)\n    at new Promise (<anonymous>)';
    for (const [message, said] of [
      [`Error: why${stack}\n    at x (native)\n    at /a/b.ts:12`, 'Error: why\n    at async Promise.all (index 0)'],
      ['\u001b[31mError: red\u001b[39m', 'Error: red'],
      ['AssertionError [ERR_ASSERTION]: no\n+ actual - expected\n\n+ 1\n- 2', 'no'],
      ['AssertionError [ERR_ASSERTION]: no\n\n1 !== 2\n\n', 'no'],
      ['  spaces  ', 'spaces'],
    ] as const)
      assert.equal(messageOf({ message }), said);
    assert.equal(messageOf({ exception: { type: 'Error', message: 'thrown' } }), 'thrown');
    assert.equal(messageOf({ message: 'said', exception: { type: 'Error', message: 'thrown' } }), 'said');
    assert.equal(messageOf({}), undefined);
    const without = (status: TestStepResultStatus) => messageOf({ status });
    assert.equal(without(TestStepResultStatus.UNDEFINED), 'There is no step for this sentence.');
    assert.equal(without(TestStepResultStatus.PENDING), 'The step for this sentence is not finished.');
    assert.equal(
      without(TestStepResultStatus.SKIPPED),
      'The step skipped itself without saying what the target lacks.',
    );
    const attached: Played['attached'] = [[1, CRASH_MEDIA_TYPE, { how: 'SIGSEGV' }]];
    const crashed = scenarioIn({ results: ['PASSED', { message: 'gone' }, 'SKIPPED', 'PASSED'], attached });
    assert.deepEqual(
      [crashed.steps[0]?.status, crashed.steps[0]?.message],
      ['crashed', 'The emulator crashed: SIGSEGV.'],
    );
  });

  it('is there once for each attempt', () => {
    const first = played({ results: ['PASSED', 'FAILED', 'SKIPPED', 'PASSED'] });
    const again = played({}).flatMap((envelope): readonly Envelope[] => {
      const { testCaseStarted, testStepFinished, testCaseFinished } = envelope;
      if (testCaseStarted !== undefined) return [{ testCaseStarted: { ...testCaseStarted, id: 'again' } }];
      if (testStepFinished !== undefined)
        return [{ testStepFinished: { ...testStepFinished, testCaseStartedId: 'again' } }];
      if (testCaseFinished !== undefined)
        return [{ testCaseFinished: { ...testCaseFinished, testCaseStartedId: 'again' } }];
      return [];
    });
    const { attempts, problems } = read([...first, ...again]);
    assert.deepEqual(
      attempts.map(({ scenario }) => scenario.status),
      ['failed', 'passed'],
    );
    assert.deepEqual(problems, []);
  });
});
