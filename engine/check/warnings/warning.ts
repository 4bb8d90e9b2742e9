/**
 * Warnings as data, as rules are (`reference/rules/rule.ts`): each is one row of a table. A payload that gets one may
 * well be loaded and applied; no verdict depends on it.
 */
import type { Where } from '../../reference/rules/rule';
import type { Asked } from '../../reference/rules/sequence';

export interface WarningRow<Subject> {
  /** Unique among all warnings, kebab-case. */
  readonly name: string;
  /** Id in the catalogue of clauses, where one says something about it. */
  readonly clause?: string;
  /** What was found and what follows from it, with the values: "old_size is 6000; xen_extra_version has 12 bytes." */
  readonly says: string | ((subject: Subject) => string);
  /** The field that it is about, where it is about one. */
  readonly field?: string;
  /** Whether a payload that was refused gets it too, because it may be the cause. */
  readonly ofRefused?: true;
  /** It asks for more than the tools that make live patches do, so `--strict` does not count it. */
  readonly isAdvice?: true;
  readonly found: (subject: Subject) => boolean;
}

export interface Warning {
  /** The row's. */
  readonly name: string;
  readonly clause: string | undefined;
  readonly says: string;
  /** What it is about: an entry, a section, a symbol, or nothing where it is about the whole payload. */
  readonly where: string;
  readonly isAdvice?: true;
  readonly field?: string;
  /** Bytes from the start of the payload's file to the field, or to the whole. */
  readonly offset?: number;
}

/** Places that are named for one row: a hostile payload has 20,000 functions. */
const MOST_PLACES = 16;

function warningBy<Subject>(row: WarningRow<Subject>, subject: Subject, { name: where, offset }: Where): Warning {
  const { name, clause, says, field, isAdvice } = row;
  return {
    name,
    clause,
    says: typeof says === 'string' ? says : says(subject),
    where,
    ...(isAdvice && { isAdvice }),
    ...(offset !== undefined && { ...(field !== undefined && { field }), offset: offset(field) }),
  };
}

/** What each row finds, row by row. */
export function warningsBy<Subject>(
  rows: readonly WarningRow<Subject>[],
  asked: readonly Asked<Subject>[],
): readonly Warning[] {
  return rows.flatMap((row) => {
    const found = asked.filter(({ subject }) => row.found(subject));
    const shown = found.slice(0, MOST_PLACES).map(({ subject, where }) => warningBy(row, subject, where()));
    const last = shown.at(-1);
    const more = found.length - shown.length;
    return last === undefined || more === 0
      ? shown
      : [...shown.slice(0, -1), { ...last, where: `${last.where}, and ${more} more` }];
  });
}

/** The rows that are asked: all of them of a payload that was loaded. */
export const asking = <Subject>(
  rows: readonly WarningRow<Subject>[],
  isLoaded: boolean,
): readonly WarningRow<Subject>[] => (isLoaded ? rows : rows.filter(({ ofRefused }) => ofRefused === true));
