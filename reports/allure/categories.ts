/** The kind of a scenario's failure. Allure sorts failures by the beginning of the message. */
import { Status as AllureStatus } from 'allure-js-commons';
import type { Category } from 'allure-js-commons/sdk';
import type { Failure } from '../../features/deviations';
import { explain } from '../explain';
import { failureOf } from '../failure';
import type { Report, Scenario } from '../model';

export const KINDS = {
  deviation: 'Deviation',
  known: 'Known deviation',
  stopped: 'Hypervisor crashed',
  crashed: 'Emulator crashed',
  suite: 'Suite error',
} as const;
type Kind = (typeof KINDS)[keyof typeof KINDS];

/** By the kind of the failure. */
const KIND_OF: Readonly<Record<Failure['kind'], Kind>> = {
  mismatch: KINDS.deviation,
  stop: KINDS.stopped,
  suite: KINDS.suite,
};

/** Undefined if the scenario did not fail. */
function kindOf(scenario: Scenario, known: Report['known']): Kind | undefined {
  if (scenario.status === 'crashed') return KINDS.crashed;
  if (known.has(scenario)) return KINDS.known;
  const failure = failureOf(scenario);
  return failure && KIND_OF[failure.kind];
}

/**
 * A sentence without a step shows nothing, so it is not `passed`. Allure has no status for a known deviation: it is
 * skipped, so that it is not red, and has a category and a tag.
 */
function statusOf(scenario: Scenario, kind: Kind | undefined): AllureStatus {
  if (kind === KINDS.suite || kind === KINDS.crashed) return AllureStatus.BROKEN;
  if (kind === KINDS.known) return AllureStatus.SKIPPED;
  if (kind !== undefined) return AllureStatus.FAILED;
  return scenario.status === 'passed' ? AllureStatus.PASSED : AllureStatus.SKIPPED;
}

export interface Judgement {
  readonly status: AllureStatus;
  /** Why it did not pass. For a failure, the kind comes first. */
  readonly message: string | undefined;
}

export function judgeScenario(scenario: Scenario, known: Report['known']): Judgement {
  const kind = kindOf(scenario, known);
  const why = explain(scenario);
  const deviation = known.get(scenario);
  const head = deviation === undefined ? kind : `${KINDS.known} ${deviation.id}`;
  const message = head === undefined || why === undefined ? why : `${head}: ${why}`;
  return { status: statusOf(scenario, kind), message };
}

/** For categories.json. Allure wants an expression that matches all of a message. */
export const CATEGORIES: readonly Category[] = [
  {
    name: KINDS.deviation,
    description: 'The hypervisor does not do what the document says, and no deviation is recorded.',
  },
  {
    name: KINDS.known,
    description: 'The hypervisor does not do what the document says, as recorded in features/deviations.',
  },
  { name: KINDS.stopped, description: 'The hypervisor crashed, hung or panicked.' },
  { name: KINDS.crashed, description: 'The emulator crashed, which says nothing about the hypervisor.' },
  { name: KINDS.suite, description: 'The suite itself is wrong: a step is missing, or a hook is broken.' },
].map((category) => ({ ...category, messageRegex: `(?s)${category.name}\\b.*` }));
