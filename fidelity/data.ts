/** Reads the recordings of the booted Xen from their folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, userError } from '../engine/user-error';
import { parseBases, parseCases, parseSequences } from './parse';
import type { Recorded } from './types';

const WATCHED_BYTES = 16;

/** A file of the folder; a user error if it cannot be read. */
function readRecording(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw userError(`${file}: expected a file of recordings (${reasonOf(error)})`);
  }
}

/** Reads a folder of recordings: `cases.jsonl`, `sequences.jsonl`, `bases/`. Throws a user error if one is none. */
export function readRecorded(folder: string): Recorded {
  const textOf = (name: string): readonly [string, string] => {
    const file = join(folder, name);
    return [file, readRecording(file).toString('utf8')];
  };
  const bases = parseBases(...textOf('bases/bases.json'));
  const files = new Map<string, Uint8Array>();
  const base = (name: string): Uint8Array => {
    const known = files.get(name) ?? readRecording(join(folder, 'bases', `${name}.livepatch`));
    files.set(name, known);
    return known;
  };
  return {
    cases: parseCases(...textOf('cases.jsonl')),
    sequences: parseSequences(...textOf('sequences.jsonl')),
    payload(name, { patch = [], size }) {
      const original = base(name);
      const bytes = Buffer.alloc(size ?? original.length);
      bytes.set(original.subarray(0, bytes.length));
      for (const [offset, hex] of patch) bytes.write(hex, offset, 'hex');
      return bytes;
    },
    watched: (name) =>
      (bases[name]?.watch ?? []).map((text) => {
        const [function_ = '', bytes] = text.split(/:(?=\d+$)/);
        return { key: text, name: function_, bytes: bytes === undefined ? WATCHED_BYTES : Number(bytes) };
      }),
  };
}
