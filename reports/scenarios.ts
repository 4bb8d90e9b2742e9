/** Reads the scenarios of one stream of messages, with all their attempts. */
import { stripVTControlCharacters } from 'node:util';
import type {
  Attachment,
  Duration,
  Envelope,
  Hook,
  Pickle,
  PickleStep,
  TestCase,
  TestStep,
  TestStepResult,
  Timestamp,
} from '@cucumber/messages';
import type { PayloadListing, RunDescription } from '../engine/evidence';
import { type FeatureIndex, type Row, indexFeatures } from './documents';
import { crashOf, type EvidenceReader, lacksIn, payloadsIn, runDescriptionOf } from './evidence';
import { groupBy } from './lists';
import type { MessageStream } from './messages';
import { isFailure, worstStatus } from './model';
import type { Scenario, Status, Step } from './model';

/** One attempt at a scenario. A scenario that was planned and never started has an attempt without a start. */
export interface Attempt {
  /** The run, if the first hook described it. */
  readonly run: RunDescription | undefined;
  /** The named payloads of its run, if it is the first scenario of a process. */
  readonly payloads: readonly PayloadListing[];
  /** Seconds since 1970. */
  readonly started: number | undefined;
  readonly scenario: Omit<Scenario, 'run' | 'attempts' | 'started'>;
}

export interface StreamContents {
  readonly attempts: readonly Attempt[];
  readonly problems: readonly string[];
  /** Whether the stream has no end. */
  readonly interrupted: boolean;
}

/** The messages about one test case that was started. */
interface Trace {
  readonly testCaseId: string;
  readonly started: number;
  /** By test step. */
  readonly results: Map<string, TestStepResult>;
  readonly attachments: Map<string, Attachment[]>;
  /** Undefined if it did not end. */
  finished: number | undefined;
}

/** The messages of a stream, indexed by their ids. */
interface StreamIndex {
  readonly pickles: ReadonlyMap<string, Pickle>;
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly testCases: ReadonlyMap<string, TestCase>;
  readonly traces: readonly Trace[];
}

const STATUS = {
  PASSED: 'passed',
  FAILED: 'failed',
  SKIPPED: 'skipped',
  PENDING: 'pending',
  UNDEFINED: 'undefined',
  AMBIGUOUS: 'ambiguous',
  UNKNOWN: 'unknown',
} as const satisfies Record<string, Status>;

/** The message for a step that left its scenario unfinished. */
const SELF_SKIPPED = 'The step skipped itself without saying what the target lacks.';
const MESSAGES: Readonly<Partial<Record<Status, string>>> = {
  undefined: 'There is no step for this sentence.',
  pending: 'The step for this sentence is not finished.',
};

function secondsOf({ seconds, nanos }: Duration | Timestamp): number {
  return seconds + nanos / 1e9;
}

/** The parts of Node's assertion messages besides the sentence: the kind, and a diff. */
const ASSERTION_NOISE = /^AssertionError \[ERR_ASSERTION\]: |\n+(?:\+ actual - expected|[^\n]+ !== [^\n]+\n)[^]*$/g;

/** Why a step did not pass. Without stack frames, colours and an assertion's diff. */
function messageOf(result: TestStepResult | undefined, status: Status): string | undefined {
  const said = result?.message ?? result?.exception?.message;
  if (said === undefined) return MESSAGES[status];
  const lines = stripVTControlCharacters(said).split('\n');
  return lines
    .filter((line) => !/^\s+at .*(:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line))
    .join('\n')
    .replace(ASSERTION_NOISE, '')
    .trim();
}

