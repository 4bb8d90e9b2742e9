/**
 * Errors of the user's machine or command line: one sentence that says what to do. The command prints the sentence,
 * without a stack, and ends with status 2.
 */
const NAME = 'UserError';

/** An error whose message is for the user: one sentence. */
export function userError(sentence: string): Error {
  return Object.assign(new Error(sentence), { name: NAME });
}

/** Whether this is meant for the user, and not a mistake in the program. */
export function isUserError(error: unknown): error is Error {
  return error instanceof Error && error.name === NAME;
}

/** Why a file cannot be read, without its name: "no such file or directory". */
export const fileReasonOf = (error: unknown): string =>
  reasonOf(error).replace(/^[A-Z0-9]+: (.*), \w+( '.*')?$/s, '$1');

/** The reason alone, for the end of a user's sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
