/** The two revisions of the design document, as clauses and findings cite them. Both are in the Xen tree, GPL-2.0 or CC-BY-4.0. */
import type { Revision } from '../engine/abi/hypercall';
import { expect, isEntry, type Report } from './entries';

export interface Document {
  readonly title: string;
  /** The commit of the Xen tree whose text and line numbers are cited. */
  readonly commit: string;
  /** Its path in the Xen tree. */
  readonly file: string;
  /** Number of lines. */
  readonly lines: number;
}

export const DOCUMENTS: Readonly<Record<Revision, Document>> = {
  1: {
    title: 'Xen Live Patching Design v1',
    commit: '3bc5cf73d72a743ec37567ca9203be5c0a28a5d5',
    file: 'docs/misc/livepatch.markdown',
    lines: 1161,
  },
  2: {
    title: 'Xen Live Patching Design v2',
    commit: 'a29a1fb5a5b213ce972c925c84c52bebad4d34b7',
    file: 'docs/misc/livepatch.pandoc',
    lines: 1302,
  },
};

/** The first and the last line of a passage, from 1. */
export type Lines = readonly [first: number, last: number];

/** Whether the value is a passage of that revision of the document. */
export function isLines(value: unknown, revision: Revision): value is Lines {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [first, last] = value as readonly unknown[];
  if (!Number.isInteger(first) || !Number.isInteger(last)) return false;
  return Number(first) >= 1 && Number(first) <= Number(last) && Number(last) <= DOCUMENTS[revision].lines;
}

/** A passage of one revision of the document. */
export interface Place {
  readonly revision: Revision;
  readonly lines: Lines;
}

export const isRevision = (value: unknown): value is Revision => value === 1 || value === 2;

function readPlace(value: unknown, report: Report): readonly Place[] {
  const entry = isEntry(value) ? value : {};
  const revision = expect(isRevision, entry['revision'], 'the revision of a place', report);
  if (revision === undefined) return [];
  const isOwn = (lines: unknown): lines is Lines => isLines(lines, revision);
  const lines = expect(isOwn, entry['lines'], `first and last line of revision ${revision}`, report);
  for (const key of Object.keys(entry))
    if (key !== 'revision' && key !== 'lines') report(`unknown key ${key} in a place`);
  return lines === undefined ? [] : [{ revision, lines }];
}

/** The list of passages; what is none is reported and left out. */
export function readPlaces(value: unknown, report: Report): readonly Place[] {
  const isList = (list: unknown): list is readonly unknown[] => Array.isArray(list) && list.length > 0;
  return (expect(isList, value, 'a list of places', report) ?? []).flatMap((entry) => readPlace(entry, report));
}

const XEN_TREE = 'https://github.com/xen-project/xen';

/** Where a passage can be read: the Xen Project's own mirror of its tree, at the commit that is cited. */
export function linkTo(revision: Revision, lines?: Lines): string {
  const { commit, file } = DOCUMENTS[revision];
  const [first, last] = lines ?? [];
  const anchor = first === undefined ? '' : `#L${first}${last === first ? '' : `-L${last}`}`;
  return `${XEN_TREE}/blob/${commit}/${file}?plain=1${anchor}`;
}

/** Where a commit of the Xen tree can be read. */
export const linkToCommit = (commit: string): string => `${XEN_TREE}/commit/${commit}`;
