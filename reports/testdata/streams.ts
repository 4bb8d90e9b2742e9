/** Streams of messages for the tests: one real run of Cucumber, and what can be made of it. */
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { runCucumber } from '@cucumber/cucumber/api';
import { AttachmentContentEncoding, type Envelope, TestStepResultStatus } from '@cucumber/messages';
import { CRASH_MEDIA_TYPE, LACK_MEDIA_TYPE, type CrashDescription, type Lack, type RunDescription } from '../../engine/evidence';
import type { Clause, StatedClause } from '../../features/catalogue';
import type { Finding } from '../../features/findings';
import type { DeviationList } from '../../features/deviations';
import type { MessageStream } from '../messages';
import type { Suite } from '../model';

export const SUITE: Suite = { name: 'Suite', version: '1.0', commit: null };
const ROOT = join(__dirname, '..', '..');
export const BUILD_ID = '00112233445566778899aabbccddeeff00112233';
const RUN = {
  label: 'reference',
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

/** The same run with another description. */
export function described(envelopes: readonly Envelope[], more: Partial<RunDescription>): readonly Envelope[] {
  const body = JSON.stringify({ ...RUN, ...more });
  return envelopes.map((envelope) =>
    envelope.attachment?.mediaType.includes('.run+json') === true
      ? { ...envelope, attachment: { ...envelope.attachment, body } }
      : envelope,
  );
}

/** The same run a day later. */
export function nextDay(envelopes: readonly Envelope[]): readonly Envelope[] {
  return envelopes.map((envelope) => {
    const { testCaseStarted, testCaseFinished } = envelope;
    const day = 86_400;
    const move = ({ seconds, nanos }: { readonly seconds: number; readonly nanos: number }) => ({
      seconds: seconds + day,
      nanos,
    });
    if (testCaseStarted) return { testCaseStarted: { ...testCaseStarted, timestamp: move(testCaseStarted.timestamp) } };
    if (testCaseFinished)
      return { testCaseFinished: { ...testCaseFinished, timestamp: move(testCaseFinished.timestamp) } };
    return envelope;
  });
}

/** The same run under another key, on another hypervisor where a build-id is given. */
export function renamed(envelopes: readonly Envelope[], key: string, buildId = BUILD_ID): readonly Envelope[] {
  const [name = '', revision] = key.split('/');
  return described(envelopes, {
    label: name,
    target: name === 'xen' ? 'xen' : 'reference',
    revision: revision === '1' ? 1 : 2,
    hypervisor: { name: key, buildId },
  });
}

/** The same run, with an attachment of this type to the steps of this text. */
export function attached(envelopes: readonly Envelope[], text: string, mediaType: string, content: object): readonly Envelope[] {
  const pickleSteps = envelopes.flatMap(({ pickle }) => pickle?.steps ?? []).filter((step) => step.text === text);
  const pickleStepIds = new Set(pickleSteps.map(({ id }) => id));
  const testSteps = envelopes.flatMap(({ testCase }) => testCase?.testSteps ?? []);
  const ids = new Set(testSteps.filter(({ pickleStepId = '' }) => pickleStepIds.has(pickleStepId)).map(({ id }) => id));
  return envelopes.flatMap((envelope): readonly Envelope[] => {
    const { testStepFinished } = envelope;
    if (testStepFinished === undefined || !ids.has(testStepFinished.testStepId)) return [envelope];
    const { testCaseStartedId, testStepId } = testStepFinished;
    const contentEncoding = AttachmentContentEncoding.IDENTITY;
    const body = JSON.stringify(content);
    return [{ attachment: { testCaseStartedId, testStepId, mediaType, contentEncoding, body } }, envelope];
  });
}

/** The same run, where the step that skips itself says what the target lacks. */
export const explained = (envelopes: readonly Envelope[], lack: Lack): readonly Envelope[] =>
  attached(envelopes, 'it skips itself', LACK_MEDIA_TYPE, lack);

/** The same run, in the scenario with this number of which the emulator crashed, in its last step. */
export function crashed(envelopes: readonly Envelope[], scenario: number): readonly Envelope[] {
  const id = envelopes.flatMap(({ testCaseFinished }) => testCaseFinished ?? [])[scenario]?.testCaseStartedId ?? '';
  const last = envelopes.findLast(({ testStepFinished }) => testStepFinished?.testCaseStartedId === id);
  const crash: CrashDescription = { how: 'SIGSEGV' };
  return envelopes.flatMap((envelope): readonly Envelope[] => {
    const { testStepFinished } = envelope;
    if (envelope !== last || testStepFinished === undefined) return [envelope];
    const { testStepId, testStepResult } = testStepFinished;
    const attachment = {
      testCaseStartedId: id,
      testStepId,
      mediaType: CRASH_MEDIA_TYPE,
      contentEncoding: AttachmentContentEncoding.IDENTITY,
      body: JSON.stringify(crash),
    };
    const result = { ...testStepResult, status: TestStepResultStatus.FAILED, message: 'the emulator crashed: SIGSEGV' };
    return [{ attachment }, { testStepFinished: { ...testStepFinished, testStepResult: result } }];
  });
}

/** A part of a run: the scenarios whose number is picked, as a shard has them. */
export function shard(envelopes: readonly Envelope[], picks: (scenario: number) => boolean): readonly Envelope[] {
  const cases = envelopes.flatMap(({ testCase }) => testCase?.id ?? []);
  const picked = new Set(cases.filter((_, at) => picks(at)));
  const starts = envelopes.flatMap(({ testCaseStarted }) => testCaseStarted ?? []);
  const started = new Set(starts.filter(({ testCaseId }) => picked.has(testCaseId)).map(({ id }) => id));
  const part = envelopes.filter((envelope) => {
    const { testCase, testCaseStarted, testStepStarted, testStepFinished, testCaseFinished, attachment } = envelope;
    if (testCase !== undefined) return picked.has(testCase.id);
    const id =
      testCaseStarted?.id ?? (testStepStarted ?? testStepFinished ?? testCaseFinished ?? attachment)?.testCaseStartedId;
    return id === undefined || started.has(id);
  });
  return part.map((envelope) =>
    envelope.testRunFinished === undefined
      ? envelope
      : { testRunFinished: { ...envelope.testRunFinished, success: isSuccess(part) } },
  );
}

/** As Cucumber has it: attempts that another followed do not count. */
function isSuccess(envelopes: readonly Envelope[]): boolean {
  const retried = new Set(
    envelopes.flatMap(({ testCaseFinished: end }) => (end?.willBeRetried === true ? end.testCaseStartedId : [])),
  );
  return envelopes.every(({ testStepFinished: end }) => {
    const status = end?.testStepResult.status ?? TestStepResultStatus.PASSED;
    const isGood = status === TestStepResultStatus.PASSED || status === TestStepResultStatus.SKIPPED;
    return isGood || retried.has(end?.testCaseStartedId ?? '');
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
export function deviating(hypervisor: string, title: string, found = '2'): DeviationList {
  const uri = `${relative(ROOT, __dirname)}/statuses.feature`;
  const deviation = { id: 'other', clauses: ['FUNC-2'], says: 'It does.', does: 'It <does> otherwise.', since: '0' };
  return { hypervisor, absences: [], patched: [], deviations: [{ ...deviation, fails: [{ what: 'the number', expected: '1', found }], scenarios: [{ uri, title, rows: [] }] }] };
}
