/** How an error is reported to the user, and the exit status for it. */
import { getSystemErrorMap } from 'node:util';
import { CommanderError } from 'commander';
import { isUserError } from '../engine/user-error';
import { printable } from '../reports/printable';
import { EXIT, type ExitStatus } from './exit';
import { complain } from './output';

/** Reports what went wrong: in one sentence if the user can fix it, with all details if we have to. */
export function explain(error: unknown): ExitStatus {
  // Commander has already printed it. A call for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.expected : EXIT.usage;
  const [sentence] = causes(error).flatMap(sentenceOf);
  // A name from the user may contain control characters.
  complain(sentence === undefined ? stackOf(error) : printable(sentence));
  return sentence === undefined ? EXIT.unexpected : EXIT.usage;
}

/** Error codes of a write that the system refuses. */
const UNWRITABLE: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

/** The sentence that says what to do; undefined if the user can do nothing about it. */
function sentenceOf(error: Error): readonly string[] {
  const { message, code, errno, path = 'the output' }: NodeJS.ErrnoException = error;
  if (isUserError(error)) return [message];
  if (!UNWRITABLE.includes(code) || errno === undefined) return [];
  const reason = getSystemErrorMap().get(errno)?.[1] ?? message;
  return [`Writing ${path} failed (${reason}): make room, or write to another place.`];
}

/** The error and what caused it: Cucumber wraps what a hook throws. */
function causes(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

function stackOf(error: unknown): string {
  const [first, ...others] = causes(error).map(({ stack }) => stack);
  return [first ?? String(error), ...others.map((stack) => `caused by ${stack ?? ''}`)].join('\n');
}
