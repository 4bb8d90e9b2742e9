/** What mutants are held against. */

/** A scenario of a run or a unit test, as far as a person wants to know it. */
export interface ScenarioName {
  readonly name: string;
  readonly uri: string;
}

/** Scenarios, or unit tests. */
export interface Suite {
  readonly scenarios: readonly ScenarioName[];
  /** Whether the scenario of that number passes; undefined if it is skipped. */
  readonly run: (number: number) => Promise<boolean | undefined>;
  /** What scenarios keep for later ones is made anew. */
  readonly forget: () => void;
}
