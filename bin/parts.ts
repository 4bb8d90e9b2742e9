/**
 * Messages of several processes in one file. Each process writes a part of its own beside it; a part is appended to the
 * file once its process has ended. So the file is valid at any moment, and holds one stream of messages after another.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writing } from './recording';

/** The files of one process. */
export interface Part {
  /** The file that the part will be appended to. */
  readonly messages: string;
  /** The messages of the scenarios that have ended. */
  readonly ended: string;
  /** The messages of the scenario that is running. */
  readonly running: string;
}

/** Bytes. */
const PIECE = 1 << 20;
const NEWLINE = '\n'.charCodeAt(0);
/** The process whose part it is, or whose child's. */
const PART_NAME = /^messages\.(\d+)-\d+(\.running)?\.ndjson$/;

/** Starts the file of all messages anew, and makes parts of it. Throws a user error where it cannot be written. */
export function openParts(messages: string): () => Part {
  writing(messages, () => {
    writeFileSync(messages, '');
    removeLeftParts(dirname(messages));
  });
  let count = 0;
  return () => {
    const path = join(dirname(messages), `messages.${process.pid}-${++count}`);
    return { messages, ended: `${path}.ndjson`, running: `${path}.running.ndjson` };
  };
}

/** What a command left that was killed together with its processes. */
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

/** Appends the part to the file of all messages, and removes it. A process that ended early may have left none. */
export function joinPart(part: Part): void {
  const { messages, ended } = part;
  if (!existsSync(ended)) return;
  const from = openSync(ended, 'r');
  try {
    writing(messages, () => {
      append(from, messages);
    });
  } finally {
    closeSync(from);
  }
  dropPart(part);
}

function append(from: number, path: string): void {
  const to = openSync(path, 'a');
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    let last = NEWLINE;
    for (let size = readSync(from, buffer); size > 0; size = readSync(from, buffer)) {
      writeFileSync(to, buffer.subarray(0, size));
      last = buffer[size - 1] ?? last;
    }
    // A process that was killed may have been in the midst of a line.
    if (last !== NEWLINE) writeFileSync(to, '\n');
  } finally {
    closeSync(to);
  }
}

export function dropPart({ ended, running }: Part): void {
  for (const file of [ended, running]) rmSync(file, { force: true });
}

/** The lines of a file, without one that was not written to its end; none where there is no file. */
export function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
