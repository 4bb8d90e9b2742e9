/** Why a scenario did not pass, in the same words for every document. */
import { mismatchText } from '../engine/evidence';
import { isFailure } from './model';
import type { Scenario, Step } from './model';

/** The revision that a skipped scenario is about, if the run has the other one. */
export function otherRevision({ run, tags }: Scenario): string | undefined {
  const revision = tags.find((tag) => /^revision-\d$/.test(tag))?.slice('revision-'.length);
  return revision === String(run.revision) ? undefined : revision;
}

/** What the target lacks, if the scenario was skipped for that. */
export function lacking(scenario: Scenario): Scenario['lacks'] {
  return scenario.status !== 'skipped' || otherRevision(scenario) !== undefined ? [] : scenario.lacks;
}

function skipReason(scenario: Scenario): string {
  const { run } = scenario;
  const revision = otherRevision(scenario);
  if (revision !== undefined) return `Not exercised: it is about revision ${revision} only.`;
  const lacks = lacking(scenario).map(({ name, meaning }) => `${name} (${meaning})`);
  if (lacks.length === 0) return 'Not exercised: it was skipped.';
  return `Not exercised: ${run.key} lacks ${lacks.join(', ')}.`;
}

/** The step that made the scenario fail; undefined if none did. */
export const failingStep = ({ steps }: Pick<Scenario, 'steps'>): Step | undefined =>
  steps.find(({ status }) => status === 'crashed') ?? steps.find(({ status }) => isFailure(status));

/**
 * Why a step did not pass: what was specified and what was found, if it compared something; otherwise what it threw.
 */
export function whyOf({ message, events }: Step): string | undefined {
  const mismatch = events.find((event) => event.kind === 'mismatch');
  return message === undefined || mismatch === undefined ? message : mismatchText(mismatch);
}

/** Undefined if it passed. */
export function explain(scenario: Scenario): string | undefined {
  if (isFailure(scenario.status)) {
    return failingStep(scenario)?.message ?? `The scenario is ${scenario.status}.`;
  }
  if (scenario.status === 'skipped') return skipReason(scenario);
  if (scenario.status !== 'unknown') return undefined;
  const hasEnded = scenario.started !== undefined && scenario.steps.length === 0;
  return `Not exercised: ${hasEnded ? 'it has no steps' : 'the run ended before there was a result'}.`;
}

/** For a scenario that passed. */
export const UNEXPECTED_PASS = 'It passed, but features/deviations records a failure.';

/** The first line of `text` that is not empty. */
export function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
