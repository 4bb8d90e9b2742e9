/** The summary for the terminal: what ran, what it showed, what failed, where the report is. */
import { emulatorCrashes, unexpectedFailures } from './deviations';
import { explain, firstLine } from './explain';
import type { Report, Run, Scenario } from './model';
import { countClauses, countScenarios, skippedByReference } from './report';
import { printable } from './printable';

const MAX_SCENARIOS = 20;

function parts(total: number, what: string, counts: readonly (readonly [number, string])[]): string {
  const said = counts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return `${said.length === 0 ? '0' : said.join(', ')} of ${total} ${what}`;
}

/** Of a run that is judged by other versions' records. */
export const UNTRIED =
  'Nothing is recorded of this version itself: expected is what features/deviations says of the versions around it.';

function runLines(report: Report, run: Run): readonly string[] {
  const counts = countScenarios(report, run);
  const clauses = countClauses(report, run);
  const buildId = run.hypervisor.buildId === '' ? '' : `, build-id ${run.hypervisor.buildId.slice(0, 12)}`;
  return [
    `${run.key}  (${run.hypervisor.name}${buildId})${run.interrupted ? '  interrupted' : ''}`,
    `  ${parts(counts.total, 'scenarios', [
      [counts.passed, 'passed'],
      [counts.failed - counts.knownDeviations, 'failed'],
      [counts.knownDeviations, 'deviate as known'],
      [counts.skipped, 'skipped'],
      [counts.crashed, 'crashed the emulator'],
      [counts.notEnded, 'without result'],
    ])}`,
    `  ${parts(clauses.total, 'clauses', [
      [clauses.conforms, 'conform'],
      [clauses.deviates, 'deviate'],
      [clauses['known-deviation'], 'known deviations'],
      [clauses['not-implemented'], 'not implemented'],
      [clauses.differs, 'differ from a choice'],
      [clauses['not-exercised'], 'not exercised'],
      [clauses['not-testable'], 'not testable'],
      [clauses['not-in-force'], 'of the other revision'],
    ])}`,
    ...(report.untried.includes(run) ? [`  ${UNTRIED}`] : []),
  ];
}

/** Of a scenario that passed. */
export const UNEXPECTED_PASS = 'It passed, but features/deviations records that it fails.';

function scenarioLines(scenario: Scenario): readonly string[] {
  const { run, uri, line, name } = scenario;
  return [`  ${uri}:${line}  ${name}  [${run.key}]`, `      ${firstLine(explain(scenario) ?? UNEXPECTED_PASS)}`];
}

/** The first of some scenarios below a title. */
function listed(title: string, scenarios: readonly Scenario[]): readonly string[] {
  if (scenarios.length === 0) return [];
  const more = scenarios.length - MAX_SCENARIOS;
  return [
    title,
    ...scenarios.slice(0, MAX_SCENARIOS).flatMap(scenarioLines),
    ...(more > 0 ? [`  and ${more} more, see the report`] : []),
    '',
  ];
}

function strengthLines({ strength }: Report): readonly string[] {
  if (strength === null) return [];
  const { total, killed, survivors } = strength.rules;
  const missed = survivors.length === 0 ? '' : `; nothing notices ${survivors.join(', ')}`;
  return [`Strength: of ${total} rules, ${killed} are missed when they are forgotten${missed}`, ''];
}

/** Plain lines. `where`: the path of the report, as the user is to open it. */
export function writeSummary(report: Report, where: string): string {
  const lines = [
    ...report.runs.flatMap((run) => [...runLines(report, run), '']),
    ...(report.runs.length === 0 ? ['No scenario was run.', ''] : []),
    ...(report.problems.length === 0
      ? []
      : ['Problems:', ...report.problems.map((text) => `  ${firstLine(text)}`), '']),
    ...listed('Failed:', unexpectedFailures(report)),
    ...listed('The emulator crashed:', emulatorCrashes(report)),
    ...listed('Unexpected passes:', report.outlived),
    ...listed('Skipped by the reference:', skippedByReference(report)),
    ...strengthLines(report),
    `Report: ${where}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
