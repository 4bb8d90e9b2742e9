/** How each scenario ended, told as soon as it is known from the messages. */
import type { Envelope } from '@cucumber/messages';
import { STATUSES, type Status, worstStatus } from '../reports/model';

/** Takes the messages of one run and calls `ended` at the end of each scenario, with the worst of its steps and hooks. */
export function watchOutcomes(ended: (status: Status) => void): (envelope: Envelope) => void {
  const running = new Map<string, Status[]>();

  return ({ testCaseStarted, testStepFinished, testCaseFinished }) => {
    if (testCaseStarted !== undefined) running.set(testCaseStarted.id, []);
    if (testStepFinished !== undefined) {
      running.get(testStepFinished.testCaseStartedId)?.push(statusOf(testStepFinished.testStepResult.status));
    }
    const statuses = running.get(testCaseFinished?.testCaseStartedId ?? '');
    if (statuses !== undefined) ended(worstStatus(statuses));
  };
}

function statusOf(name: string): Status {
  return STATUSES.find((status) => status === name.toLowerCase()) ?? 'unknown';
}
