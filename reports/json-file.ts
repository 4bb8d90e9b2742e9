/** A JSON file that the user named. */
import { readFileSync, statSync } from 'node:fs';

/** Bytes. Forty times the compliance.json of a whole run. */
const LARGEST = 1 << 28;

/** Its content; undefined where it cannot be read, is no regular file, or is too large or no JSON: it never waits or fills the memory. */
export function readJsonFile(file: string): unknown {
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > LARGEST) return undefined;
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
