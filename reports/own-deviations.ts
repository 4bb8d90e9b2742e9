/** Reads files of deviations that a user names. */
import { readFileSync } from 'node:fs';
import { reasonOf, userError } from '../engine/user-error';
import type { DeviationList } from '../features/deviations';
import { parseOwnDeviations } from '../features/own-deviations';

/** The deviations in the files. UserError if a file cannot be read or has an error. */
export function readOwnDeviations(files: readonly string[]): readonly DeviationList[] {
  return files.flatMap((file) => {
    try {
      return parseOwnDeviations(readFileSync(file, 'utf8'), file);
    } catch (error) {
      const why = error instanceof RangeError ? error.message : reasonOf(error);
      throw userError(`The deviations in ${file} cannot be read (${why.split('\n')[0] ?? ''}): correct the file.`);
    }
  });
}
