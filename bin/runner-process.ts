/** The command's side of a process that makes a run: starts it, reads its messages, finds out how it ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT, TYPESCRIPT } from '../engine/installation';
import { isInterrupting } from './interruption';
import type { ScenarioEnded } from './outcomes';
import type { Job, Report } from './runner';

/** How a process ended. */
export type Ending =
  | Exclude<Report, { readonly kind: 'scenario' | 'unexpected' }>
  /** It was asked to stop, for example by Ctrl-C. */
  | { readonly kind: 'interrupted' }
  /** `how`: "SIGSEGV", "out of memory", "exit status 3". */
  | { readonly kind: 'died'; readonly how: string };

const RUNNER = join(__dirname, 'runner.ts');
/** A run of the whole suite has to fit into 400 MB, but V8 lets its heap grow to a multiple of what is in use. */
const HEAP = ['--heap-growing-percent=30', '--min-semi-space-size=16', '--max-semi-space-size=16'];
/** How the command's own processes are started. */
export const NODE_OPTIONS = [...HEAP, '-r', TYPESCRIPT];
/**
 * If each processor has a run of its own, V8's helper threads cost more than they gain: a seventh of all time. Without
 * them a run waits while its code is optimised, for a tenth of its time. So only the hottest code is optimised.
 */
const CROWDED = ['--single-threaded', '--interrupt-budget=540672', '--max-inlined-bytecode-size-cumulative=100'];
/**
 * Their environment: from this size on, in bytes, the C library returns memory at once. By default it raises this limit,
 * and keeps whole copies of a hypervisor's memory.
 */
export const NODE_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: '1000000' };
/** Number of characters at the end of a process's output that are examined. */
const LAST_WORDS = 10_000;

/** Where a job is run. */
export interface Circumstances {
  /** Ends the process. */
  readonly signal: AbortSignal;
  /** Whether all processors are busy. */
  readonly crowded: boolean;
  /** Processes that were started in advance. */
  readonly ahead?: RunnersAhead;
  /** Called with the title of each scenario that fails and is no known deviation, if the job has `failFast`. */
  readonly onUnexpected?: (name: string) => void;
}

/** Processes for jobs that are not known yet, because each takes a second to load. */
export interface RunnersAhead {
  /** Whether they were started for busy processors. */
  readonly crowded: boolean;
  readonly start: (count: number) => void;
  /** Takes a process for a job; undefined if none is left. */
  readonly take: () => ChildProcess | undefined;
  /** Ends the processes that were not taken. */
  readonly close: () => void;
}

export function createRunnersAhead(crowded = true): RunnersAhead {
  const waiting = new Set<ChildProcess>();
  const take = (): ChildProcess | undefined => {
    const [child] = waiting;
    if (child !== undefined) waiting.delete(child);
    return child;
  };
  return {
    crowded,
    start(count) {
      for (let more = count; more > 0; more -= 1) {
        const child = start(crowded);
        waiting.add(child);
        for (const end of ['error', 'exit'] as const) child.on(end, () => waiting.delete(child));
      }
    },
    take,
    close() {
      for (let child = take(); child !== undefined; child = take()) child.kill('SIGKILL');
    },
  };
}

const start = (crowded: boolean): ChildProcess =>
  fork(RUNNER, [], {
    cwd: PROJECT,
    execArgv: crowded ? [...CROWDED, ...NODE_OPTIONS] : NODE_OPTIONS,
    env: { ...process.env, ...NODE_ENVIRONMENT },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });

/** Runs the job in a process of its own. */
export async function runInProcess(job: Job, onScenario: ScenarioEnded, circumstances: Circumstances): Promise<Ending> {
  const { signal, crowded, ahead } = circumstances;
  const child = (ahead?.crowded === crowded ? ahead.take() : undefined) ?? start(crowded);
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  child.send(job);
  try {
    return await ending(child, onScenario, circumstances);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function ending(
  child: ChildProcess,
  onScenario: ScenarioEnded,
  { signal: interrupted, onUnexpected }: Circumstances,
): Promise<Ending> {
  let last: Ending | undefined;
  let lastWords = '';
  child.on('message', (report: Report) => {
    if (report.kind === 'scenario') onScenario(report.status, report.name);
    else if (report.kind === 'unexpected') onUnexpected?.(report.name);
    else last = report;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS);
    process.stderr.write(chunk);
  });
  return new Promise((done) => {
    // It may have sent more than was read when it ended.
    const disconnected = new Promise<void>((heard) => child.once('disconnect', heard));
    child.on('error', (error) => {
      if (child.pid === undefined) done({ kind: 'died', how: error.message });
    });
    child.once('close', (status, signal) => {
      void disconnected.then(() => {
        if (interrupted.aborted || isInterrupting(signal)) done({ kind: 'interrupted' });
        else done(last ?? { kind: 'died', how: howItDied(lastWords, status, signal) });
      });
    });
  });
}

function howItDied(lastWords: string, status: number | null, signal: NodeJS.Signals | null): string {
  if (/\bheap out of memory\b/.test(lastWords)) return 'out of memory';
  return signal ?? `exit status ${status ?? 'unknown'}`;
}
