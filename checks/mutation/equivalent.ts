/** Changes that nobody can notice, with the reason: checks/equivalent-mutants.yaml. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isObject } from '../../engine/shape';
import { userError } from '../../engine/user-error';
import type { Sources } from '../imports';
import type { Mutant } from './mutants';

export interface Equivalent {
  readonly file: string;
  /** The text of the line; its number changes too often. */
  readonly line: string;
  /** As `changeOf` writes it. */
  readonly change: string;
  readonly why: string;
}

const LONGEST = 60;

/** In one line, and not too long. */
function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

export const changeOf = ({ operator, was, becomes }: Mutant): string =>
  `${operator}: ${short(was)}${becomes === '' ? '' : ` becomes ${short(becomes)}`}`;

export const lineOf = ({ file, line }: Mutant, sources: Sources): string =>
  sources.get(file)?.split('\n')[line - 1]?.trim() ?? '';

const FIELDS = ['file', 'line', 'change', 'why'];

const isEquivalent = (value: unknown): value is Equivalent =>
  isObject(value) &&
  Object.keys(value).length === FIELDS.length &&
  FIELDS.every((field) => typeof value[field] === 'string' && value[field] !== '');

/** Throws a user error if a row of the file lacks something. */
export function readEquivalents(file: string): readonly Equivalent[] {
  const rows: unknown = parse(readFileSync(file, 'utf8')) ?? [];
  if (!Array.isArray(rows)) throw userError(`${file} has no rows: write a list with ${FIELDS.join(', ')}.`);
  return rows.map((row: unknown) => {
    if (isEquivalent(row)) return row;
    throw userError(`${file}: a row needs ${FIELDS.join(', ')}, and has ${JSON.stringify(row)}.`);
  });
}

/** The row of a mutant, if it is listed. */
export function listedAs(mutant: Mutant, equivalents: readonly Equivalent[], sources: Sources): Equivalent | undefined {
  const [text, own] = [lineOf(mutant, sources), changeOf(mutant)];
  return equivalents.find(({ file, line, change }) => file === mutant.file && line === text && change === own);
}
