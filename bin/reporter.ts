/**
 * The process that writes the report of a `run`, while the command manages the runs. It reads the runs that have ended
 * as soon as a processor is idle, so that the report is ready soon after the last run.
 */
import { isUserError } from '../engine/user-error';
import { type BegunReport, beginReport } from '../reports/begun';
import { expectedDeviations, type ReportOptions, report } from './commands/report';
import type { ExitStatus } from './exit';
import { outputFolder } from './folder';

/** The requests to it. */
export interface ReporterTask {
  readonly kind: 'catch up' | 'finish';
  readonly messages: string;
  readonly options: ReportOptions;
}

/** What it answers to `finish`. */
export type ReporterAnswer =
  | { readonly kind: 'written'; readonly lines: readonly string[]; readonly status: ExitStatus }
  /** `sentence`: the error is one that the user can fix. */
  | { readonly kind: 'failed'; readonly sentence: string | undefined; readonly trace: string };

let begun: BegunReport | undefined;

function begin({ messages, options: { out, allure = true, deviations } }: ReporterTask): BegunReport {
  begun ??= beginReport(messages, { out: outputFolder(out), allure, knownDeviations: expectedDeviations(deviations) });
  return begun;
}

function finish(task: ReporterTask): ReporterAnswer {
  const lines: string[] = [];
  try {
    const status = report([task.messages], task.options, (line) => lines.push(line), begun);
    return { kind: 'written', lines, status };
  } catch (error) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', sentence: isUserError(error) ? error.message : undefined, trace };
  }
}

// Ctrl-C is for the command, which then has the report written of the scenarios that were done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => process.exit());
process.on('message', (task: ReporterTask) => {
  if (task.kind === 'catch up') {
    // Errors in the messages or the folder are reported when the report is written.
    try {
      begin(task).catchUp();
    } catch {
      begun = undefined;
    }
    return;
  }
  process.send?.(finish(task), undefined, undefined, () => process.exit());
});
