/** The values that options take, as the command line gives them. Each throws commander's error, which names the option. */
import type { IPickleOrder } from '@cucumber/cucumber/api';
import { InvalidArgumentError, Option } from 'commander';

/** Where documents go when nothing else is said; from the folder the command is called in. */
export const DEFAULT_OUT = 'reports/out';

/** "2/5": the second of five parts. */
export function parseShard(value: string): string {
  const [, part, parts] = /^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? [];
  if (Number(part) >= 1 && Number(part) <= Number(parts)) return value;
  throw new InvalidArgumentError('Expected I/N with I from 1 to N, and N up to 9999, such as 2/5.');
}

/** A number of processes. */
export function parseParallel(value: string): number {
  if (/^[1-9]\d?$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number of processes from 1 to 99.');
}

/** A span of time in seconds, such as 20 or 0.5. */
export function parseSeconds(value: string): number {
  if (/^\d+(\.\d+)?$/.test(value) && Number(value) > 0) return Number(value);
  throw new InvalidArgumentError('Expected a number of seconds, such as 20.');
}

/** "random" or "random:SEED". A seed is made up where none is given, so that the order can be had again. */
export function parseOrder(value: string): IPickleOrder {
  const [, seed] = /^random(?::([\w-]+))?$/.exec(value) ?? [value];
  if (/^random(:[\w-]+)?$/.test(value)) return `random:${seed ?? Math.floor(Math.random() * 1_000_000)}`;
  throw new InvalidArgumentError('Expected random or random:SEED.');
}

/** The first part of a run's key, "xen-4.17": it stands in file names and column heads. */
export function parseLabel(value: string): string {
  if (/^[\w.+-]+$/.test(value)) return value;
  throw new InvalidArgumentError('Expected letters, digits, dots and dashes, such as xen-4.17.');
}

/** Of an option that may be given several times. */
export const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** What commands take that may colour what they say. */
export const NO_COLOUR = ['--no-color', 'never colour; default: on a terminal, unless NO_COLOR is set'] as const;

/** Of the commands that write a report. */
export const NO_ALLURE = ['--no-allure', 'leave out allure-results/, some thousand files'] as const;
export const DEVIATIONS = ['--deviations <FILE>', "deviations expected beside the project's; may be repeated"] as const;
export const ACCEPT = [
  '--accept <FILE>',
  'write unexpected failures to a file for --deviations, and accept them',
] as const;
export const failOn = (): Option =>
  new Option('--fail-on <WHAT>', 'what makes the status 1; regressions: only what is worse than in the baseline')
    .choices(['unexpected', 'regressions'])
    .default('unexpected');
