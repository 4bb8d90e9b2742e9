/** Reads evidence from attachments. */
import type { Attachment } from '@cucumber/messages';
import {
  CRASH_MEDIA_TYPE,
  EVIDENCE_MEDIA_TYPE,
  LACK_MEDIA_TYPE,
  PAYLOAD_MEDIA_TYPE,
  RUN_MEDIA_TYPE,
} from '../engine/evidence';
import type {
  CrashDescription,
  Evidence,
  EvidenceEvent,
  Lack,
  PayloadListing,
  RunDescription,
} from '../engine/evidence';
import { userError } from '../engine/user-error';
import {
  integer,
  isObject,
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
  variant,
} from '../engine/shape';

const bytes = value('bytes in hexadecimal', (given) => typeof given === 'string' && /^([0-9a-f]{2})*$/i.test(given));
const scalar = value('a text or a number', (given) => typeof given === 'string' || Number.isFinite(given));
const refusal = object({ rule: text, clause: text, errno: integer, says: text, payload: optional(text), where: text });
const buffer = object({ buffer: text });
const field: Shape = (given) => (isObject(given) ? buffer : scalar)(given);
const line: Shape = (given) => (isObject(given) ? refusal : text)(given);
const fields = record(() => field);

const EVENTS: Readonly<Record<EvidenceEvent['kind'], Shape>> = {
  hypercall: object({
    operation: text,
    payload: optional(text),
    domain: text,
    cpu: natural,
    in: fields,
    out: fields,
    returned: integer,
    returnedName: text,
    console: list(line),
    from: text,
    to: text,
  }),
  memory: object({ when: text, address: text, symbol: text, bytes, permissions: text }),
  execution: object({ what: text, cpu: natural, returned: text }),
  comparison: object({ what: text, expected: text, found: text }),
  mismatch: object({ what: text, expected: text, found: text }),
  stop: object({
    where: text,
    why: text,
    fault: optional(
      object({ access: oneOf('load', 'store', 'fetch'), reason: oneOf('unmapped', 'protected'), address: text }),
    ),
    isOutOfBudget: optional(oneOf(true)),
    registers: record(() => text),
    backtrace: list(text),
    console: list(text),
  }),
  regions: object({
    payload: text,
    regions: list(object({ name: text, start: text, size: natural, permissions: text })),
  }),
  stores: object({
    symbol: text,
    time: text,
    cpu: natural,
    bytes: natural,
    cpus: list(object({ cpu: natural, at: text, interrupts: truth })),
  }),
  role: object({ role: text, is: text, place: text, address: text, bytes }),
  busy: object({ cpu: natural, from: text, to: text }),
  tool: object({ command: text, ended: text, says: list(text) }),
};

const EVIDENCE = object({ events: list(variant('kind', EVENTS)) });
const BUILD = object({ name: text, buildId: text });
const RUN = object({
  label: text,
  target: text,
  revision: oneOf(1, 2),
  hypervisor: BUILD,
  drives: optional(BUILD),
  shard: optional(value('a shard such as 2/5', (given) => typeof given === 'string' && isShard(given))),
  selected: optional(oneOf(true)),
});
const CRASH = object({ how: text });
const LACK = object({ name: text, meaning: text });
const PAYLOAD = object({
  name: text,
  description: text,
  size: natural,
  entries: list(object({ entry: natural, field: text, value: text })),
  sections: list(object({ name: text, type: text, flags: text, size: natural, alignment: natural })),
  symbols: list(object({ name: text, binding: text, type: text, section: text, value: text, size: natural })),
  relocations: list(object({ section: text, offset: text, type: text, to: text })),
});

function isShard(given: string): boolean {
  const [, part, parts] = /^(\d{1,6})\/(\d{1,6})$/.exec(given) ?? [];
  return Number(part) >= 1 && Number(part) <= Number(parts);
}

