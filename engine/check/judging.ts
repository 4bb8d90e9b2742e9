/**
 * A judge in a process of its own. A payload may crash that process, keep it busy forever or fill its memory. Then the
 * payload's verdict says so, and another process judges the next files.
 */
import { userError } from '../user-error';
import { defer, type Deferred } from './deferred';
import type { JudgedTarget } from './judged-target';
import {
  DEFAULT_LIMITS,
  startProcess,
  type End,
  type Judged,
  type JudgedHypervisor,
  type JudgeProcess,
  type Limits,
  type Message,
  type StepMessage,
  type Task,
  type ThrownMessage,
} from './judge-process';
import { USUAL, type Procedure } from './procedure';
import { UNREACHED } from './verdict';

export interface Judging {
  /** Rejects with a user error if there is no such hypervisor. */
  readonly hypervisor: Promise<JudgedHypervisor>;
  /** Judges a file when those named before are done. Rejects where no process can judge any more. */
  readonly judge: (path: string, on?: readonly string[]) => Promise<Judged>;
  /** Ends the process, whatever it is at. */
  readonly close: () => void;
}

/** A file without a verdict. The process works on the first one. */
interface Waiting extends Deferred<Judged> {
  readonly task: Task;
}

const NOT_BEGUN = { step: 'UPLOAD', reached: UNREACHED };

/** "RangeError: read: expected 8 mapped bytes": the first line that an exception's stack begins with. */
const howOf = ({ stack }: ThrownMessage): string => stack.split('\n')[0] ?? '';

/** How many processes in a row may be killed before one is ready to judge. */
const MOST_STARTS = 3;

const isKilled = ({ how = '' }: End, thrown: ThrownMessage | undefined): boolean =>
  thrown === undefined && how.startsWith('SIG');

/** Why a process never became ready to judge. */
function startError(end: End, { hypervisor }: JudgedTarget, thrown: ThrownMessage | undefined): Error {
  const { how, errors } = end;
  if (thrown?.isForUser === true) return userError(thrown.message);
  if (thrown === undefined && hypervisor !== undefined)
    return userError(`The emulator crashed while it prepared ${hypervisor} (${String(how)}): name another xen-syms.`);
  if (isKilled(end, thrown))
    return userError(
      `The emulator crashed while it prepared the reference (${String(how)}): free memory and try again.`,
    );
  return new Error(`judge: expected a process that is ready, got ${String(how)}: ${thrown?.stack ?? errors}`);
}

/** `judged` may come later: the process starts at once. `say`: a line for the user. */
export function startJudging(
  judged: JudgedTarget | Promise<JudgedTarget>,
  say: (line: string) => void,
  limits: Limits = DEFAULT_LIMITS,
  procedure: Procedure = USUAL,
): Judging {
  const assigned = Promise.resolve(judged);
  const hypervisor = defer<JudgedHypervisor>();
  const waiting: Waiting[] = [];
  let running: JudgeProcess | undefined;
  let isReady = false;
  /** Processes started since one was ready. */
  let starts = 0;
  /** Why it judges no more. */
  let over: { readonly error: unknown } | undefined;
  let at: Pick<StepMessage, 'step' | 'reached'> = NOT_BEGUN;
  let thrown: ThrownMessage | undefined;

  function fail(error: unknown): void {
    over ??= { error };
    running?.kill();
    for (const { reject } of [hypervisor, ...waiting.splice(0)]) reject(error);
  }

  function settle(first: Judged): void {
    waiting.shift()?.resolve(first);
    at = NOT_BEGUN;
  }

  function take(message: Message): void {
    switch (message.kind) {
      case 'line':
        say(message.line);
        break;
      case 'ready':
        isReady = true;
        starts = 0;
        hypervisor.resolve(message.hypervisor);
        for (const { task } of waiting) running?.send(task);
        break;
      case 'step':
        at = message;
        break;
      case 'judged':
        settle(message.judged);
        break;
      case 'thrown':
        thrown = message;
        break;
    }
  }

  function crash(how: string): void {
    // An exception is a mistake of ours, so its whole stack is printed for a report.
    if (thrown !== undefined) say(thrown.stack);
    const verdict = { ...at.reached, ok: false, crashed: { while: at.step, how } };
    settle({ kind: 'verdict', verdict, seconds: undefined });
  }

  function ended(end: End): void {
    running = undefined;
    if (over !== undefined) return;
    if (!isReady) {
      // The system may have killed it because of memory, so it is worth another start.
      if (isKilled(end, thrown) && starts < MOST_STARTS) start();
      else void assigned.then((target) => fail(startError(end, target, thrown)));
      return;
    }
    isReady = false;
    if (end.how !== undefined) crash(thrown === undefined ? end.how : howOf(thrown));
    thrown = undefined;
    if (waiting.length > 0) start();
  }

  function start(): void {
    starts += 1;
    const started = startProcess(limits, { isBusy: () => isReady && waiting.length > 0, take, ended });
    running = started;
    assigned.then((target) => started.send({ judged: target, procedure, worn: limits.worn }), fail);
  }

  start();
  return {
    hypervisor: hypervisor.promise,
    judge(path, on = []) {
      const one = { task: { path, on }, ...defer<Judged>() };
      waiting.push(one);
      if (over !== undefined) fail(over.error);
      else if (running === undefined) start();
      else if (isReady) running.send(one.task);
      return one.promise;
    },
    close: () => fail(new Error('judge: expected one that is open, got one that was closed')),
  };
}
