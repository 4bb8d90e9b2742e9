/** This side of the processes that run scenarios with mutants (`worker.ts`). */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_OPTIONS } from '../../bin/runner-process';
import { PROJECT } from '../lanes';
import type { ScenarioName } from './scenarios';
import type { Mutation } from './switch';
import type { Answer, Question } from './worker';

/**
 * The outcome of scenarios with a mutant. `by`: the scenario that failed, or how the process ended. `isSound`: what
 * earlier mutants have left in the process cannot be the reason.
 */
export type Trial =
  | { readonly kind: 'killed'; readonly by: string; readonly isSound: boolean; readonly scenario?: number }
  | { readonly kind: 'survived'; readonly isSound: boolean };

export interface Worker {
  readonly scenarios: readonly ScenarioName[];
  /** Mutants that were reached while the code was loaded and the hypervisors were made. */
  readonly reachedAtStart: ReadonlySet<number>;
  /** The mutants that each scenario reaches which passes. */
  readonly reach: () => Promise<ReadonlyMap<number, readonly number[]>>;
  readonly run: (mutants: readonly number[], scenarios: readonly number[]) => Promise<Trial>;
  readonly close: () => void;
}

/**
 * The longest that a process may compute without a sign of life, in seconds of its own time, because the machine may be
 * busy. Loading and the longest scenario take a tenth of it.
 */
const LONGEST_S = 20;
/** A process that only waits is given up too. */
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
function converse(child: ChildProcess, question: Question, isLast: (answer: Answer) => boolean): Promise<void> {
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
      if (secondsOf(pid) - alive.computed < LONGEST_S && Date.now() - alive.at < SILENCE_S * 1000) return;
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

/** Loads the suite with mutated code. If a mutant is active already and nothing can be loaded, it is killed. */
export async function startWorker(mutation: Mutation): Promise<Worker | Trial> {
  const execArgv = [...LIMITS, ...NODE_OPTIONS];
  const child = fork(join(__dirname, 'worker.ts'), [], {
    cwd: PROJECT,
    execArgv,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const close = (): void => {
    child.kill('SIGKILL');
  };
  let loaded: Extract<Answer, { readonly kind: 'loaded' }> | undefined;
  try {
    await converse(child, { kind: 'load', mutation }, (answer) => {
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
      const found = new Map<number, readonly number[]>();
      await converse(child, { kind: 'reach' }, (answer) => {
        if (answer.kind === 'reached') found.set(answer.scenario, answer.mutants);
        return answer.kind === 'done';
      });
      return found;
    },
    async run(mutants, selected) {
      let trial: Trial = { kind: 'survived', isSound: false };
      try {
        await converse(child, { kind: 'trial', mutants, scenarios: selected }, (answer) => {
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
