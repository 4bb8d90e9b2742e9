/** Differences in words: lines for the terminal, and their Markdown. */
import {
  COURSES,
  OUTCOMES,
  type Changes,
  type ClauseDifference,
  type Comparison,
  type Course,
  type LoneRun,
  type Result,
  type ScenarioDifference,
  type Outcome,
  type ScenarioRecord,
} from './changes';
import { isOtherBuild } from './compare';
import { counted, groupBy } from './lists';
import { codeSpan, escapeMarkdown } from './markdown';

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  skipped: 'skipped',
  'no-result': 'no result',
  'known-deviation': 'known deviation',
  failed: 'failed',
  crashed: 'the emulator crashed',
};

/** "passed", "known deviation ID". For a scenario that a run does not have: "absent". */
export function resultWords(result: Result | null): string {
  if (result === null) return 'absent';
  return [OUTCOME_WORDS[result.outcome], ...(result.deviation === null ? [] : [result.deviation])].join(' ');
}

/** A verdict in words. Null means that the suite of that run did not have the clause. */
export const verdictWords = (verdict: string | null): string => verdict?.replaceAll('-', ' ') ?? 'no such clause';

/** The title, with its row of the examples. */
export function scenarioTitle({ name, example }: Pick<ScenarioRecord, 'name' | 'example'>): string {
  const cells = Object.entries(example).filter(([, cell]) => !name.includes(cell));
  return cells.length === 0 ? name : `${name} (${cells.map(([column, cell]) => `${column} ${cell}`).join(', ')})`;
}

