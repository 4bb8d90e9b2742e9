/**
 * A synchronous channel of bytes to another process: named pipes that are opened for both directions, so that neither
 * side waits for the other to open them, and short pauses while nothing arrives.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

const BELL = new Int32Array(new SharedArrayBuffer(4));
const PIECE = 1 << 16;

/** Milliseconds, also of less than one. */
export function nap(time: number): void {
  Atomics.wait(BELL, 0, 0, time);
}

export interface Channel {
  /** Returns when all of it is written. `onWait` is called meanwhile, and may throw. */
  readonly write: (bytes: Uint8Array, onWait: () => void) => void;
  /** What has arrived; nothing if nothing has. */
  readonly read: () => Uint8Array;
  /** Drops what has arrived, and what was written but not read yet. */
  readonly drain: () => void;
  readonly close: () => void;
}

/** The two pipes of a channel: what the other process reads, and what it writes. */
export const pipesOf = (path: string): Readonly<Record<'in' | 'out', string>> => ({
  in: `${path}.in`,
  out: `${path}.out`,
});

/** Undefined if nothing can be read or written now. */
function unlessAgain<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** Makes the pipes of a channel, and opens them. */
export function createChannel(path: string): Channel {
  const pipes = pipesOf(path);
  execFileSync('mkfifo', [pipes.in, pipes.out]);
  const [input, output] = [pipes.in, pipes.out].map((pipe) => openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
  if (input === undefined || output === undefined) throw new TypeError(`channel: expected two pipes, got less`);
  const room = Buffer.alloc(PIECE);
  const readFrom = (pipe: number): Uint8Array => {
    const count = unlessAgain(() => readSync(pipe, room)) ?? 0;
    return new Uint8Array(room.subarray(0, count));
  };
  return {
    write(bytes, onWait) {
      let rest = bytes;
      while (rest.length > 0) {
        const piece = rest;
        const written = unlessAgain(() => writeSync(input, piece));
        rest = rest.subarray(written ?? 0);
        if (written !== undefined) continue;
        onWait();
        nap(0.1);
      }
    },
    read: () => readFrom(output),
    drain() {
      for (const pipe of [input, output]) while (readFrom(pipe).length > 0);
    },
    close() {
      closeSync(input);
      closeSync(output);
    },
  };
}
