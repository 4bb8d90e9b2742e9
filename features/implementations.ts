/**
 * What implementations were found to do (implementations.yaml): a row for each that was run, with its verdicts. The
 * command `implementations` writes the rows; `built` and `seen` of each are written by hand, and kept.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Revision } from '../engine/abi/hypercall';
import { compareVersions, versionOf } from './deviations';
import { isRevision } from './documents';
import { entries, type Entry, expect, isEntry, isText, type Report } from './entries';

/** The verdicts that say something about an implementation; the others say something about the clause. */
export const ROW_VERDICTS = [
  'conforms',
  'deviates',
  'known-deviation',
  'not-implemented',
  'differs',
  'not-exercised',
] as const;
export type RowVerdict = (typeof ROW_VERDICTS)[number];

/** How many of its scenarios came to what. */
export const ROW_COUNTS = ['total', 'skipped', 'passed', 'known', 'unexpected', 'crashed'] as const;
/** `known`: known deviations, of which it `crashed` in some. `unexpected`: all that calls for a person. */
export type RowCounts = Readonly<Record<(typeof ROW_COUNTS)[number], number>>;

export interface Implementation {
  /** Key of the run: "xen-4.17/2". */
  readonly id: string;
  /** "Xen 4.17.7 (xen-syms-4.17-amd64)". */
  readonly hypervisor: string;
  readonly buildId: string;
  readonly revision: Revision;
  /** Of the suite that it was run with: its version, and its commit where that was known. */
  readonly suite: string;
  /** The day of the run: "2026-11-27". */
  readonly date: string;
  readonly scenarios: RowCounts;
  /** Ids of clauses. One that has none of these verdicts is not in force, not testable, or was not in that suite. */
  readonly verdicts: Readonly<Record<RowVerdict, readonly string[]>>;
  /** How it was built: a few words for people. */
  readonly built: string;
  /** What is worth knowing of it: likewise. */
  readonly seen: string;
}

const KEYS = ['id', 'hypervisor', 'built', 'seen', 'buildId', 'revision', 'suite', 'date', 'scenarios', 'verdicts'];

const FILE = join(__dirname, 'implementations.yaml');

const HEAD = `\
# What implementations were found to do, a row for each that was run. Written by "livepatch-conformance implementations",
# which also makes README's table of it. By hand: built (how it was built) and seen (what is worth knowing of it).
`;

const isString = (value: unknown): value is string => typeof value === 'string';
const isDay = (value: unknown): value is string => isText(value) && /^\d{4}-\d\d-\d\d$/.test(value);
const isKey = (value: unknown): value is string => isText(value) && /^[\w.+-]+\/[12]$/.test(value);
const isSuite = (value: unknown): value is string => isText(value) && /^[\w.+ -]+$/.test(value);
const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
const isCounts = (value: unknown): value is RowCounts =>
  isEntry(value) && ROW_COUNTS.every((name) => isCount(value[name])) && Object.keys(value).length === ROW_COUNTS.length;

type Listed = Readonly<Partial<Record<RowVerdict, string>>>;
const isListed = (value: unknown): value is Listed =>
  isEntry(value) && Object.entries(value).every(([name, ids]) => ROW_VERDICTS.some((v) => v === name) && isText(ids));

const wordsOf = (text: string | undefined): readonly string[] => text?.split(/\s+/).filter((word) => word !== '') ?? [];

/** The verdicts, with the clauses that `idsOf` knows for each. */
export const rowVerdicts = (idsOf: (verdict: RowVerdict) => readonly string[]): Implementation['verdicts'] => ({
  conforms: idsOf('conforms'),
  deviates: idsOf('deviates'),
  'known-deviation': idsOf('known-deviation'),
  'not-implemented': idsOf('not-implemented'),
  differs: idsOf('differs'),
  'not-exercised': idsOf('not-exercised'),
});

