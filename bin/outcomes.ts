/** Reports how each scenario ended, as soon as the messages show it. */
import type { Envelope } from '@cucumber/messages';
import { STATUSES, type Status, worstStatus } from '../reports/model';

/** Called at the end of each scenario, with the worst status of its steps and hooks. */
export type ScenarioEnded = (status: Status, name: string) => void;

interface RunningScenario {
  readonly name: string;
  readonly statuses: Status[];
}

/** Takes the messages of one run. */
export function watchOutcomes(ended: ScenarioEnded): (envelope: Envelope) => void {
  const pickleNames = new Map<string, string>();
  const names = new Map<string, string>();
  const running = new Map<string, RunningScenario>();

  return ({ pickle, testCase, testCaseStarted, testStepFinished, testCaseFinished }) => {
    if (pickle !== undefined) pickleNames.set(pickle.id, pickle.name);
    if (testCase !== undefined) names.set(testCase.id, pickleNames.get(testCase.pickleId) ?? '');
    if (testCaseStarted !== undefined) {
      running.set(testCaseStarted.id, { name: names.get(testCaseStarted.testCaseId) ?? '', statuses: [] });
    }
    if (testStepFinished !== undefined) {
      const { testCaseStartedId, testStepResult } = testStepFinished;
      running.get(testCaseStartedId)?.statuses.push(statusOf(testStepResult.status));
    }
    const scenario = running.get(testCaseFinished?.testCaseStartedId ?? '');
    if (scenario !== undefined) ended(worstStatus(scenario.statuses), scenario.name);
  };
}

function statusOf(name: string): Status {
  return STATUSES.find((status) => status === name.toLowerCase()) ?? 'unknown';
}
