/**
 * The other side of `task-process.ts`, in the process: it reads its assignment and then tasks from stdin, and writes its frames
 * to stdout. Both block, so that nothing that it wrote is lost when the emulator kills it.
 */
import { isUserError, reasonOf } from '../user-error';
import { readFrame, writeFrame } from './frames';
import type { Message } from './task-process';

const STDIN = 0;
const STDOUT = 1;

export interface Tasks<Assignment, Task, Ready, Answer, Note> {
  readonly assignment: Assignment;
  readonly tell: (message: Message<Ready, Answer, Note>) => void;
  /** The next task, when there is one; undefined at the end. */
  readonly next: () => Task | undefined;
}

/** Does what the process is for. An exception is told, and ends it. */
export function serveTasks<Assignment, Task, Ready, Answer, Note = never>(
  work: (tasks: Tasks<Assignment, Task, Ready, Answer, Note>) => void,
): void {
  const tell = (message: Message<Ready, Answer, Note>): void => writeFrame(STDOUT, message);
  try {
    const assignment = readFrame(STDIN) as Assignment | undefined;
    if (assignment !== undefined) work({ assignment, tell, next: () => readFrame(STDIN) as Task | undefined });
  } catch (error) {
    const stack = (error instanceof Error ? error.stack : undefined) ?? reasonOf(error);
    tell({ kind: 'thrown', isForUser: isUserError(error), message: reasonOf(error), stack });
    process.exitCode = 1;
  }
}
