/**
 * The process that writes the report of a `run`, while the command looks after the runs. It reads the messages of the
 * runs that have ended as soon as a processor is idle, so that the report is there soon after the last one.
 */
import { isUserError } from '../engine/user-error';
import { type ReadAhead, readAhead } from '../reports/read-ahead';
import { type ReportOptions, report } from './commands/report';
import type { ExitStatus } from './exit';

/** What it is told to do. */
export type ReporterTask =
  | { readonly kind: 'catch up'; readonly messages: string }
  | { readonly kind: 'finish'; readonly messages: string; readonly options: ReportOptions };

/** What it answers to `finish`. */
export type ReporterAnswer =
  | { readonly kind: 'written'; readonly lines: readonly string[]; readonly status: ExitStatus }
  /** `sentence`: the user can do something about it. */
  | { readonly kind: 'failed'; readonly sentence: string | undefined; readonly trace: string };

let ahead: ReadAhead | undefined;

function finish(messages: string, options: ReportOptions): ReporterAnswer {
  const lines: string[] = [];
  try {
    const status = report([messages], options, (line) => lines.push(line), ahead);
    return { kind: 'written', lines, status };
  } catch (error) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', sentence: isUserError(error) ? error.message : undefined, trace };
  }
}

// Ctrl-C is for the command, which has the report written of what was done.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.once('disconnect', () => process.exit());
process.on('message', (task: ReporterTask) => {
  ahead ??= readAhead(task.messages);
  if (task.kind === 'catch up') {
    // What is wrong with the messages is told when the report is written.
    try {
      ahead.catchUp();
    } catch {
      ahead = undefined;
    }
    return;
  }
  process.send?.(finish(task.messages, task.options), undefined, undefined, () => process.exit());
});
