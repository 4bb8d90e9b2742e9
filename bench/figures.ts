/** Measured values next to their goals. They are not judged, because figures of a busy machine are no test. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The goal: the largest value, in the same unit; undefined if there is none. */
  readonly target?: number;
}

/** The middle value, or the upper one of two. RangeError if there are no values. */
export function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
  if (middle === undefined) throw new RangeError('median: expected at least one value, got none');
  return middle;
}

/** Three significant digits; whole numbers are not cut. */
function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

/** A table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, target }) => [
    name,
    `${shown(value)} ${unit}`.trim(),
    target === undefined ? '' : `at most ${shown(target)}`,
    target === undefined ? '' : value <= target ? 'met' : 'missed',
  ]);
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(([name = '', value = '', target = '', verdict = '']) =>
      `${name.padEnd(width(0))}  ${value.padStart(width(1))}  ${target.padEnd(width(2))}  ${verdict}`.trimEnd(),
    )
    .join('\n');
}
