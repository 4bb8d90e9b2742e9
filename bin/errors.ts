/** What a user is told of an error, and the exit status that comes of it. */
import { getSystemErrorMap } from 'node:util';
import { CommanderError } from 'commander';
import { isUserError } from '../engine/user-error';
import { printable } from '../reports/printable';
import { EXIT, type ExitStatus } from './exit';
import { complain } from './output';

/** Says what went wrong: in a sentence where the user can fix it, with all there is to know where we have to. */
export function explain(error: unknown): ExitStatus {
  // Commander has said it already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.expected : EXIT.usage;
  const [sentence] = causes(error).flatMap(sentenceOf);
  // What a user named may hold anything.
  complain(sentence === undefined ? stackOf(error) : printable(sentence));
  return sentence === undefined ? EXIT.unexpected : EXIT.usage;
}

/** What the system says when it takes no more of what is written. */
const UNWRITABLE: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

/** The sentence that tells the user what to do; none where only we can do something. */
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
