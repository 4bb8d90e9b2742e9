/** How far a target agrees with the booted Xen. */
import type { EmulatedTarget } from '../engine/target';
import { readRecorded } from './data';
import { judge, type Explanations, type Placed } from './differences';
import { replayCase, replaySequence, type Replayed } from './replay';

export type { Difference, Replayed } from './replay';

export interface Agreement {
  readonly cases: readonly Replayed[];
  readonly steps: readonly Replayed[];
  /** Milliseconds of each case, with the reset before it. */
  readonly milliseconds: readonly number[];
  /** Resident bytes of this process before the first case, and after the last step. */
  readonly memory: { readonly before: number; readonly after: number };
}

/** Replays a folder of recordings. Throws a user error if it holds something else. */
export function measureFidelity(target: EmulatedTarget, folder: string): Agreement {
  const recorded = readRecorded(folder);
  const milliseconds: number[] = [];
  const before = process.memoryUsage.rss();
  const cases = recorded.cases.map((one) => {
    const start = process.hrtime.bigint();
    target.reset({ cpus: 1 });
    const result = replayCase(target, recorded, one);
    milliseconds.push(Number(process.hrtime.bigint() - start) / 1e6);
    return result;
  });
  const steps = recorded.sequences.flatMap((sequence) => {
    target.reset({ cpus: sequence.vcpus ?? 1 });
    return replaySequence(target, recorded, sequence);
  });
  return { cases, steps, milliseconds, memory: { before, after: process.memoryUsage.rss() } };
}

const agrees = ({ differences }: Replayed): boolean => differences.length === 0;
export const percent = (results: readonly Replayed[]): string =>
  `${results.filter(agrees).length} of ${results.length} (${((100 * results.filter(agrees).length) / Math.max(results.length, 1)).toFixed(1)} %)`;

/** `upload 980 of 980`, for each field in the order in which it was first compared. */
export function fieldLines(results: readonly Replayed[]): readonly string[] {
  const fields = [...new Set(results.flatMap(({ compared }) => compared))];
  return fields.map((field) => {
    const compared = results.filter((result) => result.compared.includes(field));
    const equal = compared.filter(({ differences }) => differences.every((difference) => difference.field !== field));
    return `  ${field.padEnd(9)} ${equal.length} of ${compared.length}`;
  });
}

/** Time and memory, in one line. */
export function costLine({ milliseconds, memory }: Pick<Agreement, 'milliseconds' | 'memory'>): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const seconds = sorted.reduce((sum, one) => sum + one, 0) / 1000;
  const perMinute = seconds === 0 ? 0 : Math.round((60 * sorted.length) / seconds);
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  return (
    `${median.toFixed(1)} ms a case in the median, ${perMinute} cases a minute; ` +
    `${megabytes(memory.before)} MiB of memory before, ${megabytes(memory.after)} MiB after`
  );
}

function describe({ place, note, booted, here, stopped }: Placed): string {
  const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  const why = stopped === undefined ? '' : ` (stopped: ${stopped})`;
  return `  ${place} ${note}: ${shown(booted)} there, ${shown(here)} here${why}`;
}

/** The differences below their explanations. */
export function differenceLines(differences: readonly Placed[]): readonly string[] {
  const explanations = [...new Set(differences.map(({ because }) => because))];
  return explanations.flatMap((because) => [
    because ?? 'Not explained:',
    ...differences.filter((one) => one.because === because).map(describe),
  ]);
}

export const goneLines = (gone: readonly string[]): readonly string[] =>
  gone.map((place) => `${place}: explained in the table, and no longer different`);

/** The agreement as lines for people: the figures, then every difference with its explanation. */
export function fidelityText(agreement: Agreement, explanations: Explanations = new Map()): readonly string[] {
  const { cases, steps } = agreement;
  const { differences, gone } = judge([...cases, ...steps], explanations);
  return [
    `cases as on the booted Xen: ${percent(cases)}`,
    ...fieldLines(cases),
    `steps of sequences as on the booted Xen: ${percent(steps)}`,
    ...fieldLines(steps),
    costLine(agreement),
    ...differenceLines(differences),
    ...goneLines(gone),
  ];
}
