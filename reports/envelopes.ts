/** What is read of Cucumber's messages: the shape of each kind, and which message refers to which other. */
import type { Envelope } from '@cucumber/messages';
import { ATTACHED } from './evidence';
import { integer, list, natural, object, oneOf, optional, type Shape, text, truth, value } from './shape';

/** To the year 9999, which is as far as ISO 8601 goes with four digits. */
const LAST_SECOND = 253_402_300_799;
const seconds = value('seconds since 1970', (given) => Number.isSafeInteger(given) && isBetween(given, 0, LAST_SECOND));
const nanos = value(
  'nanoseconds below a second',
  (given) => Number.isSafeInteger(given) && isBetween(given, 0, 1e9 - 1),
);

function isBetween(given: unknown, least: number, most: number): boolean {
  return Number(given) >= least && Number(given) <= most;
}

const timestamp = object({ seconds, nanos });
const exception = object({ message: optional(text) });
const result = object({
  status: oneOf('PASSED', 'FAILED', 'SKIPPED', 'PENDING', 'UNDEFINED', 'AMBIGUOUS', 'UNKNOWN'),
  duration: object({ seconds: integer, nanos: integer }),
  message: optional(text),
  exception: optional(exception),
});

const location = object({ line: natural });
const cells = list(object({ value: text }));
const steps = list(object({ id: text, keyword: text }));
const examples = object({
  tableHeader: optional(object({ cells })),
  tableBody: list(object({ id: text, location, cells })),
});
const ownChild = {
  background: optional(object({ steps })),
  scenario: optional(object({ id: text, location, description: text, steps, examples: list(examples) })),
};
const rule = object({ name: text, children: list(object(ownChild)) });

const argument = object({
  docString: optional(object({ content: text })),
  dataTable: optional(object({ rows: list(object({ cells })) })),
});

/** By kind of message. Fields that no report tells of are not named. */
const SHAPES = {
  meta: object({}),
  parseError: object({ source: object({ uri: optional(text) }), message: text }),
  undefinedParameterType: object({ expression: text, name: text }),
  gherkinDocument: object({
    feature: optional(object({ name: text, children: list(object({ ...ownChild, rule: optional(rule) })) })),
  }),
  pickle: object({
    id: text,
    uri: text,
    name: text,
    astNodeIds: list(text),
    tags: list(object({ name: text })),
    steps: list(object({ id: text, text, astNodeIds: list(text), argument: optional(argument) })),
  }),
  hook: object({ id: text, name: optional(text), type: optional(text) }),
  testCase: object({
    id: text,
    pickleId: text,
    testSteps: list(object({ id: text, pickleStepId: optional(text), hookId: optional(text) })),
  }),
  testCaseStarted: object({ id: text, testCaseId: text, timestamp }),
  testStepFinished: object({ testCaseStartedId: text, testStepId: text, testStepResult: result }),
  testCaseFinished: object({ testCaseStartedId: text, timestamp }),
  attachment: object({
    body: text,
    contentEncoding: oneOf('IDENTITY', 'BASE64'),
    mediaType: text,
    testCaseStartedId: optional(text),
    testStepId: optional(text),
  }),
  testRunHookFinished: object({ result }),
  testRunFinished: object({ success: truth, message: optional(text), exception: optional(exception) }),
} as const satisfies Readonly<Partial<Record<keyof Envelope, Shape>>>;

const ENVELOPE = object(Object.fromEntries(Object.entries(SHAPES).map(([kind, shape]) => [kind, optional(shape)])));

/** What is wrong with the shape of a message: "pickle.id: expected a text, got nothing". */
export const complaintAbout = (envelope: unknown): string | undefined => ENVELOPE(envelope)?.replace(/^\./, '');

export const isEnvelope = (given: unknown): given is Envelope => complaintAbout(given) === undefined;

/** The same of what an attachment of ours holds. Bodies that were found good are not looked at again. */
export function createAttachmentCheck(): (envelope: Envelope) => string | undefined {
  const good = new Set<string>();
  return ({ attachment }) => {
    const attached = attachment === undefined ? undefined : ATTACHED.get(attachment.mediaType);
    if (attachment === undefined || attached === undefined || good.has(attachment.body)) return undefined;
    const complaint = attached(attachment);
    if (complaint === undefined) good.add(attachment.body);
    return complaint;
  };
}

/** What messages refer to, each by its kind and id. */
interface References {
  readonly made: readonly string[];
  readonly used: readonly string[];
}

const NONE: References = { made: [], used: [] };
const references = (made: References['made'], used: References['used'] = []): References => ({ made, used });

function placesOf({ feature }: NonNullable<Envelope['gherkinDocument']>): readonly string[] {
  return (feature?.children ?? [])
    .flatMap((child) => [child, ...(child.rule?.children ?? [])])
    .flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario.id]))
    .map((id) => `scenario ${id}`);
}

function referencesOf(envelope: Envelope): References {
  const { gherkinDocument, pickle, testCase, testCaseStarted, testStepFinished, testCaseFinished, attachment } =
    envelope;
  if (gherkinDocument !== undefined) return references(placesOf(gherkinDocument));
  if (pickle !== undefined)
    return references(
      [`pickle ${pickle.id}`, ...pickle.steps.map(({ id }) => `pickle step ${id}`)],
      [`scenario ${pickle.astNodeIds[0] ?? ''}`],
    );
  if (testCase !== undefined)
    return references(
      [`test case ${testCase.id}`, ...testCase.testSteps.map(({ id }) => `test step ${id}`)],
      [
        `pickle ${testCase.pickleId}`,
        ...testCase.testSteps.flatMap(({ pickleStepId: id }) => (id === undefined ? [] : [`pickle step ${id}`])),
      ],
    );
  if (testCaseStarted !== undefined)
    return references([`attempt ${testCaseStarted.id}`], [`test case ${testCaseStarted.testCaseId}`]);
  if (testStepFinished !== undefined)
    return references(
      [],
      [`attempt ${testStepFinished.testCaseStartedId}`, `test step ${testStepFinished.testStepId}`],
    );
  if (testCaseFinished !== undefined) return references([], [`attempt ${testCaseFinished.testCaseStartedId}`]);
  if (attachment?.testCaseStartedId !== undefined) return references([], [`attempt ${attachment.testCaseStartedId}`]);
  return NONE;
}

/** Finds references that lead nowhere in a stream, whatever the order of its messages. */
export interface ReferenceCheck {
  readonly add: (envelope: Envelope, line: number) => void;
  /** The first message with such a reference. */
  readonly dangling: () => { readonly line: number; readonly to: string } | undefined;
}

export function createReferenceCheck(): ReferenceCheck {
  const made = new Set<string>();
  let open: { readonly line: number; readonly to: string }[] = [];
  return {
    add(envelope, line) {
      const of = referencesOf(envelope);
      for (const each of of.made) made.add(each);
      for (const to of of.used) if (!made.has(to)) open.push({ line, to });
    },
    dangling() {
      open = open.filter(({ to }) => !made.has(to));
      return open[0];
    },
  };
}
