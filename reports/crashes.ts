/** Crashes of a hypervisor by cause, with their severity. Stops that the document asks for are listed separately. */
import type { StopEvidence } from '../engine/evidence';
import type { KnownDeviation } from '../features/deviations';
import { idOf } from './identity';
import { groupBy } from './lists';
import type { Report, Run, Scenario, Step } from './model';

/** What the hypervisor did when it crashed. The worst is first. */
export const DAMAGES = ['executes', 'writes', 'hangs', 'reads', 'halts'] as const;
export type Damage = (typeof DAMAGES)[number];

export const DAMAGE_WORDS: Readonly<Record<Damage, string>> = {
  executes: 'executes something that is not code',
  writes: 'writes to memory that it may not write',
  hangs: 'never returns',
  reads: 'reads unmapped memory',
  halts: 'halts by itself: a BUG, an assertion or a panic',
};

export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  high: 'it executes or writes memory that it should not, so it may corrupt data before it crashes',
  medium: 'a single UPLOAD is enough',
  low: 'it needs an action on a payload that was accepted',
};

/** One crash in one scenario. */
export interface CrashSeen {
  readonly run: Run;
  readonly scenario: Scenario;
  readonly stop: StopEvidence;
  /** The sentence of the step that it happened in. */
  readonly step: string;
  /** Whether it happened in an UPLOAD, before which there was no operation but UPLOAD, GET and LIST. */
  readonly isByUpload: boolean;
}

/** Crashes of one cause, in all runs. */
export interface Crash {
  /** The id of the deviation. If none is recorded, the function and what it did there. */
  readonly cause: string;
  /** Null if it is not recorded. */
  readonly deviation: KnownDeviation | null;
  readonly severity: Severity;
  /** The worst first. */
  readonly damages: readonly Damage[];
  readonly seen: readonly CrashSeen[];
}

const BEFORE_ACTIONS = ['UPLOAD', 'GET', 'LIST'];

function isUploadAlone(steps: readonly Step[]): boolean {
  const calls = steps.flatMap(({ events }) => events.filter((event) => event.kind === 'hypercall'));
  const isUpload = /\bUPLOAD\b|\bis uploaded\b/.test(steps.at(-1)?.text ?? '');
  return isUpload && calls.every(({ operation }) => BEFORE_ACTIONS.includes(operation));
}

function stopsIn(run: Run, scenario: Scenario): readonly CrashSeen[] {
  return scenario.steps.flatMap(({ events, text }, at) =>
    events.flatMap((event) => {
      if (event.kind !== 'stop') return [];
      return [{ run, scenario, stop: event, step: text, isByUpload: isUploadAlone(scenario.steps.slice(0, at + 1)) }];
    }),
  );
}

const stopsOf = ({ runs }: Pick<Report, 'runs'>): readonly CrashSeen[] =>
  runs.flatMap((run) => run.scenarios.flatMap((scenario) => stopsIn(run, scenario)));

export function damageOf({ fault, isOutOfBudget }: StopEvidence): Damage {
  if (fault !== undefined) return ({ fetch: 'executes', store: 'writes', load: 'reads' } as const)[fault.access];
  return isOutOfBudget ? 'hangs' : 'halts';
}

function severityOf(seen: readonly CrashSeen[], damages: readonly Damage[]): Severity {
  if (damages.includes('executes') || damages.includes('writes')) return 'high';
  return seen.some(({ isByUpload }) => isByUpload) ? 'medium' : 'low';
}

/** In how many scenarios it is seen, whatever number of runs has them. */
export const countCrashed = ({ seen }: Pick<Crash, 'seen'>): number =>
  new Set(seen.map(({ scenario }) => idOf(scenario))).size;

/** Without the offset, which differs from build to build. */
const functionOf = ({ where }: StopEvidence): string => where.replace(/\+.*$/, '');

/** Crashes that no scenario expects. The most severe are first, then those in most scenarios. */
export function crashesOf({ runs, known }: Pick<Report, 'runs' | 'known'>): readonly Crash[] {
  const seen = stopsOf({ runs }).filter(({ scenario }) => scenario.status !== 'passed');
  const causes = groupBy(
    seen,
    ({ scenario, stop }) => known.get(scenario)?.id ?? `${functionOf(stop)} ${DAMAGE_WORDS[damageOf(stop)]}`,
  );
  const crashes = [...causes].map(([cause, own]): Crash => {
    const damages = DAMAGES.filter((damage) => own.some(({ stop }) => damageOf(stop) === damage));
    const deviation = own.map(({ scenario }) => known.get(scenario)).find((each) => each !== undefined) ?? null;
    return { cause, deviation, severity: severityOf(own, damages), damages, seen: own };
  });
  const rank = ({ severity }: Crash): number => SEVERITIES.indexOf(severity);
  return crashes.sort((a, b) => rank(a) - rank(b) || countCrashed(b) - countCrashed(a));
}

/** Scenarios that passed because the hypervisor stopped, as the document says. */
export function stopsAsSpecified(report: Pick<Report, 'runs'>): readonly Scenario[] {
  return [...new Set(stopsOf(report).flatMap(({ scenario }) => (scenario.status === 'passed' ? [scenario] : [])))];
}
