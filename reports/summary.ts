/** The summary for the terminal: what ran, what it showed, what failed, where the report is. */
import { relative, resolve } from 'node:path';
import { type Again, againOf } from './again';
import { type PathOf, writeAnnotations } from './annotations';
import { changeLines } from './changes-text';
import { emulatorCrashes, unexpectedFailures } from './deviations';
import { explain, firstLine, UNEXPECTED_PASS } from './explain';
import { failureLines, titleOf } from './failed';
import type { Report, Run, Scenario } from './model';
import { printable } from './printable';
import { countClauses, countScenarios, skippedByReference } from './report';
import { partLine } from './strength';
import { indented, line, type Line, renderLines } from './terminal';

const MAX_SCENARIOS = 20;
/** How many failures are shown with their steps. */
const MAX_SHOWN = 5;

function parts(total: number, what: string, counts: readonly (readonly [number, string])[]): string {
  const said = counts.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return `${said.length === 0 ? '0' : said.join(', ')} of ${total} ${what}`;
}

/** For a run of a version without records of its own. */
export const UNTRIED =
  'This version has no records of its own: the known deviations of neighbouring versions are expected.';

function runLines(report: Report, run: Run): readonly string[] {
  const counts = countScenarios(report, run);
  const clauses = countClauses(report, run);
  const buildId = run.hypervisor.buildId === '' ? '' : `, build-id ${run.hypervisor.buildId.slice(0, 12)}`;
  return [
    `${run.key}  (${run.hypervisor.name}${buildId})${run.interrupted ? '  interrupted' : ''}`,
    `  ${parts(counts.total, 'scenarios', [
      [counts.passed, 'passed'],
      [counts.failed - counts.knownDeviations, 'failed'],
      [counts.knownDeviations, counts.knownDeviations === 1 ? 'known deviation' : 'known deviations'],
      [counts.skipped, 'skipped'],
      [counts.crashed, 'crashed the emulator'],
      [counts.notEnded, 'without result'],
    ])}`,
    `  ${parts(clauses.total, 'clauses', [
      [clauses.conforms, 'conform'],
      [clauses.deviates, 'deviate'],
      [clauses['known-deviation'], clauses['known-deviation'] === 1 ? 'known deviation' : 'known deviations'],
      [clauses['not-implemented'], 'not implemented'],
      [clauses.differs, 'differ from a choice'],
      [clauses['not-exercised'], 'not exercised'],
      [clauses['not-testable'], 'not testable'],
      [clauses['not-in-force'], 'of the other revision'],
    ])}`,
    ...(report.untried.includes(run) ? [`  ${UNTRIED}`] : []),
  ];
}

export { UNEXPECTED_PASS } from './explain';

/** How the lines are shown, and how the reader can repeat a scenario. */
export interface Terminal extends Again {
  readonly colour: boolean;
  /** The repository's folder, if GitHub Actions runs this and shows annotations. */
  readonly workspace?: string;
}

const PLAIN: Terminal = { colour: false, program: 'livepatch-conformance', project: '', folder: '', commands: {} };

const shortLines = (scenario: Scenario): readonly Line[] => [
  line(titleOf(scenario)),
  line(`    ${firstLine(explain(scenario) ?? UNEXPECTED_PASS)}`),
];

/** Some scenarios below a title. The first few are shown by `show`. */
function listed(
  title: string,
  scenarios: readonly Scenario[],
  show: (scenario: Scenario) => readonly Line[] = shortLines,
): readonly Line[] {
  if (scenarios.length === 0) return [];
  const more = scenarios.length - MAX_SCENARIOS;
  return [
    line(title, 'title'),
    ...indented(2, [
      ...scenarios.slice(0, MAX_SHOWN).flatMap(show),
      ...scenarios.slice(MAX_SHOWN, MAX_SCENARIOS).flatMap(shortLines),
      ...(more > 0 ? [line(`and ${more} more, see the report`)] : []),
    ]),
    line(''),
  ];
}

/** What is worse, and how much else changed. */
function changesLines({ changes }: Report): readonly string[] {
  if (changes === null) return [];
  const lines = changeLines(changes, { most: MAX_SCENARIOS, courses: ['worse'] });
  return [`Since ${changes.file}:`, ...lines.map((line) => `  ${line}`), ''];
}

function strengthLines({ strength }: Report): readonly string[] {
  if (strength === null) return [];
  const { rules, code } = strength;
  const missed = rules.survivors.length === 0 ? '' : `; no scenario fails without ${rules.survivors.join(', ')}`;
  const ofRules = `Strength: ${rules.killed} of ${rules.total} rules are covered (removing one makes a scenario fail)${missed}`;
  const ofCode = code?.parts.map((part) => `Strength: ${partLine(part)}`);
  return [...(rules.total > 0 ? [ofRules] : []), ...(ofCode ?? []), ''];
}

/** `where`: the path of the report, for the user to open. */
export function writeSummary(report: Report, where: string, terminal: Terminal = PLAIN): string {
  const { project, workspace, colour } = terminal;
  const plain = (texts: readonly string[]): readonly Line[] => texts.map((text) => line(text));
  const failure = (scenario: Scenario): readonly Line[] => failureLines(scenario, againOf(scenario, terminal));
  const problems = report.problems.map((text) => `  ${firstLine(text)}`);
  const lines = [
    ...plain(report.runs.flatMap((run) => [...runLines(report, run), ''])),
    ...plain(report.runs.length === 0 ? ['No scenario was run.', ''] : []),
    ...(problems.length === 0 ? [] : [line('Problems:', 'title'), ...plain([...problems, ''])]),
    ...listed('Failed:', unexpectedFailures(report), failure),
    ...listed('The emulator crashed:', emulatorCrashes(report), failure),
    ...listed('Unexpected passes:', report.outlived),
    ...listed('Skipped by the reference:', skippedByReference(report)),
    ...plain([...strengthLines(report), ...changesLines(report)]),
    line(`Report: ${where}`),
  ];
  const pathOf: PathOf = ({ uri }) => relative(workspace ?? '', resolve(project, uri));
  const annotations = workspace === undefined ? [] : writeAnnotations(report, pathOf);
  return [renderLines(lines, colour), ...annotations.map(printable), ''].join('\n');
}
