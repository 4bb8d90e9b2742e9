/** Compares the outcomes of the emulated code and of the same Xen booted, scenario by scenario. */
import type { Run, Scenario } from '../reports/model';
import type { Explanations } from './differences';

/** A scenario with different outcomes in two runs. */
export interface ScenarioDifference {
  /** `booted features/states/a.feature: TITLE`, with the row's values. */
  readonly place: string;
  readonly emulated: string;
  readonly booted: string;
  /** From the table, where it has one. */
  readonly because?: string;
}

export interface Comparison {
  /** Scenarios that both were asked and could answer. */
  readonly compared: number;
  /** The number of these with the same outcome. */
  readonly same: number;
  readonly differences: readonly ScenarioDifference[];
  /** Places of the table where nothing differs. */
  readonly gone: readonly string[];
}

function placeIn(kind: string, { uri, name, example = {} }: Scenario): string {
  const values = Object.values(example);
  return `${kind} ${uri}: ${name}${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
}

/** "passed", or the step that did not: its words say more than its message, which has addresses in it. */
function outcomeOf({ status, steps }: Scenario): string {
  const failed = steps.find((step) => step.status === status);
  return status === 'passed' || failed === undefined ? status : `${status} at "${failed.text}"`;
}

function exercisedIn(run: Run): ReadonlyMap<string, Scenario> {
  const exercised = run.scenarios.filter(({ status }) => status !== 'skipped' && status !== 'unknown');
  return new Map(exercised.map((scenario) => [`${scenario.uri}:${scenario.line}`, scenario]));
}

/**
 * Compares the scenarios that both runs exercised. The table explains differences. `kind`: the beginning of its places
 * for this pair of runs.
 */
export function compareScenarios(kind: string, emulated: Run, booted: Run, table: Explanations): Comparison {
  const others = exercisedIn(booted);
  const pairs = [...exercisedIn(emulated)].flatMap(([id, one]) => {
    const other = others.get(id);
    return other === undefined
      ? []
      : [{ place: placeIn(kind, one), emulated: outcomeOf(one), booted: outcomeOf(other) }];
  });
  const differences = pairs
    .filter((pair) => pair.emulated !== pair.booted)
    .map((pair): ScenarioDifference => {
      const because = table.get(pair.place);
      return { ...pair, ...(because !== undefined && { because }) };
    });
  const places = new Set(differences.map(({ place }) => place));
  return {
    compared: pairs.length,
    same: pairs.length - differences.length,
    differences,
    gone: [...table.keys()].filter((place) => place.startsWith(`${kind} `) && !places.has(place)),
  };
}

/** For people: the figures, and each difference with its explanation. */
export function comparisonText(title: string, comparison: Comparison): readonly string[] {
  const { compared, same, differences, gone } = comparison;
  const share = ((100 * same) / Math.max(1, compared)).toFixed(1);
  return [
    `${title}: ${same} of ${compared} scenarios have the same outcome (${share} %)`,
    ...differences.flatMap(({ place, emulated, booted, because }) => [
      `  ${place}`,
      `    emulated: ${emulated}; booted: ${booted}`,
      `    ${because ?? 'This is not explained.'}`,
    ]),
    ...gone.map((place) => `  ${place}: the table explains a difference that is gone`),
  ];
}
