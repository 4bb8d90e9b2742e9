/** The function that decides what a run shows about a clause. All documents take their verdicts from it. */
import type { Revision } from '../engine/abi/hypercall';
import { type Clause, isChoice } from '../features/catalogue';
import type { Absence, KnownDeviation } from '../features/deviations';
import { lacking, otherRevision } from './explain';
import { failureOf } from './failure';
import { groupBy } from './lists';
import { isFailure } from './model';
import type { Run, Scenario, Verdict, VerdictName } from './model';

/** What is judged: a clause, a row of the transition table, or the absence of a bug. */
export interface Claim {
  /** Id of the clause, or of the bug. */
  readonly id: string;
  readonly revision: Revision;
  readonly supersededBy?: string;
  readonly testable: boolean;
  readonly why?: string;
  /** Whether it is a choice of the suite, not a claim of the document. */
  readonly isChoice: boolean;
  /** It asks something of a caller. */
  readonly asks?: 'caller';
  /** Whether a scenario that failed by this deviation contradicts the claim. */
  readonly isContradictedBy: (deviation: KnownDeviation) => boolean;
}

/** A run with the records of its hypervisor. */
export interface JudgedRun {
  readonly run: Pick<Run, 'key' | 'revision' | 'interrupted' | 'missingShards' | 'selected' | 'drives'>;
  /** Scenarios that failed as recorded. */
  readonly known: ReadonlyMap<Scenario, KnownDeviation>;
  readonly absences: readonly Absence[];
}

/** Whether a clause is part of the revision of this run. */
function isInForce(
  { revision, supersededBy }: Pick<Claim, 'revision' | 'supersededBy'>,
  run: Pick<Run, 'revision'>,
): boolean {
  if (run.revision === null) return true;
  return revision <= run.revision && (run.revision === 1 || supersededBy === undefined);
}

/** A clause of the catalogue as a claim. */
export function claimOfClause(clause: Clause): Claim {
  const isContradictedBy: Claim['isContradictedBy'] = ({ clauses }) => clauses.includes(clause.id);
  return { ...clause, isChoice: isChoice(clause), isContradictedBy };
}

/** What a scenario shows about one clause. */
type Bearing = 'supports' | 'contradicts' | 'contradicts as recorded' | 'nothing';

function bearingOf(scenario: Scenario, { isContradictedBy }: Claim, known: JudgedRun['known']): Bearing {
  if (otherRevision(scenario) !== undefined) return 'nothing';
  if (scenario.status === 'passed') return 'supports';
  const failure = failureOf(scenario);
  if (failure === undefined || failure.kind === 'suite') return 'nothing';
  const deviation = known.get(scenario);
  if (deviation === undefined) return 'contradicts';
  return isContradictedBy(deviation) ? 'contradicts as recorded' : 'nothing';
}

/** Why a scenario showed nothing about a clause. The same reason has the same words. */
function silenceOf(scenario: Scenario, known: JudgedRun['known']): string {
  const revision = otherRevision(scenario);
  if (revision !== undefined) return `about revision ${revision} only`;
  if (scenario.status === 'crashed') return 'the emulator crashed';
  if (scenario.status === 'unknown') return 'not ended';
  if (scenario.status === 'skipped') {
    const needs = lacking(scenario);
    return needs.length === 0 ? 'skipped' : `the target lacks ${needs.map(({ name }) => name).join(', ')}`;
  }
  const deviation = known.get(scenario);
  if (deviation !== undefined) return `failed earlier because of ${deviation.id}`;
  return isFailure(scenario.status) ? 'an error of the suite' : 'no result';
}

function reasonsOf({ asks }: Claim, scenarios: readonly Scenario[], { run, known }: JudgedRun): string {
  if (scenarios.length === 0 && run.drives !== undefined) return 'No scenario asks this of a tool.';
  if (scenarios.length === 0 && asks === 'caller') return 'It is about tools, and the run is of a hypervisor.';
  if (scenarios.length === 0) return 'No scenario of this clause was selected.';
  const groups = groupBy(scenarios, (scenario) => silenceOf(scenario, known));
  const parts = [...groups].map(([why, own]) => `${own.length} ${own.length === 1 ? 'scenario' : 'scenarios'}: ${why}`);
  return `${parts.join('; ')}.`;
}

/** Why a verdict is based on only some of the scenarios; null if it is based on all. */
function restrictionOf(
  { interrupted, missingShards, selected }: JudgedRun['run'],
  silent: readonly Scenario[],
): string | null {
  if (silent.some(({ status }) => status === 'unknown')) {
    return `Judged by the scenarios that ended${interrupted ? ': the run was interrupted' : ''}.`;
  }
  if (missingShards.length > 0) return `Judged without shard ${missingShards.join(', ')} of the run.`;
  return selected ? 'Judged by the scenarios that were selected.' : null;
}

const NONE = { passed: 0, failed: 0, skipped: 0, total: 0 } as const;

/** A verdict that needs no scenario. */
const withoutEvidence = (verdict: VerdictName, reason: string): Verdict => ({
  verdict,
  evidence: NONE,
  reason,
  scenarios: [],
  deciding: [],
  deviations: [],
  absence: null,
});

/**
 * What the scenarios with the clause's tag show about it:
 *
 * - a scenario that passed supports it;
 * - one that failed as recorded counts against the clauses of that deviation, and shows nothing about its others;
 * - one that failed otherwise counts against all its clauses;
 * - one that was skipped, did not end, crashed, failed by an error of the suite, or is about the other revision shows
 *   nothing.
 */
export function verdictOf(claim: Claim, scenarios: readonly Scenario[], judged: JudgedRun): Verdict {
  const { run, known, absences } = judged;
  if (!isInForce(claim, run)) {
    const other = claim.supersededBy === undefined ? '' : `; ${claim.supersededBy} replaces it`;
    return withoutEvidence('not-in-force', `The clause is of revision ${claim.revision}${other}.`);
  }
  if (!claim.testable) return withoutEvidence('not-testable', claim.why ?? '');
  const bearing = new Map(scenarios.map((scenario) => [scenario, bearingOf(scenario, claim, known)]));
  const of = (...kinds: readonly Bearing[]): readonly Scenario[] =>
    scenarios.filter((scenario) => kinds.includes(bearing.get(scenario) ?? 'nothing'));
  const [supporting, silent] = [of('supports'), of('nothing')];
  const contradicting = of('contradicts', 'contradicts as recorded');
  const absence = absences.find(({ clauses }) => clauses.includes(claim.id)) ?? null;
  const verdict = ((): VerdictName => {
    if (contradicting.length > 0) {
      if (claim.isChoice) return 'differs';
      return of('contradicts').length > 0 ? 'deviates' : 'known-deviation';
    }
    if (absence !== null) return 'not-implemented';
    return supporting.length > 0 ? 'conforms' : 'not-exercised';
  })();
  const reason = ((): string | null => {
    if (verdict === 'not-implemented') return absence?.absent ?? null;
    if (verdict === 'not-exercised') return reasonsOf(claim, silent, judged);
    return restrictionOf(run, silent);
  })();
  return {
    verdict,
    evidence: {
      passed: supporting.length,
      failed: contradicting.length,
      skipped: silent.length,
      total: scenarios.length,
    },
    reason,
    scenarios,
    deciding: [...supporting, ...contradicting],
    deviations: [...new Set(contradicting.flatMap((scenario) => known.get(scenario) ?? []))],
    absence,
  };
}
