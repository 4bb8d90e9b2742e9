/**
 * A process that makes one run, or a part of one. The command starts it, sends it the job, and is told of each scenario's
 * end; the messages go to a file. It may die at any moment: what it has done is in the file by then.
 */
import { inspect } from 'node:util';
import type { Envelope } from '@cucumber/messages';
import { isUserError } from '../engine/user-error';
import type { Status } from '../reports/model';
import { type PlannedRun, loadSteps, runScenarios } from './cucumber';
import { type FailFast, watchForUnexpected } from './fail-fast';
import { sentencesOf } from './matching';
import { watchOutcomes } from './outcomes';
import { type Part, joinPart } from './parts';
import { type Recording, openRecording } from './recording';
import { explainUndefined } from './undefined';

/** What it is to do. */
export interface Job {
  readonly plan: PlannedRun;
  /** Further runs of the same project, one after the other: the steps are loaded once. */
  readonly others?: readonly PlannedRun[];
  readonly part: Part;
  /** Tell at once of a scenario that fails and is no known deviation. */
  readonly failFast?: FailFast;
}

/** What it says while it does. */
export type Report =
  | { readonly kind: 'scenario'; readonly status: Status; readonly name: string }
  | { readonly kind: 'unexpected'; readonly name: string }
  | { readonly kind: 'complete' }
  /** Something around the scenarios failed; `sentence`: the user can do something about it. */
  | { readonly kind: 'failed'; readonly sentence: string | undefined; readonly trace: string };

const COMMAND = process.ppid;

/** Where nobody is left to report to, the part goes to the messages all the same. */
function outlive(recording: Recording, part: Part): never {
  recording.close();
  joinPart(part);
  process.exit();
}

async function make({ plan, others = [], part, failFast }: Job): Promise<void> {
  const recording = openRecording(part.file);
  const watch = watchOutcomes((status, name) => tell({ kind: 'scenario', status, name }));
  const judge = failFast && watchForUnexpected(failFast, (name) => tell({ kind: 'unexpected', name }));
  const steps = await loadSteps(plan);
  const explained = explainUndefined(() => sentencesOf(steps));
  const onMessage = (given: Envelope): void => {
    const envelope = explained(given);
    // Steps are synchronous: the event that the command is gone would be heard at the end of the run only.
    if (envelope.testCaseStarted !== undefined && process.ppid !== COMMAND) outlive(recording, part);
    recording.record(envelope);
    watch(envelope);
    judge?.(envelope);
  };
  for (const each of [plan, ...others]) await runScenarios(each, steps, onMessage);
  recording.close();
}

/** Written at once, as far as the command keeps up: a process that dies next has said it. */
function tell(report: Report, done?: () => void): void {
  process.send?.(report, undefined, undefined, done);
}

/** An error and what caused it: Cucumber wraps what a hook throws. */
function causes(error: unknown): readonly unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

function failure(error: unknown): Report {
  return { kind: 'failed', sentence: causes(error).find(isUserError)?.message, trace: inspect(error) };
}

process.once('disconnect', () => process.exit());
process.once('message', (job: Job) => {
  void make(job)
    .then((): Report => ({ kind: 'complete' }), failure)
    .then((last) => tell(last, () => process.exit()));
});
