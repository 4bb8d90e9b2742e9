/** What messages say besides scenarios: of features, and of what went wrong outside them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Envelope, TestStepResultStatus } from '@cucumber/messages';
import { indexFeatures } from './documents';
import { FEATURE, type Played, parsed, played, read } from './testdata/played';

describe('what went wrong outside scenarios', () => {
  const problemsOf = (given: Played, ...more: readonly Envelope[]): readonly string[] =>
    read([...played(given), ...more]).problems;
  const timestamp = { seconds: 0, nanos: 0 };
  const hookEnded = (status: TestStepResultStatus, message?: string): Envelope => ({
    testRunHookFinished: {
      testRunHookStartedId: 'x',
      timestamp,
      result: { status, duration: timestamp, ...(message === undefined ? {} : { message }) },
    },
  });

  it('is nothing if all went well, and a run without an end is interrupted', () => {
    assert.deepEqual(problemsOf({}), []);
    assert.equal(read(played({})).interrupted, false);
    assert.deepEqual(problemsOf({ success: null }), []);
    assert.equal(read(played({ success: null })).interrupted, true);
  });

  it('is said if the run failed and no scenario shows why', () => {
    const unexplained = 'Cucumber reports that the run in m.ndjson failed, but no scenario or hook failed.';
    assert.deepEqual(problemsOf({ success: false }), [unexplained]);
    assert.deepEqual(problemsOf({ success: false, results: ['SKIPPED', 'SKIPPED', 'SKIPPED', 'PASSED'] }), [
      unexplained,
    ]);
    assert.deepEqual(problemsOf({ success: false, results: ['FAILED', 'SKIPPED', 'SKIPPED', 'PASSED'] }), []);
    assert.deepEqual(problemsOf({ success: false, isStarted: false }), []);
  });

  it('is said if there is no scenario', () => {
    const empty = parsed('Feature: A\n');
    assert.deepEqual(read(empty).problems, ['A run in m.ndjson began and ended before its first scenario.']);
    const end: Envelope = { testRunFinished: { success: true, timestamp } };
    assert.deepEqual(read([...empty, end]).problems, ['A run in m.ndjson began and has no scenario.']);
  });

  it('is what the messages say', () => {
    const parseError = (uri?: string): Envelope => ({
      parseError: { source: uri === undefined ? {} : { uri }, message: 'no' },
    });
    assert.deepEqual(problemsOf({ success: false }, parseError('a.feature'), parseError()), [
      'a.feature: no',
      'a feature: no',
    ]);
    assert.deepEqual(problemsOf({}, { undefinedParameterType: { expression: '{x}', name: 'x' } }), [
      '{x}: no parameter type is called x',
    ]);
    const { FAILED, PASSED } = TestStepResultStatus;
    assert.deepEqual(problemsOf({}, hookEnded(FAILED, 'Error: no'), hookEnded(PASSED, 'so')), [
      'A hook around the run failed: Error: no',
    ]);
    assert.deepEqual(problemsOf({}, hookEnded(FAILED)), ['A hook around the run failed: failed']);
    const exception = { type: 'Error', message: 'thrown' };
    const failed = (more: object): Envelope => ({ testRunFinished: { success: false, timestamp, ...more } });
    assert.deepEqual(problemsOf({}, failed({ exception, message: 'said' })), ['The run failed: thrown']);
    assert.deepEqual(problemsOf({}, failed({ message: 'said' })), ['The run failed: said']);
  });
});

it('features are read with the places of scenarios and rows, keywords and cells', () => {
  const envelopes = parsed(FEATURE);
  const { lines, places, rows, keywords } = indexFeatures(envelopes);
  const about = { feature: 'Letters', about: 'About letters.' };
  assert.deepEqual([...lines.values()], [10, 23, 31, 35]);
  assert.deepEqual(
    [...places.values()],
    [
      { ...about, rule: undefined, description: 'It is sent.' },
      { ...about, rule: 'Post', description: '' },
    ],
  );
  assert.deepEqual(
    [...rows.values()],
    [
      {
        example: { what: 'it', whom: 'Ann', how: '' },
        row: [
          ['whom', 'Ann'],
          ['how', ''],
        ],
        examples: 'to friends',
      },
      { example: { what: 'that', whom: 'Eve' }, row: [['whom', 'Eve']], examples: '' },
    ],
  );
  assert.deepEqual([...keywords.values()], ['Given', 'When', '*', 'Given', 'When']);
  const pickles = envelopes.flatMap(({ pickle }) => pickle ?? []);
  assert.deepEqual(
    pickles.map(({ name }) => name),
    ['FUNC-1: a letter is sent', 'it is sent', 'that is sent'],
  );
});

it('a scenario of an outline has the place and the values of its row', () => {
  const all = played({ text: FEATURE.replace('@one', '@other') });
  const outlined = all.filter(({ pickle }) => pickle?.name !== 'FUNC-1: a letter is sent');
  const own = outlined.flatMap(({ pickle }) => pickle ?? [])[0];
  const steps = (own?.steps ?? []).map(({ id }, at) => ({ id: `${at}`, pickleStepId: id }));
  const moved = outlined.map((envelope) =>
    envelope.testCase === undefined
      ? envelope
      : { testCase: { id: 'case', pickleId: own?.id ?? '', testSteps: steps } },
  );
  const [attempt] = read(moved).attempts;
  const { line, rule, example, examples, row, tags } = attempt?.scenario ?? {};
  assert.deepEqual(
    { line, rule, example, examples, row, tags },
    {
      line: 31,
      rule: 'Post',
      example: { what: 'it', whom: 'Ann', how: '' },
      examples: 'to friends',
      row: [
        ['whom', 'Ann'],
        ['how', ''],
      ],
      tags: ['feature', 'private'],
    },
  );
  assert.deepEqual(
    attempt?.scenario.steps.map(({ keyword, text, table }) => [keyword, text, table]),
    [
      ['Given', 'paper', undefined],
      ['Given', 'a postman', undefined],
      [
        'When',
        'it is sent to Ann:',
        [
          ['what', 'with'],
          ['it', 'pen'],
        ],
      ],
    ],
  );
});
