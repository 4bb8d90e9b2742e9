/** compliance.md: the report for a pull request or a mail. All counts have their total. */
import { claimOf } from '../features/catalogue';
import { linkTo, type Place } from '../features/documents';
import { COURSES } from './changes';
import { changesMarkdown } from './changes-text';
import { countCrashed, crashesOf, DAMAGE_WORDS } from './crashes';
import { deviationsFound, emulatorCrashes, unexpectedFailures } from './deviations';
import { explain, firstLine } from './explain';
import { counted, groupBy } from './lists';
import { codeSpan, escapeMarkdown, prose, table } from './markdown';
import type { Report, Run, Scenario } from './model';
import type { Departure } from './releases';
import { countClauses, countScenarios } from './report';
import { CODE_CHANGED, type CodeStrength, shareNoticed, type Strength } from './strength';
import { UNEXPECTED_PASS, UNTRIED } from './summary';

/** A forge refuses a longer text, and nobody reads a longer mail. */
const MAX_SCENARIOS = 100;

/** Which changes are listed: only those that are worse, one by one. */
const CHANGES = { most: 30, courses: COURSES } as const;

type Lines = readonly string[];

const place = ({ uri, line }: Scenario): string => codeSpan(`${uri}:${line}`);

function section(title: string, lines: Lines): Lines {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

function overview({ runs, untried }: Report): Lines {
  if (runs.length === 0) return ['No scenario was run.'];
  const rows = runs.map(({ key, hypervisor, drives, revision, started, seconds, interrupted }) => [
    codeSpan(key) + (interrupted ? ' (interrupted)' : ''),
    escapeMarkdown(drives === undefined ? hypervisor.name : `${hypervisor.name} on ${drives.name}`),
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

function scenarioRow(report: Report, run: Run): Lines {
  const { total, passed, failed, knownDeviations: known, skipped, crashed, notEnded } = countScenarios(report, run);
  return [
    codeSpan(run.key),
    `${passed} of ${total}`,
    ...[failed - known, known, skipped, crashed, notEnded].map(String),
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
  const scenarios = ['passed', 'failed', 'known deviations', 'skipped', 'crashed the emulator', 'without result'];
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

/** Clauses that a run violates in a way that is not recorded. */
function newDeviations({ clauses, runs }: Report): Lines {
  return clauses.flatMap(({ clause, verdicts: of }) => {
    const where = runs.filter(({ key }) => of.get(key)?.verdict === 'deviates').map(({ key }) => codeSpan(key));
    if (where.length === 0) return [];
    return [`- **${escapeMarkdown(clause.id)}** (${clause.level}) on ${where.join(', ')}: ${prose(claimOf(clause))}`];
  });
}

/**
 * Each deviation is listed once, with the runs that showed it. Repeating the text for each run would be too long for a
 * forge.
 */
function knownDeviations(report: Report): Lines {
  const shown = deviationsFound(report).flatMap(({ run, found }) =>
    [...found].map(([deviation, { length }]) => ({
      deviation,
      by: `${codeSpan(run.key)}: ${counted(length, 'scenario')}`,
    })),
  );
  return [...groupBy(shown, ({ deviation }) => deviation.id).values()].flatMap((runs) => {
    const [{ deviation }] = runs;
    const { id, clauses, does } = deviation;
    const by = runs.map((own) => own.by).join(', ');
    return `- **${escapeMarkdown(id)}** (${clauses.map(escapeMarkdown).join(', ')}; ${by}): ${prose(does)}`;
  });
}

/** One line per cause: what the hypervisor does, how severe it is, which runs showed it. */
function crashes(report: Report): Lines {
  return crashesOf(report).map(({ cause, severity, damages, seen }) => {
    const by = [...groupBy(seen, ({ run }) => run.key)].map(
      ([key, own]) => `${codeSpan(key)}: ${countCrashed({ seen: own })}`,
    );
    const does = damages.map((damage) => DAMAGE_WORDS[damage]).join('; or ');
    const alone = seen.some(({ isByUpload }) => isByUpload) ? ' A single UPLOAD is enough.' : '';
    return `- **${escapeMarkdown(cause)}** (${severity}; ${by.join(', ')}): it ${does}.${alone}`;
  });
}

const linesOf = ([first, last]: Place['lines']): string => (first === last ? `${first}` : `${first} to ${last}`);

/** A link to the first place, and the lines of the others. More links would make the text too long for a forge. */
function placesOf(places: readonly Place[]): string {
  return places
    .map(({ revision, lines }, index) => {
      const at = `revision ${revision}, ${linesOf(lines)}`;
      return index === 0 ? `[${at}](${linkTo(revision, lines)})` : at;
    })
    .join('; ');
}

/** One line per finding. The page has the details. */
function findings(report: Report): Lines {
  return report.findings.map(({ finding: { id, title, kind, status, places, proposal }, scenarios: [first] }) => {
    const shown = first === undefined ? '' : ` Shown by ${place(first)}.`;
    const what = `**${escapeMarkdown(id)}** (${kind}, ${status}): ${prose(title)} (${placesOf(places)}).`;
    return `- ${what} Proposal: ${prose(proposal)}${shown}`;
  });
}

function listed(scenarios: readonly Scenario[], why: (scenario: Scenario) => string): Lines {
  const more = scenarios.length - MAX_SCENARIOS;
  return [
    ...scenarios
      .slice(0, MAX_SCENARIOS)
      .map(
        (scenario) =>
          `- ${place(scenario)} on ${codeSpan(scenario.run.key)}: ${escapeMarkdown(scenario.name)}. ${escapeMarkdown(why(scenario))}`,
      ),
    ...(more > 0 ? ['', `And ${more} more, see index.html.`] : []),
  ];
}

const named = (departures: readonly Departure[]): string =>
  departures.map(({ id, clauses }) => `${escapeMarkdown(id)} (${clauses.map(escapeMarkdown).join(', ')})`).join(', ') ||
  'nothing';

/** For each release, the deviations that it no longer has and those that are new, compared with the release before. */
function releaseLines({ releases: { releases } }: Report): Lines {
  return releases.slice(1).map(({ implementation: { hypervisor, id }, fixed, broken }) => {
    const what = `fixed: ${named(fixed)}; new: ${named(broken)}`;
    return `- ${escapeMarkdown(hypervisor)}, ${codeSpan(id)}: ${what}.`;
  });
}

function rulesLines({ total, killed, survivors }: Strength['rules']): Lines {
  if (total === 0) return [];
  const missed = survivors.length === 0 ? '' : ` No scenario fails without ${survivors.map(codeSpan).join(', ')}.`;
  return [
    `${killed} of ${counted(total, 'rule')} of the reference are covered: removing the rule makes a scenario fail.${missed}`,
  ];
}

function codeLines(code: CodeStrength | undefined): Lines {
  if (code === undefined) return [];
  return [
    '',
    `${CODE_CHANGED} 95 % intervals are in brackets.`,
    '',
    ...table(
      ['code', 'changes', 'noticed by features', 'with unit tests'],
      code.parts.map(({ name, total, citations, features, all }) => [
        codeSpan(name),
        String(total),
        shareNoticed(features, total - citations),
        shareNoticed(all, total),
      ]),
    ),
  ];
}

const strengthLines = ({ strength }: Report): Lines =>
  strength === null ? [] : [...rulesLines(strength.rules), ...codeLines(strength.code)];

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
      'Scenarios that crashed the emulator',
      listed(emulatorCrashes(report), (scenario) => firstLine(explain(scenario) ?? '')),
    ),
    ...section(
      'Unexpected passes',
      listed(outlived, () => UNEXPECTED_PASS),
    ),
    ...section('Changes', report.changes === null ? [] : changesMarkdown(report.changes, CHANGES)),
    ...section('New deviations', newDeviations(report)),
    ...section('Known deviations', knownDeviations(report)),
    ...section('Crashes', crashes(report)),
    ...section('From release to release', releaseLines(report)),
    ...section('Findings', findings(report)),
    ...section('Strength', strengthLines(report)),
  ];
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
