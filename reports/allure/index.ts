/**
 * allure-results/: what Allure makes its report from. Written from the report's own model, not by Allure's formatter for
 * Cucumber, which shows sentences without a step as passed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentInfo } from 'allure-js-commons/sdk';
import type { Report, Run, Suite } from '../model';
import { CATEGORIES } from './categories';
import { type ResultContext, identityOf, resultOf } from './result';
import { type FolderWriter, createFolderWriter } from './writer';

function environmentOf({ suite, runs }: Report): EnvironmentInfo {
  const said = ({ hypervisor: { name, buildId }, revision }: Run): string =>
    `${name}, build-id ${buildId === '' ? 'none' : buildId}, revision ${revision ?? 'unknown'}`;
  return { suite: `${suite.name} ${suite.version}`, ...Object.fromEntries(runs.map((run) => [run.key, said(run)])) };
}

/** For executor.json: what Allure shows as the source of the results. */
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

/**
 * Writes the folder allure-results in `out`, in place of what an earlier report wrote there, and carries the history of the Allure report
 * beside it over, so that the next one shows trends.
 */
export function writeAllureResults(report: Report, out: string): void {
  const folder = join(out, 'allure-results');
  const writer = createFolderWriter(folder);
  const clauses = new Map(report.clauses.map(({ clause }) => [clause.id, clause]));
  for (const run of report.runs) writeRun(writer, run, { known: report.known, clauses, keep: writer.keep });
  writer.writeEnvironment(environmentOf(report));
  writer.writeCategories(CATEGORIES);
  writer.writeFile('executor.json', JSON.stringify(executorOf(report.suite)));
  const history = join(out, 'allure-report', 'history');
  for (const entry of existsSync(history) ? readdirSync(history, { withFileTypes: true }) : [])
    if (entry.isFile()) writer.writeFile(`history/${entry.name}`, readFileSync(join(history, entry.name)));
  writer.end();
}
