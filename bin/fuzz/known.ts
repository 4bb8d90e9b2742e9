/**
 * Which deviation explains what the search found. If the reference refuses the minimal payload, a deviation from that
 * clause explains whatever Xen does with it; and so does one from another clause of the same chapter that crashes in the
 * same place. If the reference takes the payload, only what a deviation is recorded to do explains it: the same place, or
 * the same bytes.
 */
import { returnName } from '../../engine/abi/errno';
import type { SeenStop } from '../../engine/fuzz/execution';
import type { Find } from '../../engine/fuzz/search';
import { hex } from '../../engine/bytes';
import { isOfPattern, matches, type FailurePattern, type KnownDeviation } from '../../features/deviations';

type Known = Pick<KnownDeviation, 'id' | 'clauses' | 'fails'>;

/** "ELF" of "ELF-5". */
const chapterOf = (clause: string): string => clause.replace(/-\d+$/, '');

/** A deviation that may crash anywhere has no place. */
const isPlace = (pattern: FailurePattern): boolean => 'stop' in pattern && !/^(0x)?\*$/.test(pattern.stop);

function stopsThere({ fails, clauses }: Known, { where, why, fault }: SeenStop, clause: string | undefined): boolean {
  const access = fault && { access: fault.access, reason: fault.reason, address: hex(fault.address) };
  const failure = { kind: 'stop', step: '', where, why, ...(access && { fault: access }) } as const;
  const isOfChapter = clause === undefined || clauses.some((own) => chapterOf(own) === chapterOf(clause));
  return isOfChapter && fails.some((pattern) => isPlace(pattern) && isOfPattern(pattern, failure));
}

/** Whether a scenario of the deviation fails because this was refused. */
function refusesLike({ fails }: Known, errno: number): boolean {
  const found = returnName(errno);
  return fails.some((pattern) => 'what' in pattern && pattern.expected === '0' && matches(pattern.found, found));
}

function explains(known: Known, { execution: { ending, reference } }: Find): boolean {
  const { clause } = reference ?? {};
  if (clause !== undefined && known.clauses.includes(clause)) return true;
  if (ending.kind === 'stopped') return stopsThere(known, ending.stop, clause);
  if (ending.kind === 'refused') return refusesLike(known, ending.errno);
  if (ending.kind !== 'broken') return false;
  const mismatch = { kind: 'mismatch', step: '', expected: '', ...ending.change } as const;
  return known.fails.some((pattern) => isOfPattern(pattern, mismatch));
}

/** The id of the first of these deviations that explains it; undefined if none does. */
export const knownBy = (deviations: readonly Known[], find: Find): string | undefined =>
  deviations.find((known) => explains(known, find))?.id;
