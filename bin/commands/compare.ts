/** `compare`: what is different between two reports, or between two runs. */
import { existsSync } from 'node:fs';
import { changeLines } from '../../reports/changes-text';
import { changesOf } from '../../reports/changes-json';
import { compareReports, countRegressions } from '../../reports/compare';
import { printable } from '../../reports/printable';
import { COURSES, type ReportRecord } from '../../reports/changes';
import { readRecord } from '../../reports/record';
import { userError } from '../../engine/user-error';
import { EXIT, type ExitStatus } from '../exit';

export interface CompareOptions {
  /** The folder of the report that has the runs named without a report. */
  readonly out: string;
  readonly json?: boolean;
}

/** Everything: a comparison leaves nothing out. */
const LIMITS = { most: Number.POSITIVE_INFINITY, courses: COURSES } as const;

/** "FILE:RUN" split, unless a file has the whole name. */
function partsOf(named: string, out: string): { readonly file: string; readonly run: string | undefined } {
  if (existsSync(named)) return { file: named, run: undefined };
  const colon = [...named.matchAll(/:/g)].find(({ index }) => existsSync(named.slice(0, index)));
  if (colon !== undefined) return { file: named.slice(0, colon.index), run: named.slice(colon.index + 1) };
  return { file: out, run: named };
}

/** The named report, with all its runs or only the named one. */
function recordNamed(named: string, out: string): ReportRecord {
  const { file, run } = partsOf(named, out);
  if (!existsSync(file))
    throw userError(`There is no file ${named}, and no report in ${out} that has a run of this name.`);
  const record = readRecord(file);
  if (run === undefined) return record;
  const runs = record.runs.filter(({ key }) => key === run);
  const keys = record.runs.map(({ key }) => key).join(', ') || 'none';
  if (runs.length === 0) throw userError(`${file} has no run ${run}: its runs are ${keys}.`);
  return { ...record, runs };
}

/**
 * Prints what is different. Status 1 if the later one is worse. Throws a user error if one of the two does not exist.
 */
export function compare(
  before: string,
  now: string,
  { out, json = false }: CompareOptions,
  say: (text: string) => void,
): ExitStatus {
  const changes = compareReports(recordNamed(before, out), recordNamed(now, out).runs);
  if (json) say(JSON.stringify(changesOf(changes), null, 2));
  else changeLines(changes, LIMITS).map(printable).forEach(say);
  return countRegressions(changes) === 0 ? EXIT.expected : EXIT.unexpected;
}
