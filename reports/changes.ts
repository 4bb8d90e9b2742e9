/** The parts of reports that are compared, and the result of a comparison: verdicts and outcomes by run. */

/** From good to bad. */
export const OUTCOMES = ['passed', 'skipped', 'no-result', 'known-deviation', 'failed', 'crashed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface ScenarioRecord {
  /** The same in each report, on whatever line the scenario is. */
  readonly id: string;
  readonly uri: string;
  readonly name: string;
  /** The row of the examples, by column. */
  readonly example: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  /** The known deviation that explains its failure. */
  readonly deviation: string | null;
}

export interface RunRecord {
  readonly key: string;
  readonly hypervisor: { readonly name: string; readonly buildId: string };
  /** Whether only some scenarios were selected, or the run did not end. Then what is missing says nothing. */
  readonly isPart: boolean;
  /** By clause. */
  readonly verdicts: ReadonlyMap<string, string>;
  /** Scenarios that have a clause, by id. */
  readonly scenarios: ReadonlyMap<string, ScenarioRecord>;
}

/** An earlier report. */
export interface ReportRecord {
  /** Its path, as the user named it. */
  readonly file: string;
  /** Of the suite. */
  readonly version: string;
  readonly runs: readonly RunRecord[];
}

/** Whether the later one is worse. `other`: neither worse nor better, or one of the two does not have it. */
export const COURSES = ['worse', 'better', 'other'] as const;
export type Course = (typeof COURSES)[number];

/** `from` and `to` are null if the suite of that run did not have the clause. */
export interface ClauseDifference {
  readonly clause: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly course: Course;
}

/** The outcome of a scenario in one run. */
export type Result = Pick<ScenarioRecord, 'outcome' | 'deviation'>;

export interface ScenarioDifference extends Pick<ScenarioRecord, 'id' | 'uri' | 'name' | 'example'> {
  /** Null if that run does not have it. */
  readonly from: Result | null;
  readonly to: Result | null;
  readonly course: Course;
}

export interface Comparison {
  readonly before: Pick<RunRecord, 'key' | 'hypervisor'>;
  readonly now: Pick<RunRecord, 'key' | 'hypervisor'>;
  readonly clauses: readonly ClauseDifference[];
  readonly scenarios: readonly ScenarioDifference[];
  /** Ids of known deviations that only one of the two shows. */
  readonly deviations: { readonly came: readonly string[]; readonly went: readonly string[] };
}

/** A run that has no counterpart: the number of scenarios by outcome. */
export interface LoneRun extends Pick<RunRecord, 'key' | 'hypervisor'> {
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

/** From an earlier report to a later one. */
export interface Changes {
  readonly file: string;
  /** Version of the earlier suite. */
  readonly version: string;
  readonly comparisons: readonly Comparison[];
  readonly newRuns: readonly LoneRun[];
  readonly goneRuns: readonly LoneRun[];
}
