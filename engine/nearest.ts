/** Names that are similar to a mistyped one. */

/** Levenshtein's distance: how many letters to insert, remove or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

const NEAREST = 3;

/**
 * The three of `names` that are most similar to `name`, the nearest first. `plain`: the part of a name that is
 * compared.
 */
export function nearestOf(
  name: string,
  names: Iterable<string>,
  plain: (text: string) => string = (text) => text,
): readonly string[] {
  const wanted = plain(name);
  return [...new Set(names)]
    .map((each) => ({ each, far: distance(plain(each), wanted) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, NEAREST)
    .map(({ each }) => each);
}

/** The same as a text: "a, b, c". */
export const nearest = (name: string, names: Iterable<string>): string => nearestOf(name, names).join(', ');
