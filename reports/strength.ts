/**
 * The strength of the suite: the result of running it against references that each lack one rule, and against changes
 * of the code.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { isObject } from '../engine/shape';
import { userError } from '../engine/user-error';
import { readJsonFile } from './json-file';

export interface Strength {
  readonly rules: {
    /** 0 if rules were not measured. */
    readonly total: number;
    /** Number of rules without which a scenario failed. */
    readonly killed: number;
    /** Names of the rules without which no scenario failed. */
    readonly survivors: readonly string[];
  };
  /** Missing if changes of the code were not measured. */
  readonly code?: CodeStrength;
}

/** How many changes were noticed, and the 95 % interval of their share, in percent. */
export interface Noticed {
  readonly noticed: number;
  readonly from: number;
  readonly to: number;
}

/** Of one part of the code. Changes that do not compile, or that nobody can notice, are not in `total`. */
export interface PartStrength {
  readonly name: string;
  readonly total: number;
  /** Number of changes that are listed as ones that nobody can notice. */
  readonly equivalent: number;
  /** Number of changes of what a refusal cites: nothing that a scenario sees. They are not in `features`. */
  readonly citations: number;
  /** By the features alone; null for code that they do not run. */
  readonly features: Noticed | null;
  /** By features and unit tests. */
  readonly all: Noticed;
}

export interface CodeStrength {
  /** The seed of the sample; null if all changes were measured. */
  readonly seed: number | null;
  readonly parts: readonly PartStrength[];
  /** Changes that nothing noticed. */
  readonly survivors: readonly {
    readonly file: string;
    readonly line: number;
    /** The text of the line. */
    readonly text: string;
    readonly change: string;
  }[];
}

/** What the figures are about, for all documents. */
export const CODE_CHANGED =
  'The code was changed in one place at a time. What a refusal cites, only unit tests can notice.';

/** "95 % (93 to 97)"; a dash if nothing was measured. */
export function shareNoticed(figure: Noticed | null, total: number): string {
  if (figure === null || total === 0) return '–';
  return `${Math.round((100 * figure.noticed) / total)} % (${Math.round(figure.from)} to ${Math.round(figure.to)})`;
}

/** The figures of a part as a line for the terminal. */
export function partLine({ name, total, citations, features, all }: PartStrength): string {
  const who =
    features === null
      ? 'unit tests notice'
      : `features notice ${shareNoticed(features, total - citations)}, with unit tests`;
  return `of ${total} changes of ${name}, ${who} ${shareNoticed(all, total)}`;
}

const isNoticed = (value: unknown): value is Noticed =>
  isObject(value) && ['noticed', 'from', 'to'].every((name) => typeof value[name] === 'number');

function isPart(value: unknown): value is PartStrength {
  if (!isObject(value)) return false;
  const { name, total, equivalent, citations, features, all } = value;
  return (
    typeof name === 'string' &&
    typeof total === 'number' &&
    typeof equivalent === 'number' &&
    typeof citations === 'number' &&
    (features === null || isNoticed(features)) &&
    isNoticed(all)
  );
}

function isCode(value: unknown): value is CodeStrength {
  if (!isObject(value)) return false;
  const { seed, parts, survivors } = value;
  return (
    (seed === null || typeof seed === 'number') &&
    Array.isArray(parts) &&
    parts.every(isPart) &&
    Array.isArray(survivors) &&
    survivors.every(
      (one) =>
        isObject(one) &&
        typeof one['line'] === 'number' &&
        ['file', 'text', 'change'].every((name) => typeof one[name] === 'string'),
    )
  );
}

function isStrength(value: unknown): value is Strength {
  if (!isObject(value) || !isObject(value['rules'])) return false;
  const { total, killed, survivors } = value['rules'];
  return (
    typeof total === 'number' &&
    typeof killed === 'number' &&
    Array.isArray(survivors) &&
    survivors.every((name) => typeof name === 'string') &&
    (value['code'] === undefined || isCode(value['code']))
  );
}

/** Reads a strength.json. Throws a user error if the file is none. */
export function readStrength(file: string): Strength {
  const content = readJsonFile(file);
  if (isStrength(content)) return content;
  throw userError(`${file} is no strength.json: make one with "livepatch-conformance strength".`);
}

/** Writes one half of a strength.json and keeps the other, if there is one. */
export function writeStrength(file: string, measured: Partial<Strength>): void {
  const before: Strength = existsSync(file) ? readStrength(file) : { rules: { total: 0, killed: 0, survivors: [] } };
  writeFileSync(file, `${JSON.stringify({ ...before, ...measured }, null, 2)}\n`);
}
