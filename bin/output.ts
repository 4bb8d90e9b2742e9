/** The command's output: results on the standard output, errors on the standard error. */
import type { Writable } from 'node:stream';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Resolves once the system has taken the text and everything before it. It waits for a slow reader. */
function written(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => {
      resolve();
    });
  });
}

/** Like `print`, for output of any length: resolves once there is room for more. */
export const printAndWait = (line: string): Promise<void> => written(process.stdout, `${line}\n`);

/** Resolves once everything is written, or writing has failed. */
export async function flush(): Promise<void> {
  const unfinished = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  await Promise.all(unfinished.map((stream) => written(stream, '')));
}
