/** The table of known differences: every one has its explanation, and every explanation its difference. */
import { parse } from 'yaml';
import { reasonOf, userError } from '../engine/user-error';
import type { Difference, Replayed } from './replay';

/** Explanations by place: `ID/FIELD` of a case, `ID/STEP/FIELD` of a sequence. */
export type Explanations = ReadonlyMap<string, string>;

export interface Placed extends Difference {
  readonly place: string;
  readonly note: string;
  /** Why the hypervisor crashed here, if it did. */
  readonly stopped?: string;
  /** From the table, where it has one. */
  readonly because?: string;
}

export interface Judgement {
  readonly differences: readonly Placed[];
  /** Places of the table where nothing differs. */
  readonly gone: readonly string[];
}

interface Row {
  readonly because: string;
  readonly differences: readonly string[];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isRow(value: unknown): value is Row {
  if (typeof value !== 'object' || value === null || !('because' in value) || !('differences' in value)) return false;
  return isText(value.because) && Array.isArray(value.differences) && value.differences.every(isText);
}

function parseYaml(file: string, content: string): unknown {
  try {
    return parse(content) ?? [];
  } catch (error) {
    throw userError(`${file}: expected YAML (${reasonOf(error)})`);
  }
}

/** Reads the table: rows of `because` and `differences`. Throws a user error if it is none, or names a place twice. */
export function parseExplanations(file: string, content: string): Explanations {
  const rows = parseYaml(file, content);
  if (!Array.isArray(rows) || !rows.every(isRow))
    throw userError(`${file}: expected a list of because (a sentence) and differences (a list of places)`);
  const all = rows.flatMap(({ because, differences }) => differences.map((place) => [place, because] as const));
  const table = new Map(all);
  const twice = all.map(([place]) => place).find((place, index, places) => places.indexOf(place) !== index);
  if (twice !== undefined) throw userError(`${file}: expected each place once, got ${twice} twice`);
  return table;
}

/** Every difference at its place, with its explanation, and the explanations that nothing needs any more. */
export function judge(results: readonly Replayed[], table: Explanations): Judgement {
  const differences = results.flatMap(({ id, step, note, differences: found, stopped }) =>
    found.map((difference): Placed => {
      const place = [id, ...(step === undefined ? [] : [step]), difference.field].join('/');
      const because = table.get(place);
      return {
        ...difference,
        place,
        note,
        ...(stopped !== undefined && { stopped }),
        ...(because !== undefined && { because }),
      };
    }),
  );
  const places = new Set(differences.map(({ place }) => place));
  return { differences, gone: [...table.keys()].filter((place) => !places.has(place)) };
}

interface Judged {
  readonly differences: readonly { readonly because?: string }[];
  readonly gone: readonly string[];
}

/** Whether every difference is explained, and no explanation is left over. */
export const isExplained = ({ differences, gone }: Judged): boolean =>
  gone.length === 0 && differences.every(({ because }) => because !== undefined);
