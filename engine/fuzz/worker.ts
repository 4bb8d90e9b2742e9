/**
 * Runs payloads in a process of its own. A payload may crash that process, keep it busy forever or fill its memory. Then
 * its verdict says so, and another process goes on with the next payloads, and with what is known of coverage.
 */
import { resolve } from 'node:path';
import { DEFAULT_LIMITS, startChild, type ChildProcess, type End, type Limits } from '../check/child-process';
import { defer, type Deferred } from '../check/deferred';
import type { ThrownMessage } from '../check/judge-process';
import { userError } from '../user-error';
import type { Answer, Assignment, Message, Ready, Task } from './messages';

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
/** How many processes in a row may end before one is ready. */
const MOST_STARTS = 3;

/** "RangeError: read: expected 8 mapped bytes": the first line of an exception's stack. */
const howOf = ({ stack }: ThrownMessage): string => stack.split('\n')[0] ?? '';

function startError(hypervisor: string, { how, errors }: End, thrown: ThrownMessage | undefined): Error {
  if (thrown?.isForUser === true) return userError(thrown.message);
  if (thrown !== undefined || errors !== '')
    return new Error(`fuzz: expected a process that is ready, got ${String(how)}: ${thrown?.stack ?? errors}`);
  return userError(`The emulator crashed while it prepared ${hypervisor} (${String(how)}): name another xen-syms.`);
}

/** Starts the first process at once. */
export function startWorker(options: WorkerOptions): Worker {
  const { say, limits = DEFAULT_LIMITS, program = CHILD, ...assigned } = options;
  const ready = defer<Ready>();
  const waiting: (Deferred<Answer> & { readonly task: Task })[] = [];
  const known = new Set<number>();
  let running: ChildProcess<Assignment | Task> | undefined;
  let isReady = false;
  let starts = 0;
  let deaths = 0;
  let thrown: ThrownMessage | undefined;
  let over: { readonly error: unknown } | undefined;
  let cpuBefore = 0;
  let cpu = 0;

  function fail(error: unknown): void {
    over ??= { error };
    running?.kill();
    for (const { reject } of [ready, ...waiting.splice(0)]) reject(error);
  }

  function take(message: Message): void {
    switch (message.kind) {
      case 'line':
        say(message.line);
        break;
      case 'ready':
        isReady = true;
        starts = 0;
        ready.resolve(message.ready);
        for (const { task } of waiting) running?.send(task);
        break;
      case 'answer':
        ({ cpu } = message);
        for (const block of message.answer.blocks) known.add(block);
        waiting.shift()?.resolve(message.answer);
        break;
      case 'thrown':
        thrown = message;
        break;
    }
  }

  /** The payload at hand is the one that the process died of. */
  function died(how: string): void {
    deaths += 1;
    const execution = { ending: { kind: 'died', how }, reference: undefined } as const;
    waiting.shift()?.resolve({ execution, blocks: new Uint32Array() });
  }

  function ended(end: End): void {
    running = undefined;
    cpuBefore += cpu;
    cpu = 0;
    if (over !== undefined) return;
    if (!isReady) {
      if (thrown === undefined && starts < MOST_STARTS) start();
      else fail(startError(assigned.hypervisor, end, thrown));
      return;
    }
    isReady = false;
    if (end.how !== undefined) {
      // An exception is a mistake of ours, so its whole stack is printed for a report.
      if (thrown !== undefined) say(thrown.stack);
      died(thrown === undefined ? end.how : howOf(thrown));
    }
    thrown = undefined;
    if (waiting.length > 0) start();
  }

  function start(): void {
    starts += 1;
    running = startChild<Assignment | Task, Message>(program, limits, {
      isBusy: () => isReady && waiting.length > 0,
      isAnswer: ({ kind }) => kind === 'answer',
      take,
      ended,
    });
    running.send({ ...assigned, worn: limits.worn, known: Uint32Array.from(known) });
  }

  start();
  return {
    ready: ready.promise,
    execute(payload, isWhole = false) {
      const one = { task: { payload, isWhole }, ...defer<Answer>() };
      waiting.push(one);
      if (over !== undefined) fail(over.error);
      else if (running === undefined) start();
      else if (isReady) running.send(one.task);
      return one.promise;
    },
    cpu: () => cpuBefore + cpu,
    deaths: () => deaths,
    close: () => fail(new Error('fuzz: expected a worker that is open, got one that was closed')),
  };
}
