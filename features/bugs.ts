/** What went wrong in implementations of live patching, or still does (bugs.yaml). */
import type { Revision } from '../engine/abi/hypercall';
import { isRevision } from './documents';
import { type Entry, expect, isText, isTexts, type Report } from './entries';

/** What a bug is in: the hypervisor on one architecture, or the tools around it. */
const BUG_SUBJECTS = ['x86', 'arm', 'tools'] as const;
export type BugSubject = (typeof BUG_SUBJECTS)[number];

export interface Bug {
  /** bug-12, fixed; B9 or C8, not fixed. */
  readonly id: string;
  readonly of: BugSubject;
  readonly text: string;
  /** In the Xen tree; none if it is not fixed. */
  readonly commit?: string;
  /** The first release without it. */
  readonly fixed?: string;
  /** The revision of the document that a scenario of it needs. */
  readonly revision: Revision;
  /** Ids of the deviations by which it shows. A scenario that fails over another one says nothing of it. */
  readonly deviations: readonly string[];
  /** Why no scenario would have caught it; present if and only if none would. */
  readonly why?: string;
}

export const BUG_KEYS = ['id', 'of', 'commit', 'fixed', 'revision', 'text', 'deviations', 'why'];

const isBugId = (value: unknown): value is string => isText(value) && /^(bug-|B|C)[1-9]\d*$/.test(value);
const isSubject = (value: unknown): value is BugSubject => BUG_SUBJECTS.some((subject) => subject === value);
const isCommit = (value: unknown): value is string => isText(value) && /^[0-9a-f]{10,40}$/.test(value);

/** The bug; undefined if something is wrong in it, which is reported. */
export function readBug(entry: Entry, report: Report): Bug | undefined {
  const id = expect(isBugId, entry['id'], 'an id such as bug-12, B9 or C8', report);
  const of = expect(isSubject, entry['of'] ?? 'x86', `what it is of (${BUG_SUBJECTS.join(', ')})`, report);
  const revision = expect(isRevision, entry['revision'], 'revision 1 or 2', report);
  const text = expect(isText, entry['text'], 'a text', report);
  const deviations = 'deviations' in entry ? expect(isTexts, entry['deviations'], 'a list of deviations', report) : [];
  const { commit, fixed, why } = entry;
  if (id?.startsWith('bug-') || commit !== undefined) expect(isCommit, commit, 'the commit that fixed it', report);
  if (of === 'arm') expect(isText, why, 'a reason (why), since it is of arm', report);
  if (!id || !of || !revision || !text || !deviations) return undefined;
  return {
    id,
    of,
    text,
    ...(isText(commit) ? { commit } : {}),
    ...(isText(fixed) ? { fixed } : {}),
    revision,
    deviations,
    ...(isText(why) ? { why } : {}),
  };
}