/** "3 worse, 1 better". */
export function coursesOf(differences: readonly (ClauseDifference | ScenarioDifference)[]): string {
  const counts = COURSES.map((course) => [course, differences.filter((own) => own.course === course).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([course, count]) => `${count} ${course === 'other' ? 'neither worse nor better' : course}`)
    .join(', ');
}

/** "1 clause and 3 scenarios are different: 3 worse, 1 better". */
export function sumOf({ clauses, scenarios }: Comparison): string {
  const count = clauses.length + scenarios.length;
  if (count === 0) return 'no clause or scenario is different';
  const verb = count === 1 ? 'is' : 'are';
  const which = [
    ...(clauses.length === 0 ? [] : [counted(clauses.length, 'clause')]),
    ...(scenarios.length === 0 ? [] : [counted(scenarios.length, 'scenario')]),
  ].join(' and ');
  return `${which} ${verb} different: ${coursesOf([...clauses, ...scenarios])}`;
}

const build = ({ hypervisor: { name, buildId } }: Pick<LoneRun, 'hypervisor'>): string =>
  buildId === '' ? name : `${name}, build-id ${buildId.slice(0, 12)}`;

/** "another build: X -> Y"; undefined if the build is the same. */
export const buildWords = (comparison: Comparison): string | undefined =>
  isOtherBuild(comparison) ? `another build: ${build(comparison.before)} -> ${build(comparison.now)}` : undefined;

/** "2130 passed, 3 known deviations". */
export function outcomesOf({ outcomes }: LoneRun): string {
  const counts = OUTCOMES.flatMap((outcome) => {
    const count = outcomes[outcome];
    return count === undefined ? [] : [[outcome, count] as const];
  });
  const parts = counts.map(([outcome, count]) => `${count} ${OUTCOME_WORDS[outcome]}`);
  return parts.join(', ') || 'no scenarios';
}

interface Limits {
  /** How many scenarios of a comparison are listed. The rest is counted. */
  readonly most: number;
  readonly courses: readonly Course[];
}

type Lines = readonly string[];

/** Differences grouped by change, because most have few causes. */
export function byCourse<Difference extends { readonly course: Course }>(
  differences: readonly Difference[],
  change: (difference: Difference) => string,
  courses: readonly Course[] = COURSES,
): readonly (readonly [Course, string, readonly Difference[]])[] {
  return courses.flatMap((course) => {
    const own = differences.filter((difference) => difference.course === course);
    return [...groupBy(own, change)].map(([words, group]) => [course, words, group] as const);
  });
}

function groups<Difference extends { readonly course: Course }>(
  differences: readonly Difference[],
  { courses }: Limits,
  change: (difference: Difference) => string,
): readonly (readonly [string, readonly Difference[]])[] {
  return byCourse(differences, change, courses).map(([course, words, own]) => [`${course}: ${words}`, own]);
}

const clauseGroups = ({ clauses }: Comparison, limits: Limits) =>
  groups(clauses, limits, ({ from, to }) => `${verdictWords(from)} -> ${verdictWords(to)}`);
const scenarioGroups = ({ scenarios }: Comparison, limits: Limits) =>
  groups(scenarios, limits, ({ from, to }) => `${resultWords(from)} -> ${resultWords(to)}`);

function deviationLines({ deviations: { came, went } }: Comparison): Lines {
  const line = (what: string, ids: readonly string[]): Lines =>
    ids.length === 0 ? [] : [`${what}: ${ids.join(', ')}`];
  return [...line('new deviations', came), ...line('deviations that are gone', went)];
}

/** One comparison, for the terminal. */
export function comparisonLines(comparison: Comparison, limits: Limits): Lines {
  const { before, now } = comparison;
  let left = limits.most;
  const scenarios = scenarioGroups(comparison, limits).flatMap(([words, own]) => {
    const shown = own.slice(0, left);
    left -= shown.length;
    const more = own.length - shown.length;
    return [
      `  ${words}: ${counted(own.length, 'scenario')}`,
      ...shown.map((scenario) => `    ${scenario.uri}  ${scenarioTitle(scenario)}`),
      ...(more > 0 ? [`    and ${more} more`] : []),
    ];
  });
  return [
    `${before.key === now.key ? now.key : `${before.key} -> ${now.key}`}: ${sumOf(comparison)}`,
    ...[buildWords(comparison) ?? [], deviationLines(comparison)].flat().map((line) => `  ${line}`),
    ...clauseGroups(comparison, limits).map(
      ([words, own]) => `  ${words}: ${own.map(({ clause }) => clause).join(', ')}`,
    ),
    ...scenarios,
  ];
}

/** All changes, for the terminal. */
export function changeLines({ comparisons, newRuns, goneRuns }: Changes, limits: Limits): Lines {
  return [
    ...comparisons.flatMap((comparison) => comparisonLines(comparison, limits)),
    ...newRuns.map((run) => `${run.key}: a new run of ${build(run)}: ${outcomesOf(run)}`),
    ...goneRuns.map((run) => `${run.key}: only the earlier report has this run of ${build(run)}`),
  ];
}

function comparisonMarkdown(comparison: Comparison, limits: Limits): Lines {
  const { before, now } = comparison;
  const key = before.key === now.key ? codeSpan(now.key) : `${codeSpan(before.key)} to ${codeSpan(now.key)}`;
  const worse = comparison.scenarios.filter(({ course }) => course === 'worse');
  const more = worse.length - limits.most;
  return [
    `- ${key}: ${sumOf(comparison)}.`,
    ...[buildWords(comparison) ?? [], deviationLines(comparison)].flat().map((line) => `  - ${escapeMarkdown(line)}`),
    ...clauseGroups(comparison, limits).map(
      ([words, own]) => `  - ${escapeMarkdown(words)}: ${own.map(({ clause }) => escapeMarkdown(clause)).join(', ')}`,
    ),
    ...scenarioGroups(comparison, limits).map(
      ([words, own]) => `  - ${escapeMarkdown(words)}: ${counted(own.length, 'scenario')}`,
    ),
    ...worse
      .slice(0, limits.most)
      .map(
        (own) =>
          `  - worse: ${codeSpan(own.uri)} ${escapeMarkdown(scenarioTitle(own))}: ${escapeMarkdown(`${resultWords(own.from)} -> ${resultWords(own.to)}`)}`,
      ),
    ...(more > 0 ? [`  - and ${more} more scenarios are worse`] : []),
  ];
}

/** All changes, for compliance.md. */
export function changesMarkdown({ file, version, ...changes }: Changes, limits: Limits): Lines {
  const { comparisons, newRuns, goneRuns } = changes;
  return [
    `Since ${codeSpan(file)}, version ${escapeMarkdown(version)} of the suite.`,
    '',
    ...comparisons.flatMap((comparison) => comparisonMarkdown(comparison, limits)),
    ...newRuns.map((run) => `- ${codeSpan(run.key)}: a new run of ${escapeMarkdown(build(run))}: ${outcomesOf(run)}.`),
    ...goneRuns.map((run) => `- ${codeSpan(run.key)}: only the earlier report has this run.`),
  ];
}
