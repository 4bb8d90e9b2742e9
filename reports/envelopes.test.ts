/** Which fields of messages are checked, and that no message refers to what is not there. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaintAbout, createAttachmentCheck, createReferenceCheck, isEnvelope } from './envelopes';
import { RUN_MEDIA_TYPE } from '../engine/evidence';

const RESULT = {
  status: 'FAILED',
  duration: { seconds: 0, nanos: 0 },
  message: 'why',
  exception: { message: 'why' },
};
const TIME = { seconds: 0, nanos: 0 };
const OWN = { id: 'scenario', location: { line: 1 }, description: '', steps: [{ id: 'step', keyword: 'Given' }] };
const EXAMPLES = {
  name: '',
  tableHeader: { cells: [{ value: 'a' }] },
  tableBody: [{ id: 'row', location: { line: 2 }, cells: [{ value: '1' }] }],
};
const CHILD = { background: { steps: [{ id: 'step', keyword: 'Given' }] }, scenario: { ...OWN, examples: [EXAMPLES] } };

/** One message of each kind that is read, with all fields that are. */
const WHOLE: Readonly<Record<string, object>> = {
  meta: {},
  parseError: { source: { uri: 'a.feature' }, message: 'why' },
  undefinedParameterType: { expression: '{x}', name: 'x' },
  gherkinDocument: {
    feature: { name: '', description: '', children: [{ ...CHILD, rule: { name: '', children: [CHILD] } }] },
  },
  pickle: {
    id: 'pickle',
    uri: 'a.feature',
    name: '',
    astNodeIds: ['scenario'],
    tags: [{ name: '@a' }],
    steps: [
      {
        id: 'pickle step',
        text: '',
        astNodeIds: ['step'],
        argument: { docString: { content: '' }, dataTable: { rows: [{ cells: [{ value: '' }] }] } },
      },
    ],
  },
  hook: { id: 'hook', name: '', type: 'BEFORE_TEST_CASE' },
  testCase: {
    id: 'test case',
    pickleId: 'pickle',
    testSteps: [{ id: 'test step', pickleStepId: 'pickle step', hookId: 'hook' }],
  },
  testCaseStarted: { id: 'attempt', testCaseId: 'test case', timestamp: TIME },
  testStepFinished: { testCaseStartedId: 'attempt', testStepId: 'test step', testStepResult: RESULT },
  testCaseFinished: { testCaseStartedId: 'attempt', timestamp: TIME },
  attachment: {
    body: '',
    contentEncoding: 'IDENTITY',
    mediaType: 'text/plain',
    testCaseStartedId: 'attempt',
    testStepId: 'test step',
  },
  testRunHookFinished: { result: RESULT },
  testRunFinished: { success: true, message: '', exception: { message: '' } },
};

/** They need not be there. */
const OPTIONAL = new Set([
  'parseError.source.uri',
  'gherkinDocument.feature',
  'gherkinDocument.feature.children.0.background',
  'gherkinDocument.feature.children.0.scenario',
  'gherkinDocument.feature.children.0.scenario.examples.0.tableHeader',
  'gherkinDocument.feature.children.0.rule',
  'gherkinDocument.feature.children.0.rule.children.0.background',
  'gherkinDocument.feature.children.0.rule.children.0.scenario',
  'gherkinDocument.feature.children.0.rule.children.0.scenario.examples.0.tableHeader',
  'pickle.steps.0.argument',
  'pickle.steps.0.argument.docString',
  'pickle.steps.0.argument.dataTable',
  'hook.name',
  'hook.type',
  'testCase.testSteps.0.pickleStepId',
  'testCase.testSteps.0.hookId',
  'testStepFinished.testStepResult.message',
  'testStepFinished.testStepResult.exception',
  'testStepFinished.testStepResult.exception.message',
  'attachment.testCaseStartedId',
  'attachment.testStepId',
  'testRunHookFinished.result.message',
  'testRunHookFinished.result.exception',
  'testRunHookFinished.result.exception.message',
  'testRunFinished.message',
  'testRunFinished.exception',
  'testRunFinished.exception.message',
]);

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The paths of all fields. Lists are nodes too, with one item each. */
const pathsIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  isNode(value)
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsIn(inner, [...path, key])])
    : [];

