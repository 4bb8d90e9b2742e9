/**
 * Why a scenario failed, as data. Deviations are matched against it, and it shows which failures are errors of the
 * suite.
 */
import type { Failure } from '../features/deviations';
import { failingStep } from './explain';
import { isFailure } from './model';
import type { Scenario, Step } from './model';

function failureIn({ text, events, message = '', status }: Step): Failure {
  // A crash of the emulator says nothing about the hypervisor.
  for (const event of status === 'crashed' ? [] : events.toReversed()) {
    if (event.kind === 'mismatch')
      return { kind: 'mismatch', step: text, what: event.what, expected: event.expected, found: event.found };
    if (event.kind === 'stop') {
      const { where, why, fault } = event;
      return { kind: 'stop', step: text, where, why, ...(fault && { fault }) };
    }
  }
  return { kind: 'suite', step: text, why: message === '' ? status : message };
}

/** Undefined if the scenario did not fail. A failure without a mismatch or a stop is an error of the suite. */
export function failureOf({ status, steps }: Pick<Scenario, 'status' | 'steps'>): Failure | undefined {
  if (!isFailure(status)) return undefined;
  const worst = failingStep({ steps });
  return worst === undefined ? { kind: 'suite', step: '', why: `The scenario is ${status}.` } : failureIn(worst);
}
