/** What the command says: verdicts and documents on the standard output, complaints on the standard error. */
import type { Writable } from 'node:stream';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Resolves once the system has taken the text, and all before it: a slow reader is waited for. */
function written(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => {
      resolve();
    });
  });
}

/** As `print`, for output without an end: resolves once there is room for more. */
export const printAndWait = (line: string): Promise<void> => written(process.stdout, `${line}\n`);

/** Resolves once nothing is left to be written, or nothing more can be. */
export async function flush(): Promise<void> {
  const unfinished = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  await Promise.all(unfinished.map((stream) => written(stream, '')));
}