function indexStream(envelopes: readonly Envelope[]): StreamIndex {
  const pickles = new Map<string, Pickle>();
  const hooks = new Map<string, Hook>();
  const testCases = new Map<string, TestCase>();
  const traces = new Map<string, Trace>();
  for (const { pickle, hook, testCase, testCaseStarted, testStepFinished, testCaseFinished, attachment } of envelopes) {
    if (pickle !== undefined) pickles.set(pickle.id, pickle);
    if (hook !== undefined) hooks.set(hook.id, hook);
    if (testCase !== undefined) testCases.set(testCase.id, testCase);
    if (testCaseStarted !== undefined) {
      const { id, testCaseId, timestamp } = testCaseStarted;
      const started = secondsOf(timestamp);
      traces.set(id, { testCaseId, started, results: new Map(), attachments: new Map(), finished: undefined });
    }
    if (testStepFinished !== undefined) {
      const { testCaseStartedId, testStepId, testStepResult } = testStepFinished;
      traces.get(testCaseStartedId)?.results.set(testStepId, testStepResult);
    }
    if (attachment?.testCaseStartedId !== undefined && attachment.testStepId !== undefined) {
      const attachments = traces.get(attachment.testCaseStartedId)?.attachments;
      attachments?.set(attachment.testStepId, [...(attachments.get(attachment.testStepId) ?? []), attachment]);
    }
    if (testCaseFinished !== undefined) {
      const trace = traces.get(testCaseFinished.testCaseStartedId);
      if (trace !== undefined) trace.finished = secondsOf(testCaseFinished.timestamp);
    }
  }
  return { pickles, hooks, testCases, traces: [...traces.values()] };
}

/** Problems outside scenarios that the messages report. */
function problemsTold(envelopes: readonly Envelope[]): readonly string[] {
  return envelopes.flatMap(({ parseError, testRunHookFinished, testRunFinished, undefinedParameterType }) => {
    if (parseError !== undefined) return [`${parseError.source.uri ?? 'a feature'}: ${parseError.message}`];
    if (undefinedParameterType !== undefined)
      return [`${undefinedParameterType.expression}: no parameter type is called ${undefinedParameterType.name}`];
    if (testRunHookFinished !== undefined) {
      const status = STATUS[testRunHookFinished.result.status];
      const why = messageOf(testRunHookFinished.result, status) ?? status;
      return isFailure(status) ? [`A hook around the run failed: ${why}`] : [];
    }
    const why = testRunFinished?.exception?.message ?? testRunFinished?.message;
    return why === undefined ? [] : [`The run failed: ${why}`];
  });
}

/** The same, with the problems that only show by missing messages. `statuses`: the final status of each scenario. */
function problemsOf({ file, envelopes }: MessageStream, statuses: readonly Status[]): readonly string[] {
  const told = problemsTold(envelopes);
  if (told.length > 0) return told;
  const finished = envelopes.findLast(({ testRunFinished }) => testRunFinished !== undefined)?.testRunFinished;
  if (statuses.length === 0)
    return [`A run in ${file} began and ${finished === undefined ? 'ended before its first' : 'has no'} scenario.`];
  const isExplained = finished?.success !== false || statuses.some((each) => isFailure(each) || each === 'unknown');
  return isExplained ? [] : [`Cucumber reports that the run in ${file} failed, but no scenario or hook failed.`];
}

/** The steps and hooks of a test case with their results, in their order. */
interface StepResult {
  readonly testStep: TestStep;
  readonly status: Status;
  readonly message: string | undefined;
}

function resultsOf(testSteps: readonly TestStep[], trace: Trace | undefined): readonly StepResult[] {
  const statuses = testSteps.map(({ id }) => STATUS[trace?.results.get(id)?.status ?? 'UNKNOWN']);
  const firstOwn = testSteps.findIndex(({ pickleStepId }) => pickleStepId !== undefined);
  const firstNotPassed = statuses.findIndex((status) => status !== 'passed');
  return testSteps.map((testStep, at) => {
    const status = statuses[at] ?? 'unknown';
    const attachments = trace?.attachments.get(testStep.id) ?? [];
    const crash = crashOf(attachments);
    if (crash !== undefined) return { testStep, status: 'crashed', message: `The emulator crashed: ${crash.how}.` };
    if (status === 'skipped' && at === firstNotPassed && at >= firstOwn && lacksIn(attachments).length === 0)
      return { testStep, status: 'failed', message: SELF_SKIPPED };
    return { testStep, status, message: messageOf(trace?.results.get(testStep.id), status) };
  });
}

function statusOf(results: readonly StepResult[], finished: boolean): Status {
  const worst = worstStatus(results.map(({ status }) => status));
  if (isFailure(worst)) return worst;
  const hasSteps = results.some(({ testStep }) => testStep.pickleStepId !== undefined);
  return finished && hasSteps ? worst : 'unknown';
}

function hookKeyword(hook: Hook | undefined): string {
  return hook?.type?.startsWith('AFTER') === true ? 'After' : 'Before';
}

/** Hooks are shown only if they failed or have evidence. */
function isShown({ status, events }: Step, result: StepResult | undefined): boolean {
  return result?.testStep.pickleStepId !== undefined || isFailure(status) || events.length > 0;
}

