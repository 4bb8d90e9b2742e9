/** What a report knows: the one form that all documents are written from. */
import type { Transition } from '../engine/abi/transitions';
import type { EvidenceEvent, Lack, PayloadListing, RunDescription } from '../engine/evidence';
import type { Bug } from '../features/bugs';
import type { Clause } from '../features/catalogue';
import type { Absence, KnownDeviation } from '../features/deviations';
import type { Finding } from '../features/findings';
import type { Changes } from './changes';
import type { Releases } from './releases';
import type { Strength } from './strength';

/** From good to bad; `unknown`: the run ended before there was a result. `crashed`: the emulator died in it. */
export const STATUSES = [
  'passed',
  'unknown',
  'skipped',
  'pending',
  'undefined',
  'ambiguous',
  'failed',
  'crashed',
] as const;
export type Status = (typeof STATUSES)[number];

export function worstStatus(statuses: readonly Status[]): Status {
  const worst = Math.max(0, ...statuses.map((status) => STATUSES.indexOf(status)));
  return STATUSES[worst] ?? 'passed';
}

/** A sentence that nobody wrote a step for shows as little as one that failed. */
export function isFailure(status: Status): boolean {
  return STATUSES.indexOf(status) >= STATUSES.indexOf('pending');
}

/** Whether it counts against the clauses of its scenario: that the emulator crashed says nothing about a hypervisor. */
export function countsAgainst(status: Status): boolean {
  return isFailure(status) && status !== 'crashed';
}

/** A step of a scenario, or a hook that failed or made evidence. */
export interface Step {
  /** "Given", "When", …; "Before" or "After" for a hook. */
  readonly keyword: string;
  readonly text: string;
  readonly status: Status;
  readonly seconds: number;
  readonly docString: string | undefined;
  readonly table: readonly (readonly string[])[] | undefined;
  /** Why it did not pass, without stack and colours. */
  readonly message: string | undefined;
  readonly events: readonly EvidenceEvent[];
}

/** How reports name a run. */
export interface RunName {
  /** "reference/1". */
  readonly key: string;
  readonly label: string;
  readonly revision: RunDescription['revision'] | null;
}

/** A scenario as one run had it. Uri and line identify it; names may be the same. */
export interface Scenario {
  readonly run: RunName;
  readonly uri: string;
  /** Of the scenario, or of its row in the examples. */
  readonly line: number;
  readonly feature: string;
  /** What the feature says below its title. */
  readonly about: string;
  readonly rule: string | undefined;
  readonly name: string;
  readonly description: string;
  /** Without `@`. */
  readonly tags: readonly string[];
  /** The row of the examples, by column. */
  readonly example: Readonly<Record<string, string>> | undefined;
  /** The columns of its row that its title does not name, with their values; without row, or where it names all: none. */
  readonly row: readonly (readonly [column: string, value: string])[];
  /** The title of its examples. */
  readonly examples: string;
  readonly steps: readonly Step[];
  /** The worst of its steps and hooks; `skipped` only where a hook before the scenario said so, or a step said why. */
  readonly status: Status;
  /** What its target lacks that it needs, where it was skipped for that. */
  readonly lacks: readonly Lack[];
  /** How often it was tried; the last attempt that came to an end counts. */
  readonly attempts: number;
  /** Seconds since 1970; undefined where it was never begun. */
  readonly started: number | undefined;
  readonly seconds: number;
}

/** All that ran under one key, whatever number of shards it came in. */
export interface Run extends RunName, Pick<RunDescription, 'target' | 'hypervisor'> {
  /** When its first part began, ISO 8601 in UTC. */
  readonly started: string;
  /** The sum over its scenarios. */
  readonly seconds: number;
  /** A part of it did not come to its end. */
  readonly interrupted: boolean;
  /** Shards that are not there ("3/4"), where the run was dealt into shards. */
  readonly missingShards: readonly string[];
  /** Only some of the suite's scenarios were asked for. */
  readonly selected: boolean;
  /** The named payloads as they were made for its hypervisor. */
  readonly payloads: readonly PayloadListing[];
  /** By uri and line. */
  readonly scenarios: readonly Scenario[];
}

/** `differs`: of a choice, which nobody is bound to. `not-in-force`: of the other revision. */
export type VerdictName =
  | 'conforms'
  | 'deviates'
  | 'known-deviation'
  | 'not-implemented'
  | 'differs'
  | 'not-exercised'
  | 'not-testable'
  | 'not-in-force';

/** What one run shows about one clause or transition. */
export interface Verdict {
  readonly verdict: VerdictName;
  /** Numbers of scenarios that bear the clause's tag: `skipped` are those that showed nothing about it. */
  readonly evidence: {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly total: number;
  };
  /** Why it is no more than that; null where the verdict says all. */
  readonly reason: string | null;
  /** All that bear the clause's tag. */
  readonly scenarios: readonly Scenario[];
  /** Those whose outcome counts for this clause. */
  readonly deciding: readonly Scenario[];
  /** The recorded deviations by which it is departed from. */
  readonly deviations: readonly KnownDeviation[];
  /** The record that it is not implemented, with the place in the source. */
  readonly absence: Absence | null;
}

/** By run key. */
export type Verdicts = ReadonlyMap<string, Verdict>;

export interface Suite {
  readonly name: string;
  readonly version: string;
  /** Of its own repository; null where that is not at hand. */
  readonly commit: string | null;
}

export interface Report {
  readonly suite: Suite;
  /** By key. */
  readonly runs: readonly Run[];
  readonly clauses: readonly { readonly clause: Clause; readonly verdicts: Verdicts }[];
  readonly transitions: readonly { readonly transition: Transition; readonly verdicts: Verdicts }[];
  readonly findings: readonly { readonly finding: Finding; readonly scenarios: readonly Scenario[] }[];
  /** What implementations got wrong once, or still do, with the scenarios that would have caught it. */
  readonly bugs: readonly { readonly bug: Bug; readonly verdicts: Verdicts }[];
  /** Scenarios that failed as it is recorded of their hypervisor. */
  readonly known: ReadonlyMap<Scenario, KnownDeviation>;
  /** What is recorded not to be implemented, by run key. */
  readonly absences: ReadonlyMap<string, readonly Absence[]>;
  /** Runs of a hypervisor of which other versions are on record: what is recorded of those was expected. */
  readonly untried: readonly Run[];
  /** Scenarios that passed although it is recorded that they fail. */
  readonly outlived: readonly Scenario[];
  /** What went wrong outside any scenario, one sentence each: a hook around a run that failed, a shard that is missing. */
  readonly problems: readonly string[];
  /** null: there is no earlier report to compare with. */
  readonly changes: Changes | null;
  /** From the list of implementations, whatever the runs are. */
  readonly releases: Releases;
  /** null: not measured. */
  readonly strength: Strength | null;
}
