/** Runs payloads in a process of its own. If one ends it, the next process goes on with what is known of coverage. */
import { resolve } from 'node:path';
import { DEFAULT_LIMITS, type Limits } from '../check/child-process';
import { startTaskProcess } from '../check/task-process';
import type { Answer, Assignment, Ready, Task } from './messages';

export interface Worker {
  /** Rejects with a user error if there is no such hypervisor. */
  readonly ready: Promise<Ready>;
  /** Runs a payload when those before are done; `isWhole`: as of a task, default false. Rejects where no process can run any more. */
  readonly execute: (payload: Uint8Array, isWhole?: boolean) => Promise<Answer>;
  /** Seconds of CPU that all its processes have taken. */
  readonly cpu: () => number;
  /** Number of processes that ended before their work was done. */
  readonly deaths: () => number;
  readonly close: () => void;
}

export interface WorkerOptions extends Omit<Assignment, 'known' | 'worn'> {
  /** A line for the user. */
  readonly say: (line: string) => void;
  readonly limits?: Limits;
  /** The program; a test's stand-in. */
  readonly program?: string;
}

const CHILD = resolve(__dirname, 'fuzz-child.ts');

/** Starts the first process at once. */
export function startWorker(options: WorkerOptions): Worker {
  const { say, limits = DEFAULT_LIMITS, program = CHILD, ...assigned } = options;
  const known = new Set<number>();
  let deaths = 0;
  /** Seconds of the processes that have ended, and of the one that runs. */
  const cpu = { before: 0, now: 0 };
  const process = startTaskProcess<Assignment, Task, Ready, Answer>({
    ...{ program, title: 'fuzz', limits, say },
    assignment() {
      cpu.before += cpu.now;
      cpu.now = 0;
      return { ...assigned, worn: limits.worn, known: Uint32Array.from(known) };
    },
    hypervisor: () => Promise.resolve(assigned.hypervisor),
    answered(answer) {
      cpu.now = answer.cpu;
      for (const block of answer.blocks) known.add(block);
    },
    instead(how) {
      deaths += 1;
      const execution = { ending: { kind: 'died', how }, reference: undefined } as const;
      return { execution, blocks: new Uint32Array(), cpu: cpu.now, spent: 0 };
    },
  });
  return {
    ready: process.ready,
    execute: (payload, isWhole = false) => process.ask({ payload, isWhole }),
    cpu: () => cpu.before + cpu.now,
    deaths: () => deaths,
    close: process.close,
  };
}
