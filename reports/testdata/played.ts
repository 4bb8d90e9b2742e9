/** Messages of one scenario, written by hand, in which each message can be another one or missing. */
import { generateMessages } from '@cucumber/gherkin';
import {
  AttachmentContentEncoding,
  type Envelope,
  HookType,
  IdGenerator,
  SourceMediaType,
  type TestStepResult,
  TestStepResultStatus,
} from '@cucumber/messages';
import { createEvidenceReader } from '../evidence';
import { readScenarios, type StreamContents } from '../scenarios';

type Result = keyof typeof TestStepResultStatus;

/** A feature with all that a feature may have. */
export const FEATURE = `
@feature
Feature: Letters
  About letters.

  Background:
    Given paper

  @one @feature
  Scenario: FUNC-1: a letter is sent
    It is sent.

    When it is sent:
      """
      hello
      """
    * it comes

  Rule: Post
    Background:
      Given a postman

    Scenario Outline: <what> is sent
      When <what> is sent to <whom>:
        | what   | with |
        | <what> | pen  |

      @private
      Examples: to friends
        | what | whom | how |
        | it   | Ann  |     |

      Examples:
        | what | whom |
        | that | Eve  |
`;

/** The messages about features. */
export const parsed = (text: string): readonly Envelope[] =>
  generateMessages(text, 'features/a.feature', SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, {
    includeGherkinDocument: true,
    includePickles: true,
    includeSource: false,
    newId: IdGenerator.incrementing(),
  });

const HOOK: Envelope = {
  hook: {
    id: 'hook',
    type: HookType.BEFORE_TEST_CASE,
    name: 'prepare',
    sourceReference: {},
  },
};
const LAST_HOOK: Envelope = { hook: { id: 'last', type: HookType.AFTER_TEST_CASE, sourceReference: {} } };
export interface Played {
  /** Of the hook before, the steps, and the hook after; undefined: it did not end. */
  readonly results?: readonly (Result | Partial<TestStepResult> | undefined)[];
  /** Attachments by the step's number, with their media type. */
  readonly attached?: readonly (readonly [step: number, mediaType: string, content: object])[];
  /** Second at which it ended; null: it did not. */
  readonly ended?: number | null;
  /** Whether it began at all. */
  readonly isStarted?: boolean;
  /** Whether the run succeeded; null: it did not end. */
  readonly success?: boolean | null;
  readonly text?: string;
}

const ONE = 'Feature: A\n Scenario: a\n  Given one\n  Then two\n';

/** The messages of a run of one scenario with two steps. */
export function played({
  results = ['PASSED', 'PASSED', 'PASSED', 'PASSED'],
  attached = [],
  ended = 5,
  isStarted = true,
  success = true,
  text = ONE,
}: Played): readonly Envelope[] {
  const features = parsed(text);
  const pickle = features.flatMap((envelope) => envelope.pickle ?? [])[0];
  const steps = (pickle?.steps ?? []).map(({ id }, at) => ({ id: `${at + 1}`, pickleStepId: id }));
  const testSteps = [{ id: '0', hookId: 'hook' }, ...steps, { id: `${steps.length + 1}`, hookId: 'last' }];
  const duration = { seconds: 1, nanos: 500_000_000 };
  const about = { testCaseStartedId: 'attempt' };
  const finished = results.flatMap((result, at): readonly Envelope[] => {
    if (result === undefined) return [];
    const given: Partial<TestStepResult> =
      typeof result === 'string' ? { status: TestStepResultStatus[result] } : result;
    const testStepResult = { status: TestStepResultStatus.PASSED, duration, ...given };
    return [{ testStepFinished: { ...about, testStepId: `${at}`, testStepResult, timestamp: duration } }];
  });
  const contentEncoding = AttachmentContentEncoding.IDENTITY;
  return [
    ...features,
    HOOK,
    LAST_HOOK,
    { testCase: { id: 'case', pickleId: pickle?.id ?? '', testSteps } },
    ...(isStarted
      ? [
          {
            testCaseStarted: {
              id: 'attempt',
              testCaseId: 'case',
              attempt: 0,
              timestamp: { seconds: 2, nanos: 250_000_000 },
            },
          },
          ...attached.map(([step, mediaType, content]) => ({
            attachment: { ...about, testStepId: `${step}`, mediaType, contentEncoding, body: JSON.stringify(content) },
          })),
          ...finished,
        ]
      : []),
    ...(ended === null || !isStarted
      ? []
      : [{ testCaseFinished: { ...about, timestamp: { seconds: ended, nanos: 0 }, willBeRetried: false } }]),
    ...(success === null ? [] : [{ testRunFinished: { success, timestamp: duration } }]),
  ];
}

export const read = (envelopes: readonly Envelope[]): StreamContents =>
  readScenarios({ file: 'm.ndjson', envelopes }, createEvidenceReader());

