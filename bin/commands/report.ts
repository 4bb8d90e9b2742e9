/** `report`: the documents, from the messages of one or several runs. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { IS_PACKAGE } from '../../engine/installation';
import { loadDeviations } from '../../features/deviation-files';
import type { DeviationList } from '../../features/deviations';
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
  /** What makes the status 1; default: anything that is not as expected. */
  readonly failOn?: FailOn;
  /** The only shard of the runs that is expected, such as "2/5"; default: all shards are. */
  readonly shard?: string;
  /** Whether to write allure-results/ too; default: yes. */
  readonly allure?: boolean;
  /** Files with deviations that are expected in addition to the project's. */
  readonly deviations?: readonly string[];
  /** The file to which unexpected failures are written as deviations. */
  readonly accept?: string;
  /** How the summary is shown; default: plain. */
  readonly terminal?: Terminal;
}

/** The earlier report that the options name. Throws a user error if one is required and none is named. */
export function baselineOf({ baseline, failOn }: Pick<ReportOptions, 'baseline' | 'failOn'>): ReportRecord | undefined {
  if (baseline !== undefined) return readRecord(baseline);
  if (failOn === 'regressions')
    throw userError('--fail-on regressions needs an earlier report: name it with --baseline.');
  return undefined;
}

/**
 * The commit that this project is checked out at. A package has none, since it may be inside a repository of its user.
 */
function ownCommit(): string | null {
  if (IS_PACKAGE) return null;
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: __dirname, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The project's deviations, and those of the files. Throws a user error if a file cannot be read. */
export const expectedDeviations = (files: readonly string[] = []): readonly DeviationList[] => [
  ...loadDeviations(),
  ...readOwnDeviations(files),
];

const ANOTHER = 'another file with --accept';

/** Throws a user error where the file of --accept cannot be written. What it has is left as it is. */
export function checkAccept({ accept: file }: Pick<ReportOptions, 'accept'>): void {
  if (file !== undefined)
    writing(file, () => accessSync(existsSync(file) ? file : dirname(file), constants.W_OK), ANOTHER);
}

/** Writes the unexpected failures to a file. Returns whether all else is as expected. */
function accept(file: string, built: Report, say: (text: string) => void): boolean {
  const { yaml, accepted, refused } = acceptDeviations(built, basename(file).replace(/\.ya?ml$/, ''));
  writing(file, () => writeFileSync(file, yaml), ANOTHER);
  say(`Failures accepted: ${accepted.length}. Expect them from now on with --deviations ${file}`);
  if (refused.length > 0)
    say(`Failures not accepted, because they show no clause or are errors of the suite: ${refused.length}.`);
  return isAsExpected(built, new Set(accepted));
}

/**
 * Writes the documents and prints their summary. `begun`: the report, if it was begun. Throws a user error for a file
 * without messages.
 */
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