function readImplementation(entry: Entry, report: Report): Implementation | undefined {
  const id = expect(isKey, entry['id'], 'the key of a run, such as xen-4.17/2', report);
  const hypervisor = expect(isText, entry['hypervisor'], 'the name of a hypervisor', report);
  const buildId = expect(isText, entry['buildId'], 'a build-id', report);
  const revision = expect(isRevision, entry['revision'], 'revision 1 or 2', report);
  const suite = expect(isSuite, entry['suite'], 'version and commit of the suite', report);
  const date = expect(isDay, entry['date'], 'a day such as 2026-11-27', report);
  const scenarios = expect(isCounts, entry['scenarios'], `counts of ${ROW_COUNTS.join(', ')}`, report);
  const listed = expect(isListed, entry['verdicts'], `clauses by ${ROW_VERDICTS.join(', ')}`, report);
  const built = expect(isString, entry['built'], 'how it was built', report);
  const seen = expect(isString, entry['seen'], 'what was seen', report);
  if (!id || !hypervisor || !buildId || !revision || !suite || !date || !scenarios || !listed) return undefined;
  if (built === undefined || seen === undefined) return undefined;
  const verdicts = rowVerdicts((verdict) => wordsOf(listed[verdict]));
  const ids = Object.values(verdicts).flat();
  const twice = ids.find((clause, index) => ids.indexOf(clause) !== index);
  if (twice !== undefined) report(`${twice} is there twice`);
  return { id, hypervisor, buildId, revision, suite, date, scenarios, verdicts, built, seen };
}

/** RangeError with one sentence a line if something is wrong in the text. */
export function parseImplementations(yaml: string): readonly Implementation[] {
  const problems: string[] = [];
  const all = entries(yaml, 'implementations.yaml', KEYS, (problem) => problems.push(problem));
  const rows = all.flatMap(
    ([id, entry]) => readImplementation(entry, (problem) => problems.push(`${id}: ${problem}`)) ?? [],
  );
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  return rows;
}

/** The text of implementations.yaml. */
export function formatImplementations(rows: readonly Implementation[]): string {
  const listed = ({ verdicts }: Pick<Implementation, 'verdicts'>): Listed =>
    Object.fromEntries(
      ROW_VERDICTS.filter((verdict) => verdicts[verdict].length > 0).map((verdict) => [
        verdict,
        verdicts[verdict].join(' '),
      ]),
    );
  const texts = rows.map(({ id, hypervisor, built, seen, ...row }) =>
    stringify([{ id, hypervisor, built, seen, ...row, verdicts: listed(row) }], { lineWidth: 120 }),
  );
  return [HEAD, ...(texts.length === 0 ? ['[]\n'] : texts)].join('\n');
}

/** Reads implementations.yaml. RangeError as of `parseImplementations`. */
export function loadImplementations(file = FILE): readonly Implementation[] {
  return parseImplementations(readFileSync(file, 'utf8'));
}

/** By release, which is not by day: a stable branch goes on after the next release. */
export function byRelease(one: Implementation, other: Implementation): number {
  const [first, second] = [versionOf(one.hypervisor), versionOf(other.hypervisor)];
  const byName = one.id < other.id ? -1 : Number(one.id > other.id);
  return compareVersions(first.version, second.version) || byName;
}

/** The rows with these added, each in the place of the one of its id; by hand is what that one had. */
export function withRows(
  rows: readonly Implementation[],
  added: readonly Omit<Implementation, 'built' | 'seen'>[],
): readonly Implementation[] {
  const old = new Map(rows.map((row) => [row.id, row]));
  const fresh = added.map((row) => ({
    ...row,
    built: old.get(row.id)?.built ?? '',
    seen: old.get(row.id)?.seen ?? '',
  }));
  const replaced = new Set(added.map(({ id }) => id));
  return [...rows.filter(({ id }) => !replaced.has(id)), ...fresh].sort(byRelease);
}
