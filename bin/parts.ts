/**
 * Messages of several processes in one file. Each process writes its own part next to it. A part is appended to the
 * file once its process has ended, so the file is valid at any moment and holds one stream of messages after another.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cutOff, writing } from './recording';

/** The messages of one process. */
export interface Part {
  /** The file with them. */
  readonly file: string;
  /** The file to which they will be appended. */
  readonly messages: string;
}

/** Bytes. */
const PIECE = 1 << 20;
/** The process that writes the part, or the parent of that process. */
const PART_NAME = /^messages\.(\d+)-\d+\.ndjson$/;

/** Empties the file of all messages, and makes its parts. Throws a user error if it cannot be written. */
export function openParts(messages: string): () => Part {
  writing(messages, () => {
    writeFileSync(messages, '');
    removeLeftParts(dirname(messages));
  });
  let count = 0;
  return () => {
    return { messages, file: join(dirname(messages), `messages.${process.pid}-${++count}.ndjson`) };
  };
}

/** Parts that were left by a command that was killed together with its processes. */
function removeLeftParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = PART_NAME.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Appends the part to the file of all messages, without a scenario that has not ended, and removes the part. A process
 * that ended early may have left none.
 */
export function joinPart({ file, messages }: Part): void {
  if (!existsSync(file)) return;
  cutOff(file);
  writing(messages, () => append(file, messages));
  rmSync(file);
}

function append(path: string, to: string): void {
  const [source, target] = [openSync(path, 'r'), openSync(to, 'a')];
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    for (let size = readSync(source, buffer); size > 0; size = readSync(source, buffer))
      writeFileSync(target, buffer.subarray(0, size));
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

export function dropPart({ file }: Part): void {
  rmSync(file, { force: true });
}

/** The complete lines of a file; none if there is no file. */
export function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
