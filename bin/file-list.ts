/** A list of files, one per line, which may be longer than a command line. */
import { createReadStream } from 'node:fs';
import { fileReasonOf, isUserError, userError } from '../engine/user-error';

/** The name that means the standard input. */
const STDIN = '-';
/** In characters. No system takes a longer path. */
const LONGEST_PATH = 4096;

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LONGEST_PATH) break;
  }
  yield rest;
}

/** The files that a list names, empty lines left out. Throws a user error if it cannot be read or is no such list. */
export async function* filesIn(list: string): AsyncGenerator<string> {
  const name = list === STDIN ? 'on the standard input' : list;
  const input = list === STDIN ? process.stdin.setEncoding('utf8') : createReadStream(list, 'utf8');
  try {
    for await (const line of linesOf(input)) {
      if (line.length > LONGEST_PATH)
        throw userError(
          `The list ${name} is not a list of files: it has a line of more than ${LONGEST_PATH} characters.`,
        );
      if (line !== '') yield line;
    }
  } catch (error) {
    if (isUserError(error)) throw error;
    throw userError(`The list ${name} cannot be read: ${fileReasonOf(error)}.`);
  }
}
