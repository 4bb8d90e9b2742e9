/** Why a scenario failed, as data: what a deviation is matched against, and what tells the suite's own errors apart. */
import type { Failure } from '../features/deviations';
import { isFailure } from './model';
import type { Scenario, Step } from './model';

function failureIn({ text, events, message = '', status }: Step): Failure {
  for (const event of events.toReversed()) {
    if (event.kind === 'mismatch')
      return { kind: 'mismatch', step: text, what: event.what, expected: event.expected, found: event.found };
    if (event.kind === 'stop') {
      const { where, why, fault } = event;
      return { kind: 'stop', step: text, where, why, ...(fault && { fault }) };
    }
  }
  return { kind: 'suite', step: text, why: message === '' ? status : message };
}

/** Undefined where the scenario did not fail. What left no mismatch and no stop is the suite's own error. */
export function failureOf({ status, steps }: Pick<Scenario, 'status' | 'steps'>): Failure | undefined {
  if (!isFailure(status)) return undefined;
  const worst = steps.find((step) => isFailure(step.status));
  return worst === undefined ? { kind: 'suite', step: '', why: `The scenario is ${status}.` } : failureIn(worst);
}
