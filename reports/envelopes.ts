/** The parts of Cucumber's messages that are read: the shape of each kind, and the references between messages. */
import type { Envelope, TestCase } from '@cucumber/messages';
import { ATTACHED } from './evidence';
import {
  integer,
  list,
  natural,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
  truth,
  value,
} from '../engine/shape';

/** Until the year 9999, the last one with four digits in ISO 8601. */
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
  name: text,
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

/** By kind of message. Fields that no report uses are left out. */
const SHAPES = {
  meta: object({}),
  parseError: object({ source: object({ uri: optional(text) }), message: text }),
  undefinedParameterType: object({ expression: text, name: text }),
  gherkinDocument: object({
    feature: optional(
      object({ name: text, description: text, children: list(object({ ...ownChild, rule: optional(rule) })) }),
    ),
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

const KINDS: ReadonlyMap<string, Shape> = new Map(Object.entries(SHAPES));
const ENVELOPE = record((kind) => KINDS.get(kind));

export const isEnvelope = (given: unknown): given is Envelope => ENVELOPE(given) === undefined;

/** What is wrong with the shape of a message: "pickle.id: expected a text, got nothing". Undefined if nothing is. */
export const complaintAbout = (given: unknown): string => ENVELOPE(given)?.replace(/^\./, '') ?? '';

/** The same for the content of one of our attachments. Bodies that were found valid are not checked again. */
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

/** The kinds of things that messages refer to by an id. */
const REFERENTS = ['scenario', 'pickle', 'pickle step', 'test case', 'test step', 'attempt'] as const;
type Referent = (typeof REFERENTS)[number];
type Visit = (referent: Referent, id: string) => void;

function visitDocument({ feature }: NonNullable<Envelope['gherkinDocument']>, makes: Visit): void {
  for (const child of feature?.children ?? [])
    for (const { scenario } of [child, ...(child.rule?.children ?? [])])
      if (scenario !== undefined) makes('scenario', scenario.id);
}

function visitPickle({ id, steps: own, astNodeIds }: NonNullable<Envelope['pickle']>, makes: Visit, uses: Visit): void {
  makes('pickle', id);
  for (const step of own) makes('pickle step', step.id);
  uses('scenario', astNodeIds[0] ?? '');
}

function visitTestCase({ id, pickleId, testSteps }: TestCase, makes: Visit, uses: Visit): void {
  makes('test case', id);
  uses('pickle', pickleId);
  for (const step of testSteps) {
    makes('test step', step.id);
    if (step.pickleStepId !== undefined) uses('pickle step', step.pickleStepId);
  }
}

/** Calls `makes` for each id that a message defines, and `uses` for each id that it refers to. */
function visitReferences(envelope: Envelope, makes: Visit, uses: Visit): void {
  const { gherkinDocument, pickle, testCase, testCaseStarted, testStepFinished, testCaseFinished, attachment } =
    envelope;
  if (gherkinDocument !== undefined) visitDocument(gherkinDocument, makes);
  if (pickle !== undefined) visitPickle(pickle, makes, uses);
  if (testCase !== undefined) visitTestCase(testCase, makes, uses);
  if (testCaseStarted !== undefined) {
    makes('attempt', testCaseStarted.id);
    uses('test case', testCaseStarted.testCaseId);
  }
  if (testStepFinished !== undefined) uses('test step', testStepFinished.testStepId);
  const attempt = (testStepFinished ?? testCaseFinished ?? attachment)?.testCaseStartedId;
  if (attempt !== undefined) uses('attempt', attempt);
}

/** Finds dangling references in a stream, whatever the order of its messages. */
export interface ReferenceCheck {
  readonly add: (envelope: Envelope, line: number) => void;
  /** The first message with such a reference. */
  readonly dangling: () => { readonly line: number; readonly referent: Referent; readonly id: string } | undefined;
}

export function createReferenceCheck(): ReferenceCheck {
  const made = new Map(REFERENTS.map((referent) => [referent, new Set<string>()]));
  const open: { readonly line: number; readonly referent: Referent; readonly id: string }[] = [];
  const isMade = (referent: Referent, id: string): boolean => made.get(referent)?.has(id) === true;
  const makes: Visit = (referent, id) => made.get(referent)?.add(id);
  return {
    add(envelope, line) {
      visitReferences(envelope, makes, (referent, id) => {
        if (!isMade(referent, id)) open.push({ line, referent, id });
      });
    },
    dangling: () => open.find(({ referent, id }) => !isMade(referent, id)),
  };
}
