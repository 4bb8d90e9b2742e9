/** What a tool printed and asked, as features write it. */
import { stateOf } from '../engine/toolstack/list';
import type { ToolRun } from '../engine/client';
import { returnName } from '../engine/abi/errno';
import type { HypercallEvidence } from '../engine/evidence';

/** A line under the head of a table. */
const RULE = /^[-+]+$/;

/** What the preload library says by itself. */
const OF_THE_LIBRARY = 'livepatch-conformance: ';

/** The tool's own lines: of its standard output, then of its standard error. */
export const linesOf = ({ stdout, stderr }: Pick<ToolRun, 'stdout' | 'stderr'>): readonly string[] =>
  [stdout, stderr]
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.trim() !== '' && !line.startsWith(OF_THE_LIBRARY));

/** "exit status 2", "SIGSEGV". */
export const endedOf = ({ status, signal }: Pick<ToolRun, 'status' | 'signal'>): string =>
  signal ?? `exit status ${status ?? 'unknown'}`;

/** Lines without the spaces that align their columns, and without rules. */
const plainLines = (result: Pick<ToolRun, 'stdout' | 'stderr'>): readonly string[] =>
  linesOf(result)
    .filter((line) => !RULE.test(line))
    .map((line) => line.trim().replace(/\s+/g, ' '));

/** "Applying p... failed / Error 22: Invalid argument". */
export const saidOf = (result: Pick<ToolRun, 'stdout' | 'stderr'>): string => plainLines(result).join(' / ');

const isListed = (cells: readonly string[]): boolean => cells.length > 1;

/** The rows of a list, with its head. What is in brackets after a state is its rc, in the tool's words. */
export const listedBy = (result: Pick<ToolRun, 'stdout' | 'stderr'>): readonly (readonly string[])[] =>
  plainLines(result)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(isListed)
    .slice(1);

const TIME_UNIT = 1_000_000;

/** How a table shows fields whose numbers have names. */
const SHOWN: Readonly<Record<string, (value: number) => string>> = {
  time: (value) => (value % TIME_UNIT === 0 && value > 0 ? `${value / TIME_UNIT} ms` : String(value)),
  flags: (value) => (value === 1 ? 'NODEPS' : String(value)),
  state: (value) => stateOf(value) ?? String(value),
  rc: returnName,
};

/** What a table has in the column of that name for a hypercall; empty: the hypercall has no such field. */
export function cellOf(
  { operation, payload, in: before, out, returnedName }: HypercallEvidence,
  column: string,
): string {
  if (column === 'hypercall') return operation;
  if (column === 'payload') return payload ?? '';
  if (column === 'returns') return returnedName;
  const isAnswer = column === 'state' || column === 'rc';
  // Evidence has op.pad only if it is not 0.
  const usual = column === 'op.pad' ? 0 : undefined;
  const value = (isAnswer ? out[column] : undefined) ?? before[column] ?? usual;
  if (value === undefined) return '';
  return typeof value === 'number' ? (SHOWN[column]?.(value) ?? String(value)) : JSON.stringify(value);
}