/** A copy with another value in one place, or without it. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined || !isNode(value)) return by;
  if (Array.isArray(value)) return value.map((inner: unknown) => replaced(inner, rest, by));
  return { ...value, [key]: replaced(value[key], rest, by) };
}

describe('a message', () => {
  const paths = pathsIn(WHOLE).filter((path) => path.length > 1);

  it('is one as it is', () => {
    for (const [kind, content] of Object.entries(WHOLE)) assert.ok(isEnvelope({ [kind]: content }), kind);
  });

  it('is none with another kind of value in any of its fields, and it is said in which', () => {
    for (const path of paths) {
      const [kind = ''] = path;
      const odd = replaced({ [kind]: WHOLE[kind] }, path, null);
      const place = path.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('');
      assert.ok(`.${complaintAbout(odd)}`.startsWith(`${place}: expected `), `${place}: ${complaintAbout(odd)}`);
    }
  });

  it('needs its fields, but for some', () => {
    const named = paths.filter((path) => path.at(-1) !== '0');
    const unneeded = named.filter(([kind = '', ...rest]) =>
      isEnvelope(replaced({ [kind]: WHOLE[kind] }, [kind, ...rest], undefined)),
    );
    assert.deepEqual(
      unneeded.map((path) => path.join('.')),
      [...OPTIONAL],
    );
  });

  it('has times of this era, and one of the known statuses and encodings', () => {
    const isGood = (path: string, value: unknown): boolean => {
      const keys = path.split('.');
      const [kind = ''] = keys;
      return isEnvelope(replaced({ [kind]: WHOLE[kind] }, keys, value));
    };
    const judged = (path: string, values: readonly unknown[]): readonly boolean[] =>
      values.map((value) => isGood(path, value));
    const [lastSecond, lastNano] = [253_402_300_799, 999_999_999];
    for (const kind of ['testCaseStarted', 'testCaseFinished']) {
      const expected = [true, true, false, false, false];
      assert.deepEqual(judged(`${kind}.timestamp.seconds`, [0, lastSecond, -1, lastSecond + 1, 0.5]), expected);
      assert.deepEqual(judged(`${kind}.timestamp.nanos`, [0, lastNano, -1, lastNano + 1, 0.5]), expected);
    }
    const statuses = ['PASSED', 'FAILED', 'SKIPPED', 'PENDING', 'UNDEFINED', 'AMBIGUOUS', 'UNKNOWN'];
    for (const path of ['testStepFinished.testStepResult.status', 'testRunHookFinished.result.status']) {
      assert.ok(judged(path, statuses).every(Boolean));
      assert.equal(isGood(path, 'passed'), false);
    }
    assert.deepEqual(judged('attachment.contentEncoding', ['IDENTITY', 'BASE64', 'UTF8']), [true, true, false]);
  });

  it('of a kind that no report reads may be anything', () => assert.ok(isEnvelope({ source: 5 })));
});

describe('an attachment', () => {
  it('of ours is checked, again if it is another one; those of others are not', () => {
    const check = createAttachmentCheck();
    const complaintOf = (mediaType: string, body: string): string | undefined => {
      const envelope: unknown = { attachment: { mediaType, body, contentEncoding: 'IDENTITY' } };
      assert.ok(isEnvelope(envelope));
      return check(envelope);
    };
    const hypervisor = { name: 'reference', buildId: '00' };
    const run = JSON.stringify({ label: 'a', target: 'reference', revision: 1, hypervisor });
    for (const [good, bad] of [
      [run, '{}'],
      [run, '{}'],
    ] as const) {
      assert.equal(complaintOf(RUN_MEDIA_TYPE, good), undefined);
      assert.equal(complaintOf(RUN_MEDIA_TYPE, bad), 'attachment.body.label: expected a text, got nothing');
      assert.equal(complaintOf('text/plain', '{}'), undefined);
    }
  });
});

describe('the messages of a run', () => {
  /** What refers to what is dangling, if these kinds of messages are left out. */
  const danglingWithout = (...leftOut: readonly string[]): object | undefined => {
    const { add, dangling } = createReferenceCheck();
    for (const [at, [kind, content]] of Object.entries(WHOLE).entries()) {
      const envelope: unknown = { [kind]: content };
      assert.ok(isEnvelope(envelope));
      if (!leftOut.includes(kind)) add(envelope, at + 1);
    }
    return dangling();
  };
  const lineOf = (kind: string): number => Object.keys(WHOLE).indexOf(kind) + 1;

  it('refer to nothing that is not there', () => assert.equal(danglingWithout(), undefined));

  for (const [missing, by, referent] of [
    [['gherkinDocument'], 'pickle', 'scenario'],
    [['pickle'], 'testCase', 'pickle'],
    [['testCase'], 'testCaseStarted', 'test case'],
    [['testCaseStarted'], 'testStepFinished', 'attempt'],
    [['testCaseStarted', 'testStepFinished'], 'testCaseFinished', 'attempt'],
    [['testCaseStarted', 'testStepFinished', 'testCaseFinished'], 'attachment', 'attempt'],
    [['testCase', 'testCaseStarted'], 'testStepFinished', 'test step'],
  ] as const)
    it(`say without ${missing.join(' and ')} that the ${by} refers to no ${referent}`, () =>
      assert.deepEqual(danglingWithout(...missing), { line: lineOf(by), referent, id: referent }));

  it('have the steps of the scenario that a test case is made of', () => {
    const { add, dangling } = createReferenceCheck();
    for (const [at, kind] of ['gherkinDocument', 'pickle', 'testCase'].entries()) {
      const whole = { [kind]: WHOLE[kind] };
      const envelope = kind === 'pickle' ? replaced(whole, ['pickle', 'steps', '0', 'id'], 'another') : whole;
      assert.ok(isEnvelope(envelope));
      add(envelope, at + 1);
    }
    assert.deepEqual(dangling(), { line: 3, referent: 'pickle step', id: 'pickle step' });
  });

  it('may have scenarios within rules only', () => {
    const { add, dangling } = createReferenceCheck();
    const feature = { name: '', description: '', children: [{ rule: { name: '', children: [CHILD] } }] };
    for (const envelope of [{ gherkinDocument: { feature } }, { pickle: WHOLE['pickle'] }]) {
      const given: unknown = envelope;
      assert.ok(isEnvelope(given));
      add(given, 1);
    }
    assert.equal(dangling(), undefined);
  });
});
