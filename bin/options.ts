/** Parsers of option values. Each throws commander's error, which names the option. */
import type { IPickleOrder } from '@cucumber/cucumber/api';
import { InvalidArgumentError, Option } from 'commander';
import { SOURCE_VARIABLE } from '../engine/debian/sources';
import type { FailOn } from '../reports';

/** The default folder for documents, relative to the caller's folder. */
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

/** "random" or "random:SEED". Without a seed, one is made up, so that the order can be repeated. */
export function parseOrder(value: string): IPickleOrder {
  const [, seed] = /^random(?::([\w-]+))?$/.exec(value) ?? [value];
  if (/^random(:[\w-]+)?$/.test(value)) return `random:${seed ?? Math.floor(Math.random() * 1_000_000)}`;
  throw new InvalidArgumentError('Expected random or random:SEED.');
}

/** The first part of a run's key, "xen-4.17". File names and column heads contain it. */
export function parseLabel(value: string): string {
  if (/^[\w.+-]+$/.test(value)) return value;
  throw new InvalidArgumentError('Expected letters, digits, dots and dashes, such as xen-4.17.');
}

/** A number such as 0x15 or 21. */
export function parseNumber(value: string): number {
  if (/^(0x[\da-f]{1,8}|\d{1,9})$/i.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number, such as 0x15.');
}

/** For an option that may be repeated. */
export const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The option of commands that may fetch something. */
export const DEBIAN_SOURCE = [
  '--debian-source <URI>',
  `mirrors of Debian for what is fetched; default: the system's sources`,
] as const;

export interface SourceOptions {
  readonly debianSource?: string;
}

/** The option sets the environment variable, which everything that fetches reads. */
export function useDebianSource({ debianSource }: SourceOptions): void {
  if (debianSource !== undefined) process.env[SOURCE_VARIABLE] = debianSource;
}

/** The option of commands with coloured output. */
export const NO_COLOUR = ['--no-color', 'no colour; default: colour on a terminal, unless NO_COLOR is set'] as const;

/** The options of commands that write a report. */
export const NO_ALLURE = ['--no-allure', 'do not write allure-results/, which is thousands of files'] as const;
export const DEVIATIONS = [
  '--deviations <FILE>',
  "deviations expected in addition to the project's; may be repeated",
] as const;
export const ACCEPT = [
  '--accept <FILE>',
  'write unexpected failures to a file for --deviations, and accept them',
] as const;
export const failOn = (): Option =>
  new Option('--fail-on <WHAT>', 'what makes the exit status 1; regressions: only what is worse than in the baseline')
    .choices(['unexpected', 'regressions'] satisfies readonly FailOn[])
    .default('unexpected');
