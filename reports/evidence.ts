/** Evidence out of attachments. */
import type { Attachment } from '@cucumber/messages';
import { EVIDENCE_MEDIA_TYPE, RUN_MEDIA_TYPE } from '../engine/evidence';
import type { Evidence, EvidenceEvent, RunDescription } from '../engine/evidence';
import { userError } from '../engine/user-error';

const KINDS: Readonly<Record<EvidenceEvent['kind'], true>> = {
  hypercall: true,
  memory: true,
  execution: true,
  comparison: true,
  stop: true,
  regions: true,
  stores: true,
  mismatch: true,
  busy: true,
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isEvidence(value: unknown): value is Evidence {
  return (
    isObject(value) &&
    Array.isArray(value.events) &&
    value.events.every((event: unknown) => isObject(event) && Object.hasOwn(KINDS, String(event.kind)))
  );
}

function isRunDescription(value: unknown): value is RunDescription {
  return (
    isObject(value) &&
    typeof value.key === 'string' &&
    isObject(value.hypervisor) &&
    typeof value.hypervisor.name === 'string' &&
    typeof value.hypervisor.buildId === 'string'
  );
}

function parseBody({ body, contentEncoding, mediaType }: Attachment): unknown {
  const text = contentEncoding.startsWith('BASE64') ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    return JSON.parse(text);
  } catch {
    throw userError(`An attachment of type ${mediaType} is not JSON: have the messages written anew by this version.`);
  }
}

function refuse(what: string): never {
  throw userError(`An attachment does not hold ${what}: have the messages written anew by this version of the suite.`);
}

/** The events of a step's attachments, in their order. UserError where evidence is malformed. */
export type EvidenceReader = (attachments: readonly Attachment[]) => readonly EvidenceEvent[];

const NONE: readonly EvidenceEvent[] = [];

/** A reader that keeps once what steps of several scenarios and runs have in common, which is most of it. */
export function createEvidenceReader(): EvidenceReader {
  const known = new Map<string, readonly EvidenceEvent[]>();
  const read = (attachment: Attachment): readonly EvidenceEvent[] => {
    const value = parseBody(attachment);
    return isEvidence(value) ? value.events : refuse('evidence');
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

/** On what a scenario ran, where one of its attachments says so. UserError where it is malformed. */
export function runDescriptionOf(attachments: readonly Attachment[]): RunDescription | undefined {
  const found = attachments.find(({ mediaType }) => mediaType === RUN_MEDIA_TYPE);
  if (found === undefined) return undefined;
  const value = parseBody(found);
  return isRunDescription(value) ? value : refuse('the description of a run');
}
