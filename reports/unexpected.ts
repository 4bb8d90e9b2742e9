/** The scenarios that make a run's exit status 1: writes them to compliance.json and reads them from it. */
import { isObject } from '../engine/shape';
import { userError } from '../engine/user-error';
import { emulatorCrashes, unexpectedFailures } from './deviations';
import { readJsonFile } from './json-file';
import type { Report, Scenario } from './model';

/** Unexpected failures, crashes of the emulator, and unexpected passes. */
export const unexpectedOutcomes = (report: Pick<Report, 'runs' | 'known' | 'outlived'>): readonly Scenario[] => [
  ...unexpectedFailures(report),
  ...emulatorCrashes(report),
  ...report.outlived,
];

/** One of them, in a file. */
export interface UnexpectedScenario {
  /** Key of the run. */
  readonly run: string;
  readonly uri: string;
  readonly name: string;
}

function isUnexpected(value: unknown): value is UnexpectedScenario {
  return isObject(value) && ['run', 'uri', 'name'].every((key) => typeof value[key] === 'string');
}

/** Reads them from a compliance.json. UserError if the file is none, or of an earlier version. */
export function readUnexpected(file: string): readonly UnexpectedScenario[] {
  const content = readJsonFile(file);
  const listed = isObject(content) ? content['unexpected'] : undefined;
  if (Array.isArray(listed) && listed.every(isUnexpected)) return listed;
  throw userError(`${file} does not say what failed last: run once without --last-failed.`);
}
