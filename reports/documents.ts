/** What a stream says of its features: where a scenario stands, how a step is introduced, what a row holds. */
import type { Envelope, GherkinDocument, Rule, Scenario, Step } from '@cucumber/messages';

/** Where a scenario stands in its feature. */
interface Place {
  readonly feature: string;
  readonly rule: string | undefined;
  readonly description: string;
}

/** By the ids of the parsed features. */
export interface FeatureIndex {
  /** Of scenarios and rows of examples. */
  readonly lines: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, Place>;
  readonly examples: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** "Given", "And". */
  readonly keywords: ReadonlyMap<string, string>;
}

export function indexFeatures(envelopes: readonly Envelope[]): FeatureIndex {
  const lines = new Map<string, number>();
  const places = new Map<string, Place>();
  const examples = new Map<string, Readonly<Record<string, string>>>();
  const keywords = new Map<string, string>();

  const addSteps = (steps: readonly Step[]): void => {
    for (const { id, keyword } of steps) keywords.set(id, keyword.trim());
  };
  const addScenario = (scenario: Scenario, feature: string, rule: Rule | undefined): void => {
    lines.set(scenario.id, scenario.location.line);
    places.set(scenario.id, { feature, rule: rule?.name, description: scenario.description.trim() });
    addSteps(scenario.steps);
    for (const { tableHeader, tableBody } of scenario.examples) {
      const columns = tableHeader?.cells.map(({ value }) => value) ?? [];
      for (const row of tableBody) {
        lines.set(row.id, row.location.line);
        examples.set(row.id, Object.fromEntries(columns.map((name, at) => [name, row.cells[at]?.value ?? ''])));
      }
    }
  };
  const addDocument = ({ feature }: GherkinDocument): void => {
    const children = (feature?.children ?? []).flatMap(({ rule, ...child }) => [
      { rule: undefined, ...child },
      ...(rule?.children ?? []).map((inner) => ({ rule, ...inner })),
    ]);
    for (const { rule, background, scenario } of children) {
      if (background !== undefined) addSteps(background.steps);
      if (scenario !== undefined) addScenario(scenario, feature?.name ?? '', rule);
    }
  };

  for (const { gherkinDocument } of envelopes) if (gherkinDocument !== undefined) addDocument(gherkinDocument);
  return { lines, places, examples, keywords };
}