const isEvidence = (given: unknown): given is Evidence => EVIDENCE(given) === undefined;
const isRunDescription = (given: unknown): given is RunDescription => RUN(given) === undefined;
const isPayloadListing = (given: unknown): given is PayloadListing => PAYLOAD(given) === undefined;
const isCrashDescription = (given: unknown): given is CrashDescription => CRASH(given) === undefined;
const isLack = (given: unknown): given is Lack => LACK(given) === undefined;

/** The body as JSON; undefined if it is no JSON. */
function contentOf({ body, contentEncoding }: Attachment): unknown {
  try {
    return JSON.parse(contentEncoding.startsWith('BASE64') ? Buffer.from(body, 'base64').toString('utf8') : body);
  } catch {
    return undefined;
  }
}

const ofContent =
  (shape: Shape) =>
  (attachment: Attachment): string | undefined =>
    shape(contentOf(attachment))?.replace(/^/, 'attachment.body');

/** What is wrong with the content of one of our attachments, by media type. */
export const ATTACHED: ReadonlyMap<string, (attachment: Attachment) => string | undefined> = new Map([
  [EVIDENCE_MEDIA_TYPE, ofContent(EVIDENCE)],
  [RUN_MEDIA_TYPE, ofContent(RUN)],
  [CRASH_MEDIA_TYPE, ofContent(CRASH)],
  [LACK_MEDIA_TYPE, ofContent(LACK)],
  [PAYLOAD_MEDIA_TYPE, ofContent(PAYLOAD)],
]);

function refuse(what: string): never {
  throw userError(
    `An attachment does not contain ${what}: run the suite again with this version to write the messages again.`,
  );
}

/** The events of a step's attachments, in their order. UserError if evidence is malformed. */
export type EvidenceReader = (attachments: readonly Attachment[]) => readonly EvidenceEvent[];

const NONE: readonly EvidenceEvent[] = [];

/** A reader that keeps only one copy of evidence that several scenarios and runs share, which is most of it. */
export function createEvidenceReader(): EvidenceReader {
  const known = new Map<string, readonly EvidenceEvent[]>();
  const read = (attachment: Attachment): readonly EvidenceEvent[] => {
    const content = contentOf(attachment);
    return isEvidence(content) ? content.events : refuse('evidence');
  };
  return (attachments) => {
    const events = attachments
      .filter(({ mediaType }) => mediaType === EVIDENCE_MEDIA_TYPE)
      .map((attachment) => {
        const own = known.get(attachment.body) ?? read(attachment);
        known.set(attachment.body, own);
        return own;
      });
    return events.length > 1 ? events.flat() : (events[0] ?? NONE);
  };
}

/** The contents of the attachments of a type. UserError if one is malformed. */
const contentsOf =
  <Content>(type: string, isContent: (given: unknown) => given is Content, what: string) =>
  (attachments: readonly Attachment[]): readonly Content[] =>
    attachments
      .filter(({ mediaType }) => mediaType === type)
      .map((attachment) => {
        const content = contentOf(attachment);
        return isContent(content) ? content : refuse(what);
      });

const runsIn = contentsOf(RUN_MEDIA_TYPE, isRunDescription, 'the description of a run');
const crashesIn = contentsOf(CRASH_MEDIA_TYPE, isCrashDescription, 'the description of a crash');

/** The named payloads in a scenario's attachments. UserError if one is malformed. */
export const payloadsIn = contentsOf(PAYLOAD_MEDIA_TYPE, isPayloadListing, 'a payload taken apart');

/** What the target lacks, if the scenario was skipped for that. UserError if an attachment is malformed. */
export const lacksIn = contentsOf(LACK_MEDIA_TYPE, isLack, 'what a target lacks');

/** The run of a scenario, if one of its attachments describes it. UserError if it is malformed. */
export const runDescriptionOf = (attachments: readonly Attachment[]): RunDescription | undefined =>
  runsIn(attachments)[0];

/**
 * How the emulator crashed during a step, if one of the step's attachments describes it. UserError if it is malformed.
 */
export const crashOf = (attachments: readonly Attachment[]): CrashDescription | undefined => crashesIn(attachments)[0];
