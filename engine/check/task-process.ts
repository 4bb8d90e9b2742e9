/**
 * A program of this project that does tasks in a process of its own. A task may crash that process, keep it busy forever
 * or fill its memory. Then it gets an answer that says so, and another process goes on with the next tasks.
 */
import { userError } from '../user-error';
import { startChild, type ChildProcess, type End, type Limits } from './child-process';
import { defer, type Deferred } from './deferred';

/** An exception that ends the process. */
export interface ThrownMessage {
  readonly kind: 'thrown';
  readonly isForUser: boolean;
  readonly message: string;
  readonly stack: string;
}

/** The frames that the process writes. `note`: how far a task is. */
export type Message<Ready, Answer, Note> =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | ThrownMessage;

export interface Work<Assignment, Answer, Note> {
  /** The program's path. */
  readonly program: string;
  /** "judge": for errors that are mistakes of ours. */
  readonly title: string;
  readonly limits: Limits;
  /** What a process gets first. The process starts at once, even if this comes later. */
  readonly assignment: () => Assignment | Promise<Assignment>;
  /** The hypervisor that the process prepares, once it is known; undefined: the reference. */
  readonly hypervisor: () => Promise<string | undefined>;
  /** A line for the user. */
  readonly say: (line: string) => void;
  readonly noted?: (note: Note) => void;
  readonly answered?: (answer: Answer) => void;
  /** The answer to a task at which a process ended. `how`: "SIGSEGV", "more than 20 s", an exception's first line. */
  readonly instead: (how: string) => Answer;
}

export interface TaskProcess<Task, Ready, Answer> {
  /** Rejects with a user error if there is no such hypervisor. */
  readonly ready: Promise<Ready>;
  /** Resolves when this task and those before are done. Rejects where no process can do any more. */
  readonly ask: (task: Task) => Promise<Answer>;
  /** Ends the process, whatever it is at. */
  readonly close: () => void;
}

/** How many processes in a row may be killed before one is ready. */
const MOST_STARTS = 3;

/** "RangeError: read: expected 8 mapped bytes": the first line that an exception's stack begins with. */
const howOf = ({ stack }: ThrownMessage): string => stack.split('\n')[0] ?? '';

const isKilled = ({ how = '' }: End, thrown: ThrownMessage | undefined): boolean =>
  thrown === undefined && how.startsWith('SIG');

/** Why a process never became ready. */
function startError(title: string, hypervisor: string | undefined, end: End, thrown: ThrownMessage | undefined): Error {
  const { how, errors } = end;
  if (thrown?.isForUser === true) return userError(thrown.message);
  if (thrown === undefined && hypervisor !== undefined)
    return userError(`The emulator crashed while it prepared ${hypervisor} (${String(how)}): name another xen-syms.`);
  if (isKilled(end, thrown))
    return userError(
      `The emulator crashed while it prepared the reference (${String(how)}): free memory and try again.`,
    );
  return new Error(`${title}: expected a process that is ready, got ${String(how)}: ${thrown?.stack ?? errors}`);
}

/** Starts the first process at once. */
export function startTaskProcess<Assignment, Task, Ready, Answer, Note = never>(
  work: Work<Assignment, Answer, Note>,
): TaskProcess<Task, Ready, Answer> {
  const { program, title, limits, say } = work;
  const ready = defer<Ready>();
  /** Tasks without an answer. The process works on the first one. */
  const waiting: (Deferred<Answer> & { readonly task: Task })[] = [];
  let running: ChildProcess<Assignment | Task> | undefined;
  let isReady = false;
  /** Processes started since one was ready. */
  let starts = 0;
  /** Why no more is done. */
  let over: { readonly error: unknown } | undefined;
  let thrown: ThrownMessage | undefined;

  function fail(error: unknown): void {
    over ??= { error };
    running?.kill();
    for (const { reject } of [ready, ...waiting.splice(0)]) reject(error);
  }

  function take(message: Message<Ready, Answer, Note>): void {
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
      case 'note':
        work.noted?.(message.note);
        break;
      case 'answer':
        work.answered?.(message.answer);
        waiting.shift()?.resolve(message.answer);
        break;
      case 'thrown':
        thrown = message;
        break;
    }
  }

  function died(how: string): void {
    // An exception is a mistake of ours, so its whole stack is printed for a report.
    if (thrown !== undefined) say(thrown.stack);
    waiting.shift()?.resolve(work.instead(thrown === undefined ? how : howOf(thrown)));
  }

  function ended(end: End): void {
    running = undefined;
    if (over !== undefined) return;
    if (!isReady) {
      // The system may have killed it because of memory, so it is worth another start.
      if (isKilled(end, thrown) && starts < MOST_STARTS) start();
      else {
        const by = thrown;
        work.hypervisor().then((hypervisor) => fail(startError(title, hypervisor, end, by)), fail);
      }
      return;
    }
    isReady = false;
    if (end.how !== undefined) died(end.how);
    thrown = undefined;
    if (waiting.length > 0) start();
  }

  function start(): void {
    starts += 1;
    const started = startChild<Assignment | Task, Message<Ready, Answer, Note>>(program, limits, {
      isBusy: () => isReady && waiting.length > 0,
      isAnswer: ({ kind }) => kind === 'answer',
      take,
      ended,
    });
    running = started;
    Promise.resolve(work.assignment()).then(started.send, fail);
  }

  start();
  return {
    ready: ready.promise,
    ask(task) {
      const one = { task, ...defer<Answer>() };
      waiting.push(one);
      if (over !== undefined) fail(over.error);
      else if (running === undefined) start();
      else if (isReady) running.send(task);
      return one.promise;
    },
    close: () => fail(new Error(`${title}: expected one that is open, got one that was closed`)),
  };
}
