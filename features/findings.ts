/** What is wrong in the design document, or missing from it (findings.yaml): the agenda of a review meeting. */
import { type Place, readPlaces } from './documents';
import { type Entry, expect, isEntry, isText, isTexts, type Report } from './entries';

const FINDING_KINDS = ['contradiction', 'gap', 'wrong-example', 'wrong-number'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Whether the document still has it. */
const FINDING_STATUSES = ['open', 'fixed upstream'] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** What one implementation does about a finding. */
export interface Practice {
  /** "Xen up to 4.20", "the reference". */
  readonly who: string;
  readonly does: string;
}

export interface Finding {
  /** F-1 and so on. */
  readonly id: string;
  readonly title: string;
  readonly kind: FindingKind;
  readonly section: string;
  /** The passages in conflict, or the one that is silent. */
  readonly places: readonly Place[];
  /** What is wrong, in our words. */
  readonly text: string;
  /** The clauses that it is about. */
  readonly clauses: readonly string[];
  /** What scenarios alone do not show of implementations. */
  readonly practice: readonly Practice[];
  /** A wording of ours for the document. */
  readonly proposal: string;
  readonly status: FindingStatus;
  /** Why no scenario shows it; present if and only if none does. */
  readonly paper?: string;
}

export const FINDING_KEYS = [
  ...['id', 'title', 'kind', 'section', 'places', 'text', 'clauses'],
  ...['practice', 'proposal', 'status', 'paper'],
];

const isFindingId = (value: unknown): value is string => isText(value) && /^F-[1-9]\d*$/.test(value);
const isKind = (value: unknown): value is FindingKind => FINDING_KINDS.some((kind) => kind === value);
const isStatus = (value: unknown): value is FindingStatus => FINDING_STATUSES.some((status) => status === value);
const isPractice = (value: unknown): value is Practice =>
  isEntry(value) && isText(value['who']) && isText(value['does']) && Object.keys(value).length === 2;
const isPractices = (value: unknown): value is readonly Practice[] => Array.isArray(value) && value.every(isPractice);

/** The finding; undefined if something is wrong in it, which is reported. */
export function readFinding(entry: Entry, known: ReadonlySet<string>, report: Report): Finding | undefined {
  const id = expect(isFindingId, entry['id'], 'an id such as F-1', report);
  const title = expect(isText, entry['title'], 'a title', report);
  const kind = expect(isKind, entry['kind'], `a kind (${FINDING_KINDS.join(', ')})`, report);
  const section = expect(isText, entry['section'], 'a section', report);
  const places = readPlaces(entry['places'], report);
  const text = expect(isText, entry['text'], 'a text', report);
  const clauses = expect(isTexts, entry['clauses'], 'a list of clauses', report) ?? [];
  for (const clause of clauses) if (!known.has(clause)) report(`there is no clause ${clause}`);
  const practice = expect(isPractices, entry['practice'] ?? [], 'who does what (practice)', report);
  const proposal = expect(isText, entry['proposal'], 'a proposal', report);
  const status = expect(isStatus, entry['status'], `a status (${FINDING_STATUSES.join(', ')})`, report);
  const { paper } = entry;
  if (paper !== undefined) expect(isText, paper, 'the reason why nothing shows it (paper)', report);
  if (!id || !title || !kind || !section || !text || !practice || !proposal || !status) return undefined;
  const shown = isText(paper) ? { paper } : {};
  return { id, title, kind, section, places, text, clauses, practice, proposal, status, ...shown };
}
