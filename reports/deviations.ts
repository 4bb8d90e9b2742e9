/** What runs showed against what is recorded of their hypervisors. */
import {
  type DeviationList,
  type KnownDeviation,
  deviationsOf,
  isUntried,
  matches,
  recordedFor,
} from '../features/deviations';
import { explain, firstLine } from './explain';
import { countsAgainst } from './model';
import type { Report, Run, Scenario } from './model';

/** Scenarios that failed as recorded, and those that passed although recorded. */
export function judge(
  runs: readonly Run[],
  lists: readonly DeviationList[],
): Pick<Report, 'known' | 'outlived' | 'untried'> {
  const known = new Map<Scenario, KnownDeviation>();
  const outlived: Scenario[] = [];
  for (const { hypervisor, scenarios } of runs) {
    const deviations = deviationsOf(lists, hypervisor.name);
    for (const scenario of scenarios) {
      const recorded = recordedFor(deviations, scenario);
      if (recorded.length > 0 && scenario.status === 'passed') outlived.push(scenario);
      const shown = recorded.find((deviation) => failsAsRecorded(scenario, deviation));
      if (shown !== undefined) known.set(scenario, shown);
    }
  }
  return { known, outlived, untried: runs.filter(({ hypervisor }) => isUntried(lists, hypervisor.name)) };
}

function failsAsRecorded(scenario: Scenario, { fails }: KnownDeviation): boolean {
  if (scenario.status !== 'failed') return false;
  const why = firstLine(explain(scenario) ?? '');
  return fails.some((pattern) => matches(pattern, why));
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

/** What was found of the deviations, each with its scenarios, by run. */
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
