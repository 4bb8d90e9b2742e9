/** Why a scenario did not pass, in words that every document uses. */
import { CAPABILITIES } from '../engine/target';
import { isFailure } from './model';
import type { Scenario, Status } from './model';

/** What a target has that has a capability; undefined for one that is not known. */
export function meaningOf(capability: string): string | undefined {
  return Object.entries(CAPABILITIES).find(([known]) => known === capability)?.[1];
}

function described(capability: string): string {
  const meaning = meaningOf(capability);
  return meaning === undefined ? capability : `${capability} (${meaning})`;
}

/** The revision that a skipped scenario is about, where it is not its run's. */
export function otherRevision({ run, tags }: Scenario): string | undefined {
  const revision = tags.find((tag) => /^revision-\d$/.test(tag))?.slice('revision-'.length);
  return revision === String(run.revision) ? undefined : revision;
}

/** The capabilities for whose sake a scenario was skipped: its target lacks at least one of them. */
export function lacking(scenario: Scenario): readonly string[] {
  if (scenario.status !== 'skipped' || otherRevision(scenario) !== undefined) return [];
  return scenario.tags.flatMap((tag) => /^needs-(.+)$/.exec(tag)?.[1] ?? []);
}

/** Read from its tags: a hook that skips leaves no word. */
function skipReason(scenario: Scenario): string {
  const { run } = scenario;
  const revision = otherRevision(scenario);
  if (revision !== undefined) return `Not exercised: it is about revision ${revision} only.`;
  const needs = lacking(scenario).map(described);
  if (needs.length === 0) return 'Not exercised: it was skipped.';
  return `Not exercised: ${run.key} lacks ${needs.length === 1 ? '' : 'at least one of '}${needs.join(', ')}.`;
}

/** Undefined where it passed. */
export function explain(scenario: Scenario): string | undefined {
  if (isFailure(scenario.status)) {
    const own = (is: (status: Status) => boolean) => scenario.steps.find(({ status }) => is(status));
    const worst = own((status) => status === 'crashed') ?? own(isFailure);
    return worst?.message ?? `The scenario is ${scenario.status}.`;
  }
  if (scenario.status === 'skipped') return skipReason(scenario);
  if (scenario.status !== 'unknown') return undefined;
  const hasEnded = scenario.started !== undefined && scenario.steps.length === 0;
  return `Not exercised: ${hasEnded ? 'it has no steps' : 'the run ended before there was a result'}.`;
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
