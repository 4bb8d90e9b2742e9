/** The lists of entries that the project's YAML files are, read with a sentence for whatever is wrong in them. */
import { parse } from 'yaml';
import { isObject } from '../engine/shape';

/** One entry, before it is known what it holds. */
export type Entry = Readonly<Record<string, unknown>>;
/** Called with each problem, as a sentence. */
export type Report = (problem: string) => void;

export const isEntry: (value: unknown) => value is Entry = isObject;
export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
export const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText);
const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** The list of entries in a YAML text, with the name to call each by. What is no entry is reported and left out. */
export function entries(
  yaml: string,
  title: string,
  keys: readonly string[],
  report: Report,
): readonly [string, Entry][] {
  const list: unknown = parse(yaml);
  if (!Array.isArray(list)) {
    report(`${title}: expected a list, got ${show(list)}`);
    return [];
  }
  const seen = new Set<string>();
  return list.flatMap((entry: unknown, index): [string, Entry][] => {
    const nth = `${title}, entry ${index + 1}`;
    if (!isEntry(entry)) {
      report(`${nth}: expected an id and its fields, got ${show(entry)}`);
      return [];
    }
    const name = isText(entry['id']) ? entry['id'] : nth;
    if (seen.has(name)) report(`${name}: the id is there twice`);
    seen.add(name);
    for (const key of Object.keys(entry)) {
      if (!keys.includes(key)) report(`${name}: unknown key ${key}`);
    }
    return [[name, entry]];
  });
}

/** The value if it is what it should be; if not, that is reported. */
export function expect<T>(
  is: (value: unknown) => value is T,
  value: unknown,
  what: string,
  report: Report,
): T | undefined {
  if (is(value)) return value;
  report(`expected ${what}, got ${show(value)}`);
  return undefined;
}
