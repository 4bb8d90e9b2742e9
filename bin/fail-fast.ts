/** Finds the first scenario that fails, or crashes, in a way that is not recorded for its hypervisor. */
import type { Envelope } from '@cucumber/messages';
import { loadDeviations } from '../features/deviation-files';
import { judge } from '../reports/deviations';
import { readOwnDeviations } from '../reports/own-deviations';
import { mergeRuns } from '../reports/runs';
import { unexpectedOutcomes } from '../reports/unexpected';

type Watch = (envelope: Envelope) => void;

/** Files with deviations that are expected in addition to the project's, by absolute path. */
export interface FailFast {
  readonly deviations: readonly string[];
}

/** `found`: called with the title of each such scenario, as soon as it has ended. */
export function watchForUnexpected({ deviations }: FailFast, found: (title: string) => void): Watch {
  const lists = [...loadDeviations(), ...readOwnDeviations(deviations)];
  const features: Envelope[] = [];
  const hooks: Envelope[] = [];
  const pickles = new Map<string, Envelope>();
  const testCases = new Map<string, Envelope>();
  let running: Envelope[] = [];

  /** All messages about the scenario that has just ended. */
  function scenarioMessages(): readonly Envelope[] {
    const testCase = testCases.get(running[0]?.testCaseStarted?.testCaseId ?? '');
    const pickle = pickles.get(testCase?.testCase?.pickleId ?? '');
    const feature = features.filter(({ gherkinDocument }) => gherkinDocument?.uri === pickle?.pickle?.uri);
    return [...feature, ...hooks, ...(pickle ? [pickle] : []), ...(testCase ? [testCase] : []), ...running];
  }

  function judgeScenario(): void {
    const { runs } = mergeRuns([{ file: '', envelopes: scenarioMessages() }]);
    const [first] = unexpectedOutcomes({ runs, ...judge(runs, lists) });
    if (first !== undefined) found(first.name);
  }

  return (envelope) => {
    const { gherkinDocument, hook, pickle, testCase, testCaseStarted, testCaseFinished } = envelope;
    if (gherkinDocument !== undefined) features.push(envelope);
    if (hook !== undefined) hooks.push(envelope);
    if (pickle !== undefined) pickles.set(pickle.id, envelope);
    if (testCase !== undefined) testCases.set(testCase.id, envelope);
    if (testCaseStarted !== undefined) running = [];
    running.push(envelope);
    if (testCaseFinished !== undefined) judgeScenario();
  };
}