const NO_ROW: Row = { example: undefined, row: [], examples: '' };

/** The place of a scenario, by the ids of the parsed feature. */
function placeIn(
  { lines, places, rows }: FeatureIndex,
  { astNodeIds: ids }: Pickle,
): Pick<Scenario, 'line' | 'feature' | 'about' | 'rule' | 'description' | keyof Row> {
  const place = ids.map((id) => places.get(id)).find((found) => found !== undefined);
  return {
    line: ids.map((id) => lines.get(id)).findLast((found) => found !== undefined) ?? 0,
    feature: place?.feature ?? '',
    about: place?.about ?? '',
    rule: place?.rule,
    description: place?.description ?? '',
    ...(ids.map((id) => rows.get(id)).find((found) => found !== undefined) ?? NO_ROW),
  };
}

/** The run of a scenario, and the payloads of that run, from the attachments of its hooks. */
function attachedTo(trace: Trace): Pick<Attempt, 'run' | 'payloads'> {
  const attachments = [...trace.attachments.values()].flat();
  return { run: runDescriptionOf(attachments), payloads: payloadsIn(attachments) };
}

/** Reads the scenarios of a stream. UserError if its evidence is malformed. */
export function readScenarios(stream: MessageStream, eventsOf: EvidenceReader): StreamContents {
  const { envelopes } = stream;
  const features = indexFeatures(envelopes);
  const { pickles, hooks, testCases, traces } = indexStream(envelopes);

  function stepOf({ testStep, status, message }: StepResult, pickleStep: PickleStep | undefined, trace?: Trace): Step {
    const result = trace?.results.get(testStep.id);
    const hook = testStep.hookId === undefined ? undefined : hooks.get(testStep.hookId);
    const keyword = pickleStep?.astNodeIds.map((id) => features.keywords.get(id)).find((found) => found !== undefined);
    return {
      keyword: pickleStep === undefined ? hookKeyword(hook) : (keyword ?? ''),
      text: pickleStep?.text ?? hook?.name ?? '',
      status,
      seconds: result === undefined ? 0 : secondsOf(result.duration),
      docString: pickleStep?.argument?.docString?.content,
      table: pickleStep?.argument?.dataTable?.rows.map(({ cells }) => cells.map(({ value }) => value)),
      message,
      events: eventsOf(trace?.attachments.get(testStep.id) ?? []),
    };
  }

  function scenarioOf(testCase: TestCase, pickle: Pickle, trace: Trace | undefined): Attempt['scenario'] {
    const results = resultsOf(testCase.testSteps, trace);
    const pickleSteps = new Map(pickle.steps.map((step) => [step.id, step]));
    const steps = results
      .map((result) => stepOf(result, pickleSteps.get(result.testStep.pickleStepId ?? ''), trace))
      .filter((step, at) => isShown(step, results[at]));
    return {
      uri: pickle.uri,
      ...placeIn(features, pickle),
      name: pickle.name,
      tags: [...new Set(pickle.tags.map(({ name }) => name.replace(/^@/, '')))],
      steps,
      status: statusOf(results, trace?.finished !== undefined),
      lacks: lacksIn([...(trace?.attachments.values() ?? [])].flat()),
      seconds: trace?.finished === undefined ? 0 : trace.finished - trace.started,
    };
  }

  const tracesOf = groupBy(traces, ({ testCaseId }) => testCaseId);
  const attemptsOf = (testCase: TestCase): readonly Attempt[] => {
    const pickle = pickles.get(testCase.pickleId);
    if (pickle === undefined) return [];
    const own = tracesOf.get(testCase.id) ?? [];
    if (own.length === 0)
      return [{ run: undefined, payloads: [], started: undefined, scenario: scenarioOf(testCase, pickle, undefined) }];
    return own.map((trace) => ({
      ...attachedTo(trace),
      started: trace.started,
      scenario: scenarioOf(testCase, pickle, trace),
    }));
  };
  const perCase = [...testCases.values()].map(attemptsOf);
  return {
    attempts: perCase.flat(),
    problems: problemsOf(
      stream,
      perCase.flatMap((attempts) => attempts.at(-1)?.scenario.status ?? []),
    ),
    interrupted: !envelopes.some(({ testRunFinished }) => testRunFinished !== undefined),
  };
}
