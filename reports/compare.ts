/**
 * Finds what is different between two runs, or between an earlier report and this one: clauses and scenarios, nothing
 * else.
 */
import type {
  Changes,
  ClauseDifference,
  Comparison,
  Course,
  LoneRun,
  Outcome,
  ReportRecord,
  Result,
  RunRecord,
  ScenarioDifference,
  ScenarioRecord,
} from './changes';

/** 0: good; 1: nothing shown, or a known deviation; 2: bad. A higher value than before is a regression. */
const RANKS: Readonly<Record<string, number>> = {
  passed: 0,
  skipped: 1,
  'no-result': 1,
  'known-deviation': 1,
  failed: 2,
  crashed: 2,
  conforms: 0,
  differs: 1,
  'not-implemented': 1,
  'not-exercised': 1,
  deviates: 2,
};

function courseOf(from: string | undefined, to: string | undefined): Course {
  const [before, now] = [RANKS[from ?? ''], RANKS[to ?? '']];
  if (before === undefined || now === undefined || before === now) return 'other';
  return now > before ? 'worse' : 'better';
}

/** Keys of both; those of the later one come first. A run of selected scenarios misses nothing. */
function keysOf<Value>(
  [before, now]: readonly [ReadonlyMap<string, Value>, ReadonlyMap<string, Value>],
  [isPartBefore, isPartNow]: readonly [boolean, boolean],
): readonly string[] {
  return [
    ...[...now.keys()].filter((key) => !isPartBefore || before.has(key)),
    ...[...before.keys()].filter((key) => !isPartNow && !now.has(key)),
  ];
}

function clauseDifferences(before: RunRecord, now: RunRecord): readonly ClauseDifference[] {
  const isUnasked = (run: RunRecord, clause: string): boolean =>
    run.isPart && run.verdicts.get(clause) === 'not-exercised';
  return keysOf([before.verdicts, now.verdicts], [false, false]).flatMap((clause) => {
    const [from, to] = [before.verdicts.get(clause), now.verdicts.get(clause)];
    if (from === to || isUnasked(before, clause) || isUnasked(now, clause)) return [];
    return [{ clause, from: from ?? null, to: to ?? null, course: courseOf(from, to) }];
  });
}

const resultOf = (scenario: ScenarioRecord | undefined): Result | null =>
  scenario === undefined ? null : { outcome: scenario.outcome, deviation: scenario.deviation };

function scenarioDifferences(before: RunRecord, now: RunRecord): readonly ScenarioDifference[] {
  return keysOf([before.scenarios, now.scenarios], [before.isPart, now.isPart]).flatMap((id) => {
    const [from, to] = [before.scenarios.get(id), now.scenarios.get(id)];
    const either = to ?? from;
    if (either === undefined || (from?.outcome === to?.outcome && from?.deviation === to?.deviation)) return [];
    const { uri, name, example } = either;
    const course = courseOf(from?.outcome, to?.outcome);
    return [{ id, uri, name, example, from: resultOf(from), to: resultOf(to), course }];
  });
}

/** The deviations that a run shows. If the other run had only selected scenarios, those that it could have shown. */
function deviationsOf({ scenarios }: RunRecord, other: RunRecord): ReadonlySet<string> {
  const shared = [...scenarios.values()].filter(({ id }) => !other.isPart || other.scenarios.has(id));
  return new Set(shared.flatMap(({ deviation }) => deviation ?? []));
}

/** Compares two runs, of any hypervisors. Lines of scenarios do not matter. */
export function compareRuns(before: RunRecord, now: RunRecord): Comparison {
  const [old, own] = [deviationsOf(before, now), deviationsOf(now, before)];
  return {
    before: { key: before.key, hypervisor: before.hypervisor },
    now: { key: now.key, hypervisor: now.hypervisor },
    clauses: clauseDifferences(before, now),
    scenarios: scenarioDifferences(before, now),
    deviations: { came: [...own].filter((id) => !old.has(id)), went: [...old].filter((id) => !own.has(id)) },
  };
}

function aloneOf({ key, hypervisor, scenarios }: RunRecord): LoneRun {
  const outcomes: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of scenarios.values()) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { key, hypervisor, outcomes };
}

/** One run on each side is compared whatever its key; several are paired by their keys. */
export function compareReports({ file, version, runs: before }: ReportRecord, now: readonly RunRecord[]): Changes {
  const isSingle = before.length === 1 && now.length === 1;
  const pairOf = (run: RunRecord): RunRecord | undefined =>
    isSingle ? before[0] : before.find(({ key }) => key === run.key);
  const pairs = now.map((run) => ({ run, earlier: pairOf(run) }));
  return {
    file,
    version,
    comparisons: pairs.flatMap(({ run, earlier }) => (earlier === undefined ? [] : [compareRuns(earlier, run)])),
    newRuns: pairs.filter(({ earlier }) => earlier === undefined).map(({ run }) => aloneOf(run)),
    goneRuns: before.filter((run) => !pairs.some(({ earlier }) => earlier === run)).map(aloneOf),
  };
}

/** How many clauses and scenarios are worse than before. */
export function countRegressions({ comparisons }: Pick<Changes, 'comparisons'>): number {
  const differences = comparisons.flatMap(({ clauses, scenarios }) => [...clauses, ...scenarios]);
  return differences.filter(({ course }) => course === 'worse').length;
}

/** Whether a run of the same name was of another hypervisor. */
export const isOtherBuild = ({ before, now }: Comparison): boolean =>
  before.hypervisor.buildId !== now.hypervisor.buildId || before.hypervisor.name !== now.hypervisor.name;
