/** The passages of both revisions of the document that no clause states (sentences.yaml), each with the reason. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Revision } from '../engine/abi/hypercall';
import { type Clause, isChoice } from './catalogue';
import { linesWithoutWords } from './blank-lines';
import { DOCUMENTS, isLines, isRevision, type Lines } from './documents';
import { expect, isEntry, isText, type Report } from './entries';

/** Lines that are the source of no clause. */
export interface Passage {
  readonly revision: Revision;
  readonly lines: Lines;
  /** Why no clause states them. */
  readonly why?: string;
  /** Of revision 2: the lines of revision 1 with the same words, which are accounted for there. */
  readonly as?: Lines;
}

const KEYS = ['revision', 'lines', 'why', 'as'];
const length = ([first, last]: Lines): number => last - first + 1;

function readPassage(entry: unknown, report: Report): Passage | undefined {
  if (!isEntry(entry)) {
    report('expected revision, lines and why');
    return undefined;
  }
  for (const key of Object.keys(entry)) if (!KEYS.includes(key)) report(`unknown key ${key}`);
  const revision = expect(isRevision, entry['revision'], 'revision 1 or 2', report);
  if (revision === undefined) return undefined;
  const isOwn = (value: unknown): value is Lines => isLines(value, revision);
  const isEarlier = (value: unknown): value is Lines => revision === 2 && isLines(value, 1);
  const lines = expect(isOwn, entry['lines'], `first and last line of revision ${revision}`, report);
  const as = 'as' in entry ? expect(isEarlier, entry['as'], 'first and last line of revision 1', report) : undefined;
  const why =
    as === undefined ? expect(isText, entry['why'], 'a reason (why), or the same lines (as)', report) : undefined;
  if (lines && as && length(lines) !== length(as)) report('lines and as differ in number');
  return lines && { revision, lines, ...(why && { why }), ...(as && { as }) };
}

/** Reads sentences.yaml. RangeError with one sentence a line, each naming its entry, if something is wrong in it. */
export function parsePassages(yaml: string): readonly Passage[] {
  const list: unknown = parse(yaml);
  if (!Array.isArray(list)) throw new RangeError('sentences.yaml: expected a list');
  const problems: string[] = [];
  const passages = list.flatMap((entry: unknown, index) => {
    return readPassage(entry, (problem) => problems.push(`sentences.yaml, entry ${index + 1}: ${problem}`)) ?? [];
  });
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  return passages;
}

export function loadPassages(): readonly Passage[] {
  return parsePassages(readFileSync(join(__dirname, 'sentences.yaml'), 'utf8'));
}

/** The lines with words of a revision, as runs of lines, that are neither a clause's source nor in the list. */
export function unaccounted(
  clauses: readonly Clause[],
  passages: readonly Passage[],
  revision: Revision,
): readonly Lines[] {
  const accounted = new Set(linesWithoutWords(revision));
  const add = ([first, last]: Lines): void => {
    for (let line = first; line <= last; line++) accounted.add(line);
  };
  for (const clause of clauses) if (!isChoice(clause) && clause.revision === revision) add(clause.source);
  for (const passage of passages) if (passage.revision === revision) add(passage.lines);
  const gaps: Lines[] = [];
  for (let line = 1; line <= DOCUMENTS[revision].lines; line++) {
    if (accounted.has(line)) continue;
    const last = gaps.at(-1);
    if (last?.[1] === line - 1) gaps[gaps.length - 1] = [last[0], line];
    else gaps.push([line, line]);
  }
  return gaps;
}
