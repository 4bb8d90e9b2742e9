/** Why a scenario did not pass, in words that every document uses. */
import { CAPABILITIES } from '../engine/target';
import { isFailure } from './model';
import type { Scenario } from './model';

function capability(tag: string): string | undefined {
  const name = /^needs-(.+)$/.exec(tag)?.[1];
  if (name === undefined) return undefined;
  const meaning = Object.entries(CAPABILITIES).find(([known]) => known === name)?.[1];
  return meaning === undefined ? name : `${name} (${meaning})`;
}

/** Read from its tags: a hook that skips leaves no word. */
function skipReason({ run, tags }: Scenario): string {
  const revision = tags.find((tag) => /^revision-\d$/.test(tag))?.slice('revision-'.length);
  if (revision !== undefined && !run.endsWith(`/${revision}`))
    return `Not exercised: it is about revision ${revision} only.`;
  const needs = tags.flatMap((tag) => capability(tag) ?? []);
  if (needs.length === 0) return 'Not exercised: it was skipped.';
  return `Not exercised: ${run} lacks ${needs.length === 1 ? '' : 'at least one of '}${needs.join(', ')}.`;
}

/** Undefined where it passed. */
export function explain(scenario: Scenario): string | undefined {
  if (isFailure(scenario.status)) {
    const worst = scenario.steps.find(({ status }) => isFailure(status));
    return worst?.message ?? `The scenario is ${scenario.status}.`;
  }
  if (scenario.status === 'skipped') return skipReason(scenario);
  return scenario.status === 'unknown' ? 'Not exercised: the run ended before there was a result.' : undefined;
}

/** The first line of `text` that says something. */
export function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
