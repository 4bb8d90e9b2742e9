/** The model of a report. All documents are written from it. */
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
  return STATUSES.findLast((status) => statuses.includes(status)) ?? 'passed';
}

const FAILURES: ReadonlySet<Status> = new Set(['pending', 'undefined', 'ambiguous', 'failed', 'crashed']);

/** A sentence without a step shows nothing, like a failure. */
export function isFailure(status: Status): boolean {
  return FAILURES.has(status);
}

/** Whether it counts against the clauses of its scenario. A crash of the emulator says nothing about a hypervisor. */
export function countsAgainst(status: Status): boolean {
  return isFailure(status) && status !== 'crashed';
}

/** A step of a scenario, or a hook that failed or has evidence. */
export interface Step {
  /** "Given", "When", …; "Before" or "After" for a hook. */
  readonly keyword: string;
  readonly text: string;
  readonly status: Status;
  readonly seconds: number;
  readonly docString: string | undefined;
  readonly table: readonly (readonly string[])[] | undefined;
  /** Why it did not pass, without stack trace and colours. */
  readonly message: string | undefined;
  readonly events: readonly EvidenceEvent[];
}

/** The name of a run in reports. */
export interface RunName {
  /** "reference/1". */
  readonly key: string;
  readonly label: string;
  readonly revision: RunDescription['revision'] | null;
  /** A tool is the implementation. */
  readonly isOfTool?: true;
}

/** A scenario in one run. Uri and line identify it, because names may be the same. */
export interface Scenario {
  readonly run: RunName;
  readonly uri: string;
  /** Line of the scenario, or of its row of the examples. */
  readonly line: number;
  readonly feature: string;
  /** The feature's description below its title. */
  readonly about: string;
  readonly rule: string | undefined;
  readonly name: string;
  readonly description: string;
  /** Without `@`. */
  readonly tags: readonly string[];
  /** The row of the examples, by column. */
  readonly example: Readonly<Record<string, string>> | undefined;
  /**
   * The columns of its row that are not in its title, with their values. Empty without a row, or if the title has all.
   */
  readonly row: readonly (readonly [column: string, value: string])[];
  /** The title of its examples. */
  readonly examples: string;
  readonly steps: readonly Step[];
  /**
   * The worst status of its steps and hooks. `skipped` only if a hook before the scenario skipped it, or a step gave a
   * reason.
   */
  readonly status: Status;
  /** What the target lacks, if the scenario was skipped for that. */
  readonly lacks: readonly Lack[];
  /** Number of attempts. The last one that ended counts. */
  readonly attempts: number;
  /** Seconds since 1970; undefined if it never started. */
  readonly started: number | undefined;
  readonly seconds: number;
}

/** All scenarios with one key, from any number of shards. */
export interface Run extends RunName, Pick<RunDescription, 'target' | 'hypervisor' | 'drives'> {
  /** When its first part began, ISO 8601 in UTC. */
  readonly started: string;
  /** The sum over its scenarios. */
  readonly seconds: number;
  /** Whether a part of it did not end. */
  readonly interrupted: boolean;
  /** Missing shards ("3/4"), if the run was split into shards. */
  readonly missingShards: readonly string[];
  /** Whether only some of the suite's scenarios were selected. */
  readonly selected: boolean;
  /** The named payloads that were made for its hypervisor. */
  readonly payloads: readonly PayloadListing[];
  /** By uri and line. */
  readonly scenarios: readonly Scenario[];
}

/**
 * `differs`: the clause is a choice of the suite, which binds nobody. `not-in-force`: the clause is of the other
 * revision.
 */
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
  /** Numbers of scenarios with the clause's tag. `skipped` are those that showed nothing about it. */
  readonly evidence: {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
    readonly total: number;
  };
  /** The reason for the verdict; null if it needs none. */
  readonly reason: string | null;
  /** All scenarios with the clause's tag. */
  readonly scenarios: readonly Scenario[];
  /** The scenarios whose outcome counts for this clause. */
  readonly deciding: readonly Scenario[];
  /** The recorded deviations that violate the clause. */
  readonly deviations: readonly KnownDeviation[];
  /** The record that the clause is not implemented, with the place in the source. */
  readonly absence: Absence | null;
}

/** By run key. */
export type Verdicts = ReadonlyMap<string, Verdict>;

export interface Suite {
  readonly name: string;
  readonly version: string;
  /** Commit of the suite's repository; null if there is none. */
  readonly commit: string | null;
}

export interface Report {
  readonly suite: Suite;
  /** By key. */
  readonly runs: readonly Run[];
  readonly clauses: readonly { readonly clause: Clause; readonly verdicts: Verdicts }[];
  readonly transitions: readonly { readonly transition: Transition; readonly verdicts: Verdicts }[];
  readonly findings: readonly { readonly finding: Finding; readonly scenarios: readonly Scenario[] }[];
  /** Bugs of implementations, fixed or not, with the scenarios that catch them. */
  readonly bugs: readonly { readonly bug: Bug; readonly verdicts: Verdicts }[];
  /** Scenarios that failed as recorded for their hypervisor. */
  readonly known: ReadonlyMap<Scenario, KnownDeviation>;
  /** By run key: the clauses that are recorded as not implemented. */
  readonly absences: ReadonlyMap<string, readonly Absence[]>;
  /** Runs of a version without records of its own. The records of other versions were expected. */
  readonly untried: readonly Run[];
  /** Scenarios that passed although a failure is recorded. */
  readonly outlived: readonly Scenario[];
  /** What went wrong outside scenarios, one sentence each: a failed hook around a run, a missing shard. */
  readonly problems: readonly string[];
  /** Null if there is no earlier report. */
  readonly changes: Changes | null;
  /** From the list of implementations, independent of the runs. */
  readonly releases: Releases;
  /** Null if it was not measured. */
  readonly strength: Strength | null;
}
