/** `report`: the documents, from the messages of one or several runs. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { IS_PACKAGE } from '../../engine/installation';
import { type DeviationList, loadDeviations } from '../../features/deviations';
import { name, version } from '../../package.json';
import { userError } from '../../engine/user-error';
import { type FailOn, type Report, writeReports } from '../../reports';
import { acceptDeviations } from '../../reports/accept';
import type { BegunReport } from '../../reports/begun';
import type { ReportRecord } from '../../reports/changes';
import { readOwnDeviations } from '../../reports/own-deviations';
import { readRecord } from '../../reports/record';
import { isAsExpected } from '../../reports/report';
import { readStrength } from '../../reports/strength';
import type { Terminal } from '../../reports/summary';
import { EXIT, type ExitStatus } from '../exit';
import { outputFolder } from '../folder';
import { writing } from '../recording';

/** As the command line has them. */
export interface ReportOptions {
  readonly out: string;
  /** The path of a strength.json. */
  readonly strength?: string;
  /** The path of an earlier compliance.json. */
  readonly baseline?: string;
  /** What makes the status 1; default: what is not as expected. */
  readonly failOn?: FailOn;
  /** The only shard of the runs that is meant to be there, as "2/5"; default: all of them are. */
  readonly shard?: string;
  /** Whether to write allure-results/ too; default: yes. */
  readonly allure?: boolean;
  /** Files with deviations that are expected beside the project's. */
  readonly deviations?: readonly string[];
  /** The file that unexpected failures are written to as deviations. */
  readonly accept?: string;
  /** How its lines are shown; default: plain. */
  readonly terminal?: Terminal;
}

/** The earlier report that the options name. Throws a user error where there has to be one and there is none. */
export function baselineOf({ baseline, failOn }: Pick<ReportOptions, 'baseline' | 'failOn'>): ReportRecord | undefined {
  if (baseline !== undefined) return readRecord(baseline);
  if (failOn === 'regressions')
    throw userError('--fail-on regressions needs an earlier report: name it with --baseline.');
  return undefined;
}

/** The commit that this project is checked out at. A package has none: it may be inside a repository of its user's. */
function ownCommit(): string | null {
  if (IS_PACKAGE) return null;
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: __dirname, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The project's deviations, and those of the files. Throws a user error where one of these cannot be read. */
export const expectedDeviations = (files: readonly string[] = []): readonly DeviationList[] => [
  ...loadDeviations(),
  ...readOwnDeviations(files),
];

/** Writes the unexpected failures to a file. Returns whether all else is as expected. */
function accept(file: string, built: Report, say: (text: string) => void): boolean {
  const { yaml, accepted, refused } = acceptDeviations(built, basename(file).replace(/\.ya?ml$/, ''));
  writing(file, () => writeFileSync(file, yaml));
  say(`Failures accepted: ${accepted.length}. Expect them from now on with --deviations ${file}`);
  if (refused.length > 0)
    say(`Failures not accepted, as they show no clause or are errors of the suite: ${refused.length}.`);
  return isAsExpected(built, new Set(accepted));
}

/** Writes the documents and says what they come to. `begun`: the report, where it was begun. Throws a user error for a file that holds no messages. */
export function report(
  messageFiles: readonly string[],
  options: ReportOptions,
  say: (text: string) => void,
  begun?: BegunReport,
): ExitStatus {
  const { out, strength, failOn, shard, allure, terminal, deviations } = options;
  const {
    report: built,
    text,
    asExpected,
  } = writeReports(messageFiles, outputFolder(out), {
    suite: { name, version, commit: ownCommit() },
    strength: strength === undefined ? undefined : readStrength(strength),
    baseline: baselineOf(options),
    failOn,
    shard,
    allure,
    begun,
    terminal,
    knownDeviations: begun?.sources.knownDeviations ?? expectedDeviations(deviations),
  });
  say(text.trimEnd());
  const isAccepted = options.accept !== undefined && accept(options.accept, built, say);
  return asExpected || isAccepted ? EXIT.expected : EXIT.unexpected;
}
