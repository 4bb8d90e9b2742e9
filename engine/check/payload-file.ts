/** Reads a payload's file, but not more than could be loaded. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { LIMITS } from '../abi/hypercall';
import { fileReasonOf, userError } from '../user-error';

export interface PayloadFile {
  /** The file, or its beginning if the rest would not be read. */
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

/** What the payload in a file is called by the tool that loads it: as the file, without what begins at its last dot. */
export const nameOfFile = (path: string): string => basename(path).replace(/\.[^.]*$/, '');

/** A larger file is refused for its size, whatever is behind this. */
const READ_LIMIT = LIMITS.payload + 1;

/** Reads into all of `bytes`, or as much as there is. */
function fill(descriptor: number, bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, at);
    if (read === 0) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

/** Throws a user error if the file cannot be read, or is none: opening a pipe or a device might never end. */
export function readPayloadFile(path: string): PayloadFile {
  let descriptor: number | undefined;
  try {
    const status = statSync(path);
    if (!status.isFile()) throw new Error(status.isDirectory() ? 'it is a folder' : 'it is not a regular file');
    descriptor = openSync(path, 'r');
    const bytes = fill(descriptor, new Uint8Array(Math.min(status.size, READ_LIMIT)));
    return { bytes, size: bytes.length < READ_LIMIT ? bytes.length : status.size };
  } catch (error) {
    throw userError(`The payload ${path} cannot be read: ${fileReasonOf(error)}.`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
