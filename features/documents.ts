/** The two revisions of the design document, as clauses and findings cite them. Both are in the Xen tree, GPL-2.0 or CC-BY-4.0. */
import type { Revision } from '../engine/abi/hypercall';

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

/** Where a passage can be read: the Xen Project's own mirror of its tree, at the commit that is cited. */
export function linkTo(revision: Revision, lines?: Lines): string {
  const { commit, file } = DOCUMENTS[revision];
  const [first, last] = lines ?? [];
  const anchor = first === undefined ? '' : `#L${first}${last === first ? '' : `-L${last}`}`;
  return `https://github.com/xen-project/xen/blob/${commit}/${file}?plain=1${anchor}`;
}
