/** Scenarios that stop a Xen, as recorded: a real machine is asked them only where its owner wants to. */
import { loadDeviations, matches, recordsOf } from '../features/deviations';
import type { ScenarioTitle } from './cucumber';

/** Tells whether a scenario stops the hypervisor of this name: "Xen 4.17.7 (…)". */
export function fatalTo(hypervisor: string): (scenario: ScenarioTitle) => boolean {
  const { deviations } = recordsOf(loadDeviations(), hypervisor);
  const fatal = deviations.filter(({ fails }) => fails.some((pattern) => 'stop' in pattern));
  const recorded = fatal.flatMap(({ scenarios }) => scenarios);
  return ({ uri, name }) => recorded.some((each) => each.uri === uri && matches(each.title, name));
}
