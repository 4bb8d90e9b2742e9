/**
 * allure-results/: what Allure makes its report from. Written from the report's own model, not by Allure's formatter
 * for Cucumber, which shows sentences without a step as passed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import type { Clause } from '../../features/catalogue';
import type { Report, Run, Suite } from '../model';
import { CATEGORIES } from './categories';
import { type ResultContext, identityOf, resultOf } from './result';
import { type FolderWriter, createFolderWriter } from './writer';

function environmentOf({ suite, runs }: Report): EnvironmentInfo {
  const said = ({ hypervisor: { name, buildId }, revision }: Run): string =>
    `${name}, build-id ${buildId === '' ? 'none' : buildId}, revision ${revision ?? 'unknown'}`;
  return { suite: `${suite.name} ${suite.version}`, ...Object.fromEntries(runs.map((run) => [run.key, said(run)])) };
}

/** For executor.json, which Allure shows as the source of the results. */
const executorOf = ({ name, version }: Suite): object => ({ name, type: 'local', buildName: `${name} ${version}` });

function writeRun(writer: FolderWriter, run: Run, context: ResultContext): void {
  const seen = new Map<string, number>();
  for (const scenario of run.scenarios) {
    const first = identityOf(scenario, 0);
    const nth = seen.get(first) ?? 0;
    seen.set(first, nth + 1);
    writer.writeResult(resultOf(scenario, run, identityOf(scenario, nth), context));
  }
}

/** What the results depend on besides the scenarios. */
interface Judged extends Pick<Report, 'known'> {
  readonly clauses: readonly Clause[];
}

/** The folder allure-results, in which an earlier report is replaced. */
export interface AllureResults {
  /** Writes the results of runs. More runs may follow, also the same ones with more scenarios. */
  readonly writeRuns: (runs: readonly Run[], judged: Judged) => void;
  /** Writes the results that are missing, and all other files. */
  readonly finish: (report: Report) => void;
}

/** Whether the run still has the same results. It is compared by identity: each scenario's steps are read once. */
function isSame(run: Run, earlier: Run): boolean {
  const pairs = run.scenarios.map((scenario, at) => [scenario, earlier.scenarios[at]] as const);
  return (
    run.scenarios.length === earlier.scenarios.length &&
    pairs.every(([one, other]) => one.steps === other?.steps && one.attempts === other.attempts)
  );
}

/** Opens the folder in `out`. */
export function openAllureResults(out: string): AllureResults {
  const writer = createFolderWriter(join(out, 'allure-results'));
  const written = new Map<string, Run>();

  function writeRuns(runs: readonly Run[], { known, clauses }: Judged): void {
    const context = { known, clauses: new Map(clauses.map((clause) => [clause.id, clause])), keep: writer.keep };
    for (const run of runs) {
      const earlier = written.get(run.key);
      if (earlier === undefined || !isSame(run, earlier)) writeRun(writer, run, context);
      written.set(run.key, run);
    }
  }

  /** Copies the history from the Allure report next to the folder, so that the next report shows trends. */
  function keepHistory(): void {
    const history = join(out, 'allure-report', 'history');
    for (const entry of existsSync(history) ? readdirSync(history, { withFileTypes: true }) : [])
      if (entry.isFile()) writer.writeFile(`history/${entry.name}`, readFileSync(join(history, entry.name)));
  }

  return {
    writeRuns,
    finish(report) {
      const { runs, known } = report;
      writeRuns(runs, { known, clauses: report.clauses.map(({ clause }) => clause) });
      writer.writeEnvironment(environmentOf(report));
      writer.writeCategories(CATEGORIES);
      writer.writeFile('executor.json', JSON.stringify(executorOf(report.suite)));
      keepHistory();
      writer.end();
    },
  };
}

/** Writes the folder allure-results in `out`. */
export function writeAllureResults(report: Report, out: string): void {
  openAllureResults(out).finish(report);
}
