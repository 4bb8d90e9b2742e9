/** The command's side of the process that writes the report of a `run`. */
import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { PROJECT } from '../engine/installation';
import { userError } from '../engine/user-error';
import type { ReportOptions } from './commands/report';
import type { ExitStatus } from './exit';
import type { ReporterAnswer, ReporterTask } from './reporter';
import { NODE_OPTIONS } from './runner-process';

export interface Reporter {
  /** Has the process read the runs that have ended. */
  readonly catchUp: () => void;
  /** Has the report written. Rejects with a user error if it cannot be written. */
  readonly finish: (say: (line: string) => void) => Promise<ExitStatus>;
  /** Ends the process at once. */
  readonly close: () => void;
}

const start = (): ChildProcess =>
  fork(join(__dirname, 'reporter.ts'), [], {
    cwd: PROJECT,
    execArgv: NODE_OPTIONS,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

/** Absolute paths, because the process works in another folder. */
function absolute(options: ReportOptions): ReportOptions {
  const { out, baseline, strength, accept, deviations } = options;
  return {
    ...options,
    out: resolve(out),
    ...(baseline !== undefined && { baseline: resolve(baseline) }),
    ...(strength !== undefined && { strength: resolve(strength) }),
    ...(accept !== undefined && { accept: resolve(accept) }),
    ...(deviations !== undefined && { deviations: deviations.map((file) => resolve(file)) }),
  };
}

/** The process is started when it is first needed. */
export function createReporter(messages: string, options: ReportOptions): Reporter {
  let child: ChildProcess | undefined;
  const tell = (kind: ReporterTask['kind']): ChildProcess => {
    const task: ReporterTask = { kind, messages, options: absolute(options) };
    if (child?.connected !== true) child = start();
    child.send(task);
    return child;
  };
  return {
    catchUp: () => void tell('catch up'),
    async finish(say) {
      const answer = await answerOf(tell('finish'));
      if (answer.kind === 'written') {
        answer.lines.forEach(say);
        return answer.status;
      }
      throw answer.sentence === undefined ? new Error(answer.trace) : userError(answer.sentence);
    },
    close: () => void child?.kill('SIGKILL'),
  };
}

function answerOf(child: ChildProcess): Promise<ReporterAnswer> {
  return new Promise((done) => {
    let answer: ReporterAnswer | undefined;
    child.on('message', (given: ReporterAnswer) => (answer = given));
    child.on('error', (error) => done({ kind: 'failed', sentence: undefined, trace: error.message }));
    child.once('close', (status, signal) => {
      const how = signal ?? `status ${status ?? 'unknown'}`;
      const sentence = `The report was not written, since its process ended (${how}): write it with the command report.`;
      done(answer ?? { kind: 'failed', sentence, trace: sentence });
    });
  });
}
