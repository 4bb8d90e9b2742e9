/** This side of the processes that run scenarios with mutants (`worker.ts`). */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_OPTIONS } from '../../bin/runner-process';
import { PROJECT } from '../lanes';
import type { ScenarioName } from './suite';
import type { Mutation } from './switch';
import type { Answer, Question } from './worker';

/**
 * The outcome of scenarios with a mutant. `by`: the scenario that failed, or how the process ended. `isSound`: what
 * earlier mutants have left in the process cannot be the reason.
 */
export type Trial =
  | { readonly kind: 'killed'; readonly by: string; readonly isSound: boolean; readonly scenario?: number }
  | { readonly kind: 'survived'; readonly isSound: boolean };

/** The mutants that a scenario reaches, and how long it takes in milliseconds. */
export interface ScenarioReach {
  readonly scenario: number;
  readonly mutants: readonly number[];
  readonly ms: number;
}

export interface Worker {
  readonly scenarios: readonly ScenarioName[];
  /** Mutants that were reached while the code was loaded and the hypervisors were made. */
  readonly reachedAtStart: ReadonlySet<number>;
  /** What is known of each scenario that passes. */
  readonly reach: () => Promise<readonly ScenarioReach[]>;
  readonly run: (mutants: readonly number[], scenarios: readonly number[]) => Promise<Trial>;
  readonly close: () => void;
}

/**
 * The longest that a process may compute without a sign of life, in seconds of its own time, because the machine may be
 * busy. Loading and the longest scenario or test take a tenth of it.
 */
const LONGEST_S = { scenarios: 20, tests: 200 };
/** A process that only waits is given up too. Tests wait for processes of theirs. */
const SILENCE_S = 600;
const LOOK_MS = 2000;
/** Linux counts a process's time in hundredths of a second. */
const TICKS_A_SECOND = 100;

/** Seconds that the process has computed. */
function secondsOf(pid: number): number {
  try {
    // The name, in brackets, may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    // The process has ended meanwhile.
    return 0;
  }
}

/** A mutant may fill the memory. */
const LIMITS = ['--max-old-space-size=900'];

/** Why there is no answer. */
class Died extends Error {}

/** Asks, and takes answers until one of them is the last. Rejects with Died where the process ends or is silent. */
function converse(
  child: ChildProcess,
  longest: number,
  question: Question,
  isLast: (answer: Answer) => boolean,
): Promise<void> {
  return new Promise((done, fail) => {
    const { pid = 0 } = child;
    let alive = { computed: secondsOf(pid), at: Date.now() };
    const stop = (how?: string): void => {
      clearInterval(timer);
      child.off('message', take);
      child.off('exit', ended);
      if (how === undefined) done();
      else fail(new Died(how));
    };
    const timer = setInterval(() => {
      if (secondsOf(pid) - alive.computed < longest && Date.now() - alive.at < SILENCE_S * 1000) return;
      child.kill('SIGKILL');
      stop('does not end');
    }, LOOK_MS);
    const take = (answer: Answer): void => {
      alive = { computed: secondsOf(pid), at: Date.now() };
      if (answer.kind === 'broken') stop(answer.why);
      else if (isLast(answer)) stop();
    };
    const ended = (status: number | null, signal: string | null): void => stop(signal ?? `exit status ${status ?? ''}`);
    child.on('message', take);
    child.on('exit', ended);
    child.send(question);
  });
}

const killedBy = (error: unknown): Trial => {
  if (error instanceof Died) return { kind: 'killed', by: error.message.split('\n')[0] ?? '', isSound: false };
  throw error;
};

/**
 * Loads the suite, or files of unit tests, with mutated code. If a mutant is active already and nothing can be loaded,
 * it is killed.
 */
export async function startWorker(mutation: Mutation, files?: readonly string[]): Promise<Worker | Trial> {
  const child = fork(join(__dirname, 'worker.ts'), [], {
    cwd: PROJECT,
    execArgv: [...LIMITS, ...NODE_OPTIONS],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // The processes that tests have started end with it.
    detached: true,
  });
  const tests = files && { files, folder: mkdtempSync(join(tmpdir(), 'mutation-')) };
  const close = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended already.
    }
    if (tests !== undefined) rmSync(tests.folder, { recursive: true, force: true });
  };
  const ask = (question: Question, isLast: (answer: Answer) => boolean): Promise<void> =>
    converse(child, tests === undefined ? LONGEST_S.scenarios : LONGEST_S.tests, question, isLast);
  let loaded: Extract<Answer, { readonly kind: 'loaded' }> | undefined;
  try {
    await ask({ kind: 'load', mutation, tests }, (answer) => {
      if (answer.kind === 'loaded') loaded = answer;
      return loaded !== undefined;
    });
  } catch (error) {
    close();
    return killedBy(error);
  }
  const { scenarios = [], reached = [] } = loaded ?? {};
  return {
    scenarios,
    reachedAtStart: new Set(reached),
    async reach() {
      const found: ScenarioReach[] = [];
      await ask({ kind: 'reach' }, (answer) => {
        if (answer.kind === 'reached') found.push(answer);
        return answer.kind === 'done';
      });
      return found;
    },
    async run(mutants, selected) {
      let trial: Trial = { kind: 'survived', isSound: false };
      try {
        await ask({ kind: 'trial', mutants, scenarios: selected }, (answer) => {
          if (answer.kind !== 'tried') return false;
          const { failed, isSound } = answer;
          if (failed === undefined) trial = { kind: 'survived', isSound };
          else trial = { kind: 'killed', by: scenarios[failed]?.name ?? '', isSound, scenario: failed };
          return true;
        });
      } catch (error) {
        return killedBy(error);
      }
      return trial;
    },
    close,
  };
}
