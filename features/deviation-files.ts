/** The files of deviations/, read with a sentence for whatever is wrong in them. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import type { Absence, DeviationList, FailurePattern, KnownDeviation, Patched, RecordedScenario } from './deviations';
import { entries, type Entry, expect, isEntry, isText, isTexts, type Report } from './entries';

/** The keys of a deviation. */
export const DEVIATION_KEYS = ['id', 'clauses', 'says', 'does', 'since', 'until', 'fails', 'scenarios'];
const KEYS = [...DEVIATION_KEYS, 'absent', 'patch', 'holds'];
const FAILURE_KEYS = {
  mismatch: { needed: ['what', 'expected', 'found'], allowed: [] },
  stop: { needed: ['stop', 'why'], allowed: ['access', 'address'] },
} as const;

/** How hypervisors are called whose files these are. */
const PRODUCTS: Readonly<Record<string, string>> = { xen: 'Xen', 'xcp-ng': 'XCP-ng' };

const isRow = (value: unknown): value is Readonly<Record<string, string>> =>
  isEntry(value) && Object.values(value).every(isText);
const isRows = (value: unknown): value is readonly Readonly<Record<string, string>>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRow);

const isReleases = (value: unknown): value is string =>
  typeof value === 'string' && /^\d+(\.\d+)*(, \d+(\.\d+)*)*$/.test(value);

/** A title alone, or a title with the rows that it is about. */
function readTitle(uri: string, value: unknown, report: Report): readonly RecordedScenario[] {
  if (isText(value)) return [{ uri, title: value, rows: [] }];
  if (isEntry(value) && isText(value['title']) && isRows(value['rows']))
    return [{ uri, title: value['title'], rows: value['rows'] }];
  report(`${uri}: expected a title, or a title and rows of texts, got ${JSON.stringify(value)}`);
  return [];
}

function readScenarios(value: unknown, report: Report): readonly RecordedScenario[] {
  const files = expect(isEntry, value, 'scenarios by feature', report) ?? {};
  return Object.entries(files).flatMap(([file, titles]) => {
    if (Array.isArray(titles))
      return titles.flatMap((title: unknown) => readTitle(posix.join('features', file), title, report));
    report(`${file}: expected a list of scenarios`);
    return [];
  });
}

function isFailurePattern(value: unknown): value is FailurePattern {
  if (!isEntry(value)) return false;
  const keys = Object.keys(value);
  const isOf = ({ needed, allowed }: Readonly<Record<'needed' | 'allowed', readonly string[]>>): boolean =>
    needed.every((key) => keys.includes(key)) &&
    keys.every((key) => [...needed, ...allowed].includes(key) && isText(value[key]));
  // What leaves open both what was expected and what was found, or where it stopped and why, would explain any failure.
  const isOpen = (...fields: readonly string[]): boolean => fields.every((key) => value[key] === '*');
  return (
    (isOf(FAILURE_KEYS.mismatch) && !isOpen('expected', 'found')) || (isOf(FAILURE_KEYS.stop) && !isOpen('stop', 'why'))
  );
}

const isFailurePatterns = (value: unknown): value is readonly FailurePattern[] =>
  Array.isArray(value) && value.length > 0 && value.every(isFailurePattern);

function readAbsence(id: string, entry: Entry, report: Report): Absence | undefined {
  for (const key of ['says', 'does', 'fails', 'scenarios']) if (key in entry) report(`has ${key} beside absent`);
  const absent = expect(isText, entry['absent'], 'the place in the source', report);
  const clauses = expect(isTexts, entry['clauses'], 'a list of clauses', report);
  const since = expect(isReleases, entry['since'], 'since when, as text', report);
  const until = 'until' in entry ? expect(isReleases, entry['until'], 'until when, as text', report) : undefined;
  return absent && clauses && since
    ? { id, clauses, absent: absent.trim(), since, ...(until && { until }) }
    : undefined;
}

function readPatched(id: string, entry: Entry, report: Report): Patched | undefined {
  const patch = expect(isText, entry['patch'], "the patch's name", report);
  const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
  const holds = expect(isBoolean, entry['holds'], 'true or false', report);
  return patch === undefined || holds === undefined ? undefined : { id, patch, holds };
}

/** A deviation, where nothing is wrong in the entry; what is wrong is reported. */
export function readDeviation(id: string, entry: Entry, report: Report): KnownDeviation | undefined {
  const clauses = expect(isTexts, entry['clauses'], 'a list of clauses', report);
  const says = expect(isText, entry['says'], 'what the document says', report);
  const does = expect(isText, entry['does'], 'what is done instead', report);
  const since = expect(isReleases, entry['since'], 'since when, as text', report);
  const until = 'until' in entry ? expect(isReleases, entry['until'], 'until when, as text', report) : undefined;
  const patch = 'patch' in entry ? expect(isText, entry['patch'], "the patch's name", report) : undefined;
  const how = 'how scenarios fail, as {what, expected, found} or {stop, why}';
  const fails = expect(isFailurePatterns, entry['fails'], how, report);
  const scenarios = readScenarios(entry['scenarios'], report);
  if (scenarios.length === 0) report('has no scenario');
  if (!clauses || !says || !does || !since || !fails) return undefined;
  const words = { says: says.trim(), does: does.trim() };
  return { id, clauses, ...words, since, ...(until && { until }), ...(patch && { patch }), fails, scenarios };
}

/** "xen-4.17" is the file of "Xen 4.17". RangeError with one sentence a line if something is wrong in the text. */
export function parseDeviations(name: string, yaml: string): DeviationList {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const all = entries(yaml, `${name}.yaml`, KEYS, report);
  const about =
    (id: string): Report =>
    (problem) =>
      problems.push(`${id}: ${problem}`);
  const deviations = all.flatMap(([id, entry]) =>
    'absent' in entry || 'holds' in entry ? [] : (readDeviation(id, entry, about(id)) ?? []),
  );
  const patched = all.flatMap(([id, entry]) => ('holds' in entry ? (readPatched(id, entry, about(id)) ?? []) : []));
  const absences = all.flatMap(([id, entry]) => ('absent' in entry ? (readAbsence(id, entry, about(id)) ?? []) : []));
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  const [, label = '', version = ''] = /^(.*)-([^-]*)$/.exec(name) ?? [];
  return { hypervisor: `${PRODUCTS[label] ?? label} ${version}`, deviations, absences, patched };
}

/** Reads deviations/. RangeError as of `parseDeviations`. */
export function loadDeviations(): readonly DeviationList[] {
  const folder = join(__dirname, 'deviations');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parseDeviations(basename(file, '.yaml'), readFileSync(join(folder, file), 'utf8')));
}
