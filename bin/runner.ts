/**
 * A process that makes one run, or a part of one. The command starts it and sends it the job; the process reports the
 * end of each scenario and writes the messages to a file. It may die at any moment: by then everything it has done is
 * in the file.
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

/** The job of a process. */
export interface Job {
  readonly plan: PlannedRun;
  /** More runs of the same project, one after the other. The steps are loaded once. */
  readonly others?: readonly PlannedRun[];
  readonly part: Part;
  /** Whether to report at once a failure that is no known deviation. */
  readonly failFast?: FailFast;
}

/** What it reports meanwhile. */
export type Report =
  | { readonly kind: 'scenario'; readonly status: Status; readonly name: string }
  | { readonly kind: 'unexpected'; readonly name: string }
  | { readonly kind: 'complete' }
  /** Something outside the scenarios failed. `sentence`: the error is one that the user can fix. */
  | { readonly kind: 'failed'; readonly sentence: string | undefined; readonly trace: string };

const COMMAND = process.ppid;

/** Without a command to report to, the part is still appended to the messages. */
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
    // Steps are synchronous, so the event that the command has ended would only arrive at the end of the run.
    if (envelope.testCaseStarted !== undefined && process.ppid !== COMMAND) outlive(recording, part);
    recording.record(envelope);
    watch(envelope);
    judge?.(envelope);
  };
  for (const each of [plan, ...others]) await runScenarios(each, steps, onMessage);
  recording.close();
}

/** Written at once, if the command keeps up, so that it is not lost if the process dies next. */
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
