/** compliance.md: what a pull request or a mail is told. All counts say of how many. */
import { claimOf } from '../features/catalogue';
import { linkTo, type Place } from '../features/documents';
import { deviationsFound, unexpectedFailures } from './deviations';
import { explain, firstLine } from './explain';
import { codeSpan, escapeMarkdown, prose, table } from './markdown';
import type { Report, Run, Scenario } from './model';
import { countClauses, countScenarios } from './report';
import { UNTRIED } from './summary';

/** A mail with more is not read, and a forge refuses it. */
const MAX_SCENARIOS = 100;

type Lines = readonly string[];

const place = ({ uri, line }: Scenario): string => codeSpan(`${uri}:${line}`);
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function section(title: string, lines: Lines): Lines {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function overview({ runs, untried }: Report): Lines {
  if (runs.length === 0) return ['No scenario was run.'];
  const rows = runs.map(({ key, hypervisor, revision, started, seconds, interrupted }) => [
    codeSpan(key) + (interrupted ? ' (interrupted)' : ''),
    escapeMarkdown(hypervisor.name),
    hypervisor.buildId === '' ? 'none' : codeSpan(hypervisor.buildId),
    revision === null ? 'unknown' : String(revision),
    started === '' ? 'never' : started.replace(/\.\d+Z$/, 'Z'),
    `${seconds.toFixed(1)} s`,
  ]);
  return [
    ...table(['run', 'hypervisor', 'build-id', 'revision of the document', 'began', 'took'], rows),
    ...untried.flatMap(({ key }) => ['', `${codeSpan(key)}: ${escapeMarkdown(UNTRIED)}`]),
  ];
}

function clauseRow(report: Report, run: Run): Lines {
  const clauses = countClauses(report, run);
  return [
    codeSpan(run.key),
    `${clauses.conforms} of ${clauses.total}`,
    String(clauses.deviates),
    String(clauses['known-deviation']),
    String(clauses['not-implemented']),
    String(clauses.differs),
    String(clauses['not-exercised']),
    String(clauses['not-testable']),
    String(clauses['not-in-force']),
  ];
}

function scenarioRow({ known }: Report, run: Run): Lines {
  const { total, passed, failed, skipped, withoutResult } = countScenarios(run);
  const asKnown = run.scenarios.filter((scenario) => known.has(scenario)).length;
  return [
    codeSpan(run.key),
    `${passed} of ${total}`,
    ...[failed - asKnown, asKnown, skipped, withoutResult].map(String),
  ];
}

function verdicts(report: Report): Lines {
  if (report.runs.length === 0) return [];
  const clauses = [
    'conform',
    'deviate',
    'known deviations',
    'not implemented',
    'differ from a choice',
    'not exercised',
    'not testable',
    'of the other revision',
  ];
  const scenarios = ['passed', 'failed', 'deviate as known', 'skipped', 'without result'];
  return [
    ...table(
      ['clauses', ...clauses],
      report.runs.map((run) => clauseRow(report, run)),
    ),
    '',
    ...table(
      ['scenarios', ...scenarios],
      report.runs.map((run) => scenarioRow(report, run)),
    ),
  ];
}

/** Clauses from which a run departs in a way that is not recorded. */
function newDeviations({ clauses, runs }: Report): Lines {
  return clauses.flatMap(({ clause, verdicts: of }) => {
    const where = runs.filter(({ key }) => of.get(key)?.verdict === 'deviates').map(({ key }) => codeSpan(key));
    if (where.length === 0) return [];
    return [`- **${escapeMarkdown(clause.id)}** (${clause.level}) on ${where.join(', ')}: ${prose(claimOf(clause))}`];
  });
}

function knownDeviations(report: Report): Lines {
  return deviationsFound(report).flatMap(({ run, found }) => [
    `### ${codeSpan(run.key)}: ${escapeMarkdown(run.hypervisor.name)}`,
    '',
    ...[...found].map(
      ([{ id, clauses, does }, scenarios]) =>
        `- **${escapeMarkdown(id)}** (${clauses.map(escapeMarkdown).join(', ')}; ${counted(scenarios.length, 'scenario')}): ${prose(does)}`,
    ),
    '',
  ]);
}

const link = ({ revision, lines: [first, last] }: Place): string => {
  const lines = first === last ? `line ${first}` : `lines ${first} to ${last}`;
  return `[revision ${revision}, ${lines}](${linkTo(revision, [first, last])})`;
};

function findings(report: Report): Lines {
  return report.findings.flatMap(({ finding, scenarios }) => {
    const [first] = scenarios;
    const shown = first === undefined ? 'no scenario of these runs' : place(first);
    return [
      `### ${escapeMarkdown(`${finding.id} ${finding.title}`)}`,
      '',
      prose(finding.text),
      '',
      `- ${escapeMarkdown(`${finding.kind}, ${finding.section}, ${finding.status}`)}: ${finding.places.map(link).join('; ')}`,
      ...finding.practice.map(({ who, does }) => `- ${escapeMarkdown(who)}: ${prose(does)}`),
      `- Proposal: ${prose(finding.proposal)}`,
      `- Shown by ${shown}`,
      '',
    ];
  });
}

function listed(scenarios: readonly Scenario[], why: (scenario: Scenario) => string): Lines {
  const more = scenarios.length - MAX_SCENARIOS;
  return [
    ...scenarios
      .slice(0, MAX_SCENARIOS)
      .map(
        (scenario) =>
          `- ${place(scenario)} on ${codeSpan(scenario.run)}: ${escapeMarkdown(scenario.name)}. ${escapeMarkdown(why(scenario))}`,
      ),
    ...(more > 0 ? ['', `And ${more} more, see index.html.`] : []),
  ];
}

function strengthLines({ strength }: Report): Lines {
  if (strength === null) return [];
  const { total, killed, survivors } = strength.rules;
  const missed = survivors.length === 0 ? '' : ` Nothing notices ${survivors.map(codeSpan).join(', ')}.`;
  return [`Of ${counted(total, 'rule')} of the reference, ${killed} are missed when they are forgotten.${missed}`];
}

/** The text of compliance.md. */
export function writeComplianceMarkdown(report: Report): string {
  const { suite, outlived, problems } = report;
  const failed = unexpectedFailures(report);
  const lines = [
    `# ${escapeMarkdown(`${suite.name} ${suite.version}`)}`,
    '',
    ...section('Overview', overview(report)),
    ...section('Verdicts', verdicts(report)),
    ...section(
      'Problems',
      problems.map((text) => `- ${escapeMarkdown(firstLine(text))}`),
    ),
    ...section(
      'Failed scenarios',
      listed(failed, (scenario) => firstLine(explain(scenario) ?? '')),
    ),
    ...section(
      'Passed, not as recorded',
      listed(outlived, () => 'It is recorded in features/deviations that it fails.'),
    ),
    ...section('Clauses that are departed from', newDeviations(report)),
    ...section('Known deviations', knownDeviations(report)),
    ...section('Findings', findings(report)),
    ...section('Strength', strengthLines(report)),
  ];
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
