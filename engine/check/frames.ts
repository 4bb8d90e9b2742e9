/** Values on their way through a pipe between two processes: each is serialised and follows its length. */
import { readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { u32At, wordBytes } from '../bytes';

/** Bytes of a length. */
const LENGTH_SIZE = 4;

/** A value as bytes: whatever can be cloned, bigint and Uint8Array included. */
export function frameOf(value: unknown): Uint8Array {
  const body = serialize(value);
  return Buffer.concat([wordBytes(body.length, LENGTH_SIZE), body]);
}

/** Milliseconds between two looks at a pipe that was full. */
const RETRY = 1;
const clock = new Int32Array(new SharedArrayBuffer(4));

/** Writes what there is room for. Returns the number of bytes. */
function writeSome(descriptor: number, bytes: Uint8Array, at: number): number {
  try {
    return writeSync(descriptor, bytes, at);
  } catch (error) {
    // Any use of process.stdout, as by a library, makes its descriptor non-blocking.
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    Atomics.wait(clock, 0, 0, RETRY);
    return 0;
  }
}

/** Writes a value to a descriptor. Returns once the pipe has taken all of it, so that it outlives this process. */
export function writeFrame(descriptor: number, value: unknown): void {
  const bytes = frameOf(value);
  for (let at = 0; at < bytes.length;) at += writeSome(descriptor, bytes, at);
}

/** The next bytes from a descriptor; undefined at the end. */
function readBytes(descriptor: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length;) {
    const read = readSync(descriptor, bytes, at, length - at, null);
    if (read === 0) return undefined;
    at += read;
  }
  return bytes;
}

/** Waits for the next value from a descriptor; undefined at the end. */
export function readFrame(descriptor: number): unknown {
  const head = readBytes(descriptor, LENGTH_SIZE);
  const length = head && u32At(head);
  const body = length === undefined ? undefined : readBytes(descriptor, length);
  return body === undefined ? undefined : deserialize(body);
}

/** Takes chunks as they come in, and calls `take` for each value that is complete. */
export function createFrameReader(take: (value: unknown) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= LENGTH_SIZE) {
      const end = LENGTH_SIZE + u32At(rest);
      if (rest.length < end) return;
      const body = rest.subarray(LENGTH_SIZE, end);
      rest = rest.subarray(end);
      take(deserialize(body));
    }
  };
}
