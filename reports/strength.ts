/** The strength of the suite: the result of running it against references that each lack one rule. */
import { isObject } from '../engine/shape';
import { userError } from '../engine/user-error';
import { readJsonFile } from './json-file';

export interface Strength {
  readonly rules: {
    readonly total: number;
    /** Number of rules without which a scenario failed. */
    readonly killed: number;
    /** Names of the rules without which no scenario failed. */
    readonly survivors: readonly string[];
  };
}

function isStrength(value: unknown): value is Strength {
  if (!isObject(value) || !isObject(value['rules'])) return false;
  const { total, killed, survivors } = value['rules'];
  return (
    typeof total === 'number' &&
    typeof killed === 'number' &&
    Array.isArray(survivors) &&
    survivors.every((name) => typeof name === 'string')
  );
}

/** Reads a strength.json. Throws a user error if the file is none. */
export function readStrength(file: string): Strength {
  const content = readJsonFile(file);
  if (isStrength(content)) return content;
  throw userError(`${file} is no strength.json: make one with "livepatch-conformance strength".`);
}
