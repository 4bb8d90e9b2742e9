/** `report`: the documents, from the messages of one or several runs. */
import { spawnSync } from 'node:child_process';
import { IS_PACKAGE } from '../../engine/installation';
import { name, version } from '../../package.json';
import { writeReports } from '../../reports';
import { readBaseline } from '../../reports/baseline';
import type { BegunReport } from '../../reports/begun';
import { readStrength } from '../../reports/strength';
import type { Terminal } from '../../reports/summary';
import { EXIT, type ExitStatus } from '../exit';
import { outputFolder } from '../folder';

/** As the command line has them. */
export interface ReportOptions {
  readonly out: string;
  /** The path of a strength.json. */
  readonly strength?: string;
  /** The path of an earlier compliance.json. */
  readonly baseline?: string;
  /** The only shard of the runs that is meant to be there, as "2/5"; default: all of them are. */
  readonly shard?: string;
  /** Whether to write allure-results/ too; default: yes. */
  readonly allure?: boolean;
  /** How its lines are shown; default: plain. */
  readonly terminal?: Terminal;
}

/** The commit that this project is checked out at. A package has none: it may be inside a repository of its user's. */
function ownCommit(): string | null {
  if (IS_PACKAGE) return null;
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: __dirname, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Writes the documents and says what they come to. `begun`: the report, where it was begun. Throws a user error for a file that holds no messages. */
export function report(
  messageFiles: readonly string[],
  { out, strength, baseline, shard, allure, terminal }: ReportOptions,
  say: (text: string) => void,
  begun?: BegunReport,
): ExitStatus {
  const { text, asExpected } = writeReports(messageFiles, outputFolder(out), {
    suite: { name, version, commit: ownCommit() },
    strength: strength === undefined ? undefined : readStrength(strength),
    baseline: baseline === undefined ? undefined : readBaseline(baseline),
    shard,
    allure,
    begun,
    terminal,
  });
  say(text.trimEnd());
  return asExpected ? EXIT.expected : EXIT.unexpected;
}
