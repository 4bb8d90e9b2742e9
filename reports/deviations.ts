/** Compares the outcomes of runs with what is recorded for their hypervisors. */
import {
  type Absence,
  type DeviationList,
  type KnownDeviation,
  hasOwnList,
  isOfPattern,
  isUntried,
  recordedFor,
  recordsOf,
} from '../features/deviations';
import { failureOf } from './failure';
import { countsAgainst } from './model';
import type { Report, Run, Scenario } from './model';

/** Scenarios that failed as recorded, and scenarios that passed although a failure is recorded. */
export function judge(
  runs: readonly Run[],
  lists: readonly DeviationList[],
): Pick<Report, 'known' | 'absences' | 'outlived' | 'untried'> {
  const known = new Map<Scenario, KnownDeviation>();
  const absences = new Map<string, readonly Absence[]>();
  const outlived: Scenario[] = [];
  for (const { key, hypervisor, scenarios } of runs) {
    const records = recordsOf(lists, hypervisor.name);
    absences.set(key, records.absences);
    const mayBeBetter = hasOwnList(lists, hypervisor.name);
    const absent = new Set(records.absences.flatMap(({ clauses }) => clauses));
    for (const scenario of scenarios) {
      const recorded = recordedFor(records.deviations, scenario);
      const isOutlived = recorded.length > 0 || scenario.tags.some((tag) => absent.has(tag));
      if (isOutlived && !mayBeBetter && scenario.status === 'passed') outlived.push(scenario);
      const shown = explanationOf(recorded.filter((deviation) => failsAsRecorded(scenario, deviation)));
      if (shown !== undefined) known.set(scenario, shown);
    }
  }
  return { known, absences, outlived, untried: runs.filter(({ hypervisor }) => isUntried(lists, hypervisor.name)) };
}

/**
 * A deviation of the user's comes first. If two deviations of the project match a failure, neither explains it, because
 * it is unknown whose clauses it counts against.
 */
function explanationOf(deviations: readonly KnownDeviation[]): KnownDeviation | undefined {
  const own = deviations.find((deviation) => deviation.own === true);
  return own ?? (deviations.length === 1 ? deviations[0] : undefined);
}

function failsAsRecorded(scenario: Scenario, { fails }: KnownDeviation): boolean {
  const failure = failureOf(scenario);
  return failure !== undefined && fails.some((pattern) => isOfPattern(pattern, failure));
}

/** Scenarios that failed in a way that is not recorded. */
export function unexpectedFailures({ runs, known }: Pick<Report, 'runs' | 'known'>): readonly Scenario[] {
  return runs.flatMap(({ scenarios }) =>
    scenarios.filter((scenario) => countsAgainst(scenario.status) && !known.has(scenario)),
  );
}

/** Scenarios in which the emulator crashed. */
export const emulatorCrashes = ({ runs }: Pick<Report, 'runs'>): readonly Scenario[] =>
  runs.flatMap(({ scenarios }) => scenarios.filter(({ status }) => status === 'crashed'));

/** By run: the deviations that it showed, each with its scenarios. */
export function deviationsFound({ runs, known }: Pick<Report, 'runs' | 'known'>): readonly {
  readonly run: Run;
  readonly found: ReadonlyMap<KnownDeviation, readonly Scenario[]>;
}[] {
  return runs.flatMap((run) => {
    const found = new Map<KnownDeviation, Scenario[]>();
    for (const scenario of run.scenarios) {
      const deviation = known.get(scenario);
      if (deviation !== undefined) found.set(deviation, [...(found.get(deviation) ?? []), scenario]);
    }
    return found.size === 0 ? [] : [{ run, found }];
  });
}

/** An id in words: "Hook that fails stops the hypervisor". */
export function titleOf({ id }: Pick<KnownDeviation, 'id'>): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
