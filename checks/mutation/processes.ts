/** This side of the processes that run scenarios with mutants (`worker.ts`). */
import { type ChildProcess, fork } from 'node:child_process';
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

/** The longest time without a sign of life. Loading and the longest scenario take a tenth of it, where the machine is not busy. */
const SILENCE_MS = 60_000;
/** A mutant may fill the memory. */
const LIMITS = ['--max-old-space-size=900'];

/** Why there is no answer. */
class Died extends Error {}

/** Asks, and takes answers until one of them is the last. Rejects with Died where the process ends or is silent. */
function converse(child: ChildProcess, question: Question, isLast: (answer: Answer) => boolean): Promise<void> {
  return new Promise((done, fail) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (how?: string): void => {
      clearTimeout(timer);
      child.off('message', take);
      child.off('exit', ended);
      if (how === undefined) done();
      else fail(new Died(how));
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        stop('does not end');
      }, SILENCE_MS);
    };
    const take = (answer: Answer): void => {
      wait();
      if (answer.kind === 'broken') stop(answer.why);
      else if (isLast(answer)) stop();
    };
    const ended = (status: number | null, signal: string | null): void => stop(signal ?? `exit status ${status ?? ''}`);
    child.on('message', take);
    child.on('exit', ended);
    wait();
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
