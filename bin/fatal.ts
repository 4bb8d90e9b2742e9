/** Scenarios that are recorded to crash a Xen. A real machine runs them only if its owner asks for it. */
import { loadDeviations } from '../features/deviation-files';
import { matches, recordsOf } from '../features/deviations';
import type { ScenarioTitle } from './cucumber';

/** Whether a scenario is recorded to crash the hypervisor of this name: "Xen 4.17.7 (…)". */
export function fatalTo(hypervisor: string): (scenario: ScenarioTitle) => boolean {
  const { deviations } = recordsOf(loadDeviations(), hypervisor);
  const fatal = deviations.filter(({ fails }) => fails.some((pattern) => 'stop' in pattern));
  const recorded = fatal.flatMap(({ scenarios }) => scenarios);
  return ({ uri, name }) => recorded.some((each) => each.uri === uri && matches(each.title, name));
}
