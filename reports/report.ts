/** Makes verdicts from runs and the catalogue. */
import { TRANSITIONS } from '../engine/abi/transitions';
import type { Transition } from '../engine/abi/transitions';
import type { Bug } from '../features/bugs';
import type { Clause } from '../features/catalogue';
import type { DeviationList } from '../features/deviations';
import type { Finding } from '../features/findings';
import type { Implementation } from '../features/implementations';
import type { ReportRecord } from './changes';
import { compareReports, countRegressions } from './compare';
import { judge, unexpectedFailures } from './deviations';
import { otherRevision } from './explain';
import { groupBy } from './lists';
import type { MessageStream } from './messages';
import { countsAgainst } from './model';
import type { Report, Run, Scenario, Suite, VerdictName, Verdicts } from './model';
import { recordsOf } from './record';
import { releasesOf } from './releases';
import { mergeRuns } from './runs';
import type { StreamContents } from './scenarios';
import type { Strength } from './strength';
import { type Claim, claimOfClause, verdictOf } from './verdict';

/** For a claim of both revisions. */
const ALWAYS = { revision: 1, testable: true, isChoice: false } as const;

const rowOf = ({ clause: id }: Transition): Claim => ({
  ...ALWAYS,
  id,
  isContradictedBy: ({ clauses }) => clauses.includes(id),
});

/** If another deviation makes a bug's scenario fail, that does not show the bug. */
const bugAsClaim = ({ id, of, deviations }: Bug): Claim => ({
  ...ALWAYS,
  id,
  ...(of === 'tools' && { asks: 'caller' as const }),
  isContradictedBy: (deviation) => deviations.includes(deviation.id),
});

const TRANSITION_COLUMNS = ['state', 'action', 'outcome', 'next'] as const satisfies readonly (keyof Transition)[];

function shows(scenario: Scenario, transition: Transition): boolean {
  return TRANSITION_COLUMNS.every((column) => scenario.example?.[column] === transition[column]);
}

function byTag(scenarios: readonly Scenario[]): ReadonlyMap<string, readonly Scenario[]> {
  const pairs = scenarios.flatMap((scenario) => scenario.tags.map((tag) => ({ tag, scenario })));
  const groups = [...groupBy(pairs, ({ tag }) => tag)];
  return new Map(groups.map(([tag, own]) => [tag, own.map(({ scenario }) => scenario)]));
}

export interface ReportSources {
  readonly suite: Suite;
  readonly catalogue: {
    readonly clauses: readonly Clause[];
    readonly findings: readonly Finding[];
    readonly bugs?: readonly Bug[];
  };
  /** For each implementation that has records. */
  readonly knownDeviations: readonly DeviationList[];
  /** Default: an empty list. */
  readonly implementations?: readonly Implementation[] | undefined;
  /** Default: not measured. */
  readonly strength?: Strength | undefined;
  /** An earlier report, to compare with. */
  readonly baseline?: ReportRecord | undefined;
  /** The only shard of the runs that is expected; default: all shards are. */
  readonly shard?: string | undefined;
}

/** Builds the report. UserError if the messages contradict each other or are malformed. */
export function buildReport(streams: Iterable<MessageStream | StreamContents>, sources: ReportSources): Report {
  const { suite, catalogue, knownDeviations, implementations = [], strength = null, baseline, shard } = sources;
  const { runs, problems } = mergeRuns(streams, shard);
  const tagged = new Map(runs.map((run) => [run.key, byTag(run.scenarios)]));

  const { known, absences, outlived, untried } = judge(runs, knownDeviations);
  const verdictsOf = (claim: Claim, scenariosOf: (run: Run) => readonly Scenario[]): Verdicts =>
    new Map(
      runs.map((run) => {
        const judged = { run, known, absences: absences.get(run.key) ?? [] };
        return [run.key, verdictOf(claim, scenariosOf(run), judged)];
      }),
    );

  const withTag =
    (tag: string) =>
    (run: Run): readonly Scenario[] =>
      tagged.get(run.key)?.get(tag) ?? [];
  const clauses = catalogue.clauses.map((clause) => ({
    clause,
    verdicts: verdictsOf(claimOfClause(clause), withTag(clause.id)),
  }));

  return {
    suite,
    runs,
    known,
    absences,
    outlived,
    untried,
    problems,
    strength,
    clauses,
    releases: releasesOf(implementations, catalogue.clauses, knownDeviations),
    changes: baseline === undefined ? null : compareReports(baseline, recordsOf({ runs, clauses, known })),
    bugs: (catalogue.bugs ?? []).map((bug) => ({
      bug,
      verdicts: verdictsOf(bugAsClaim(bug), withTag(bug.id)),
    })),
    transitions: TRANSITIONS.map((transition) => ({
      transition,
      verdicts: verdictsOf(rowOf(transition), (run) => run.scenarios.filter((scenario) => shows(scenario, transition))),
    })),
    findings: catalogue.findings.map((finding) => ({
      finding,
      scenarios: runs.flatMap(withTag(finding.id)),
    })),
  };
}

