/** What a stream says about its features: the place of a scenario, the keyword of a step, the cells of a row. */
import type { Envelope, Examples, Feature, GherkinDocument, Rule, Scenario as Outline, Step } from '@cucumber/messages';
import type { Scenario } from './model';

/** The place of a scenario in its feature. */
type Place = Pick<Scenario, 'feature' | 'about' | 'rule' | 'description'>;

/** A row of examples, with the title of its table. */
export type Row = Pick<Scenario, 'example' | 'row' | 'examples'>;

/** By the ids of the parsed features. */
export interface FeatureIndex {
  /** Of scenarios and rows of examples. */
  readonly lines: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, Place>;
  readonly rows: ReadonlyMap<string, Row>;
  /** "Given", "And". */
  readonly keywords: ReadonlyMap<string, string>;
}

export function indexFeatures(envelopes: readonly Envelope[]): FeatureIndex {
  const lines = new Map<string, number>();
  const places = new Map<string, Place>();
  const rows = new Map<string, Row>();
  const keywords = new Map<string, string>();

  const addSteps = (steps: readonly Step[]): void => {
    for (const { id, keyword } of steps) keywords.set(id, keyword.trim());
  };
  const addExamples = (title: string, { name, tableHeader, tableBody }: Examples): void => {
    const columns = tableHeader?.cells.map(({ value }) => value) ?? [];
    for (const { id, location, cells } of tableBody) {
      const values = columns.map((column, at) => [column, cells[at]?.value ?? ''] as const);
      lines.set(id, location.line);
      rows.set(id, {
        example: Object.fromEntries(values),
        row: values.filter(([column]) => !title.includes(`<${column}>`)),
        examples: name,
      });
    }
  };
  const addScenario = (scenario: Outline, feature: Feature | undefined, rule: Rule | undefined): void => {
    lines.set(scenario.id, scenario.location.line);
    places.set(scenario.id, {
      feature: feature?.name ?? '',
      about: feature?.description.trim() ?? '',
      rule: rule?.name,
      description: scenario.description.trim(),
    });
    addSteps(scenario.steps);
    for (const examples of scenario.examples) addExamples(scenario.name, examples);
  };
  const addDocument = ({ feature }: GherkinDocument): void => {
    const children = (feature?.children ?? []).flatMap(({ rule, ...child }) => [
      { rule: undefined, ...child },
      ...(rule?.children ?? []).map((inner) => ({ rule, ...inner })),
    ]);
    for (const { rule, background, scenario } of children) {
      if (background !== undefined) addSteps(background.steps);
      if (scenario !== undefined) addScenario(scenario, feature, rule);
    }
  };

  for (const { gherkinDocument } of envelopes) if (gherkinDocument !== undefined) addDocument(gherkinDocument);
  return { lines, places, rows, keywords };
}
