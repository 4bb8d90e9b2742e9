/** Streams of messages for the tests: one real run of Cucumber, and what can be made of it. */
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { runCucumber } from '@cucumber/cucumber/api';
import type { Envelope } from '@cucumber/messages';
import type { Clause, StatedClause } from '../../features/catalogue';
import type { Finding } from '../../features/findings';
import type { DeviationList } from '../../features/deviations';
import type { MessageStream } from '../messages';
import type { Suite } from '../model';

export const SUITE: Suite = { name: 'Suite', version: '1.0' };
const ROOT = join(__dirname, '..', '..');
const BUILD_ID = '00112233445566778899aabbccddeeff00112233';
const RUN = {
  key: 'reference/1',
  target: 'reference',
  revision: 1,
  hypervisor: { name: 'reference', buildId: BUILD_ID },
  suite: { ...SUITE },
};

async function runOnce(): Promise<readonly Envelope[]> {
  const envelopes: Envelope[] = [];
  const here = relative(ROOT, __dirname);
  await runCucumber(
    {
      sources: {
        defaultDialect: 'en',
        paths: [`${here}/statuses.feature`],
        names: [],
        tagExpression: '',
        order: 'defined',
      },
      support: { requireModules: [], requirePaths: [`${here}/steps.ts`], importPaths: [], loaders: [] },
      runtime: {
        dryRun: false,
        failFast: false,
        filterStacktraces: true,
        parallel: 0,
        retry: 1,
        retryTagFilter: '@flaky',
        strict: true,
        worldParameters: RUN,
      },
      formats: { stdout: 'message', files: {}, publish: false, options: {} },
    },
    { cwd: ROOT, stdout: new PassThrough().resume(), stderr: new PassThrough().resume() },
    (envelope) => envelopes.push(envelope),
  );
  return envelopes;
}

let once: Promise<readonly Envelope[]> | undefined;

/** The messages of statuses.feature. It is run once in a process. */
export function messages(): Promise<readonly Envelope[]> {
  once ??= runOnce();
  return once;
}

export const stream = (envelopes: readonly Envelope[]): MessageStream => ({ file: 'test.ndjson', envelopes });

/** The same run with a clock of its own: each scenario begins a second after the one before, each step takes 2 ms. */
export function timeless(envelopes: readonly Envelope[]): readonly Envelope[] {
  let begun = 0;
  const now = (nanos: number) => ({ seconds: 1_700_000_000 + begun, nanos });
  return envelopes.map((envelope) => {
    const { testCaseStarted, testStepFinished, testCaseFinished } = envelope;
    if (testCaseStarted !== undefined) {
      begun += 1;
      return { testCaseStarted: { ...testCaseStarted, timestamp: now(0) } };
    }
    if (testStepFinished !== undefined) {
      const testStepResult = { ...testStepFinished.testStepResult, duration: { seconds: 0, nanos: 2_000_000 } };
      return { testStepFinished: { ...testStepFinished, testStepResult } };
    }
    if (testCaseFinished !== undefined) return { testCaseFinished: { ...testCaseFinished, timestamp: now(10_000_000) } };
    return envelope;
  });
}

/** The same run under another key, on another hypervisor where a build-id is given. */
export function renamed(envelopes: readonly Envelope[], key: string, buildId = BUILD_ID): readonly Envelope[] {
  const [target, revision] = key.split('/');
  const body = JSON.stringify({ ...RUN, key, target, revision: Number(revision), hypervisor: { name: key, buildId } });
  return envelopes.map((envelope) =>
    envelope.attachment?.mediaType.includes('.run+json') === true
      ? { ...envelope, attachment: { ...envelope.attachment, body } }
      : envelope,
  );
}

/** A part of a run: the scenarios whose number is picked, as a shard has them. */
export function shard(envelopes: readonly Envelope[], picks: (scenario: number) => boolean): readonly Envelope[] {
  const cases = envelopes.flatMap(({ testCase }) => testCase?.id ?? []);
  const picked = new Set(cases.filter((_, at) => picks(at)));
  const starts = envelopes.flatMap(({ testCaseStarted }) => testCaseStarted ?? []);
  const started = new Set(starts.filter(({ testCaseId }) => picked.has(testCaseId)).map(({ id }) => id));
  return envelopes.filter((envelope) => {
    const { testCase, testCaseStarted, testStepStarted, testStepFinished, testCaseFinished, attachment } = envelope;
    if (testCase !== undefined) return picked.has(testCase.id);
    const id =
      testCaseStarted?.id ?? (testStepStarted ?? testStepFinished ?? testCaseFinished ?? attachment)?.testCaseStartedId;
    return id === undefined || started.has(id);
  });
}

/** The run as it stands where it was interrupted: in the scenario with this number, before its last step ended. */
export function interrupted(envelopes: readonly Envelope[], scenario: number): readonly Envelope[] {
  const ends = envelopes.flatMap(({ testCaseFinished }, at) => (testCaseFinished === undefined ? [] : at));
  return envelopes.slice(0, (ends[scenario] ?? 0) - 1);
}

const clause = (id: string, more: Partial<StatedClause> = {}): Clause => ({
  id,
  section: 'Functions',
  level: 'MUST',
  revision: 1,
  document: `What ${id} says, with \`code\`.`,
  source: [10, 12],
  testable: true,
  ...more,
});

const FINDING: Finding = {
  id: 'F-1',
  title: 'No error is named',
  kind: 'gap',
  section: 'Functions',
  places: [{ revision: 2, lines: [10, 12] }],
  text: 'It is not said.',
  clauses: ['FUNC-2'],
  practice: [{ who: 'Xen', does: 'It returns `-EINVAL`.' }],
  proposal: 'The error is `-EINVAL`.',
  status: 'open',
};

/** What the tags of statuses.feature name, and a little that they do not. */
export const CATALOGUE = {
  clauses: [
    ...Array.from({ length: 12 }, (_, at) => clause(`FUNC-${at + 1}`)),
    clause('FUNC-13', { testable: false, why: 'It cannot be seen.' }),
    clause('FUNC-14', { supersededBy: 'V2-FUNC-1' }),
    clause('V2-FUNC-1', { revision: 2 }),
    ...Array.from({ length: 8 }, (_, at) => clause(`STATE-${at + 2}`, { section: 'States' })),
  ],
  findings: [FINDING],
};

/** A hypervisor of which it is recorded that one scenario of statuses.feature fails. */
export function deviating(hypervisor: string, title: string, why = 'Error: expected 1, found 2'): DeviationList {
  const uri = `${relative(ROOT, __dirname)}/statuses.feature`;
  const deviation = { id: 'other', clauses: ['FUNC-2'], says: 'It does.', does: 'It <does> otherwise.', since: '0' };
  return { hypervisor, deviations: [{ ...deviation, fails: [why], scenarios: [{ uri, title, rows: [] }] }] };
}