/** `passed`, `failed`, `skipped`, `crashed` and `notEnded` add up to `total`. */
export interface ScenarioCounts {
  readonly total: number;
  /** Including unexpected passes. */
  readonly passed: number;
  /** Including known deviations. */
  readonly failed: number;
  readonly knownDeviations: number;
  readonly unexpectedPasses: number;
  readonly skipped: number;
  /** Scenarios in which the emulator crashed. */
  readonly crashed: number;
  /** Scenarios without a result: the run ended before there was one, or they have no steps. */
  readonly notEnded: number;
}

export function countScenarios(
  { known, outlived }: Pick<Report, 'known' | 'outlived'>,
  { scenarios }: Pick<Run, 'scenarios'>,
): ScenarioCounts {
  const unexpected = new Set(outlived);
  const count = (matches: (scenario: Scenario) => boolean): number => scenarios.filter(matches).length;
  return {
    total: scenarios.length,
    passed: count(({ status }) => status === 'passed'),
    failed: count(({ status }) => countsAgainst(status)),
    knownDeviations: count((scenario) => known.has(scenario)),
    unexpectedPasses: count((scenario) => unexpected.has(scenario)),
    skipped: count(({ status }) => status === 'skipped'),
    crashed: count(({ status }) => status === 'crashed'),
    notEnded: count(({ status }) => status === 'unknown'),
  };
}

/** The number of clauses of the catalogue by verdict. The numbers add up to `total`. */
export type ClauseCounts = Readonly<Record<VerdictName | 'total', number>>;

export function countClauses({ clauses }: Pick<Report, 'clauses'>, run: Run): ClauseCounts {
  const counts = {
    total: clauses.length,
    conforms: 0,
    deviates: 0,
    'known-deviation': 0,
    'not-implemented': 0,
    differs: 0,
    'not-exercised': 0,
    'not-testable': 0,
    'not-in-force': 0,
  };
  for (const { verdicts } of clauses) counts[verdicts.get(run.key)?.verdict ?? 'not-exercised']++;
  return counts;
}

/** Scenarios that the reference skipped, except those of the other revision. The reference can run all scenarios. */
export const skippedByReference = ({ runs }: Pick<Report, 'runs'>): readonly Scenario[] =>
  runs
    .filter(({ target }) => target === 'reference')
    .flatMap(({ scenarios }) => scenarios)
    .filter((scenario) => scenario.status === 'skipped' && otherRevision(scenario) === undefined);

/**
 * Whether everything is as expected: something was exercised, nothing was lost, the reference skipped nothing, each
 * scenario with a recorded failure failed as recorded, and no other scenario failed except those `accepted`.
 */
export function isAsExpected(report: Report, accepted: ReadonlySet<Scenario> = new Set()): boolean {
  const { runs, outlived, problems } = report;
  const scenarios = runs.flatMap((run) => run.scenarios);
  return (
    problems.length === 0 &&
    scenarios.some(({ status }) => status === 'passed' || countsAgainst(status)) &&
    scenarios.every(({ status }) => status !== 'unknown' && status !== 'crashed') &&
    unexpectedFailures(report).every((scenario) => accepted.has(scenario)) &&
    skippedByReference(report).length === 0 &&
    outlived.length === 0
  );
}

/**
 * Whether nothing was lost, and no clause or scenario is worse than in the earlier report. RangeError if there is no
 * earlier report.
 */
export function isNoWorse({ changes, problems, runs }: Pick<Report, 'changes' | 'problems' | 'runs'>): boolean {
  if (changes === null) throw new RangeError('regressions: expected an earlier report, got none');
  const isEmpty = runs.every(({ scenarios }) => scenarios.length === 0);
  return !isEmpty && problems.length === 0 && countRegressions(changes) === 0;
}
