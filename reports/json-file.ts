/** A JSON file that the user named. */
import { readFileSync, statSync } from 'node:fs';

/** In bytes: forty times the compliance.json of a whole run. */
const LARGEST = 1 << 28;

/**
 * The content; undefined if the file cannot be read, is not regular, is too large or is no JSON. So reading never
 * blocks and never fills the memory.
 */
export function readJsonFile(file: string): unknown {
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > LARGEST) return undefined;
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
