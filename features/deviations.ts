/**
 * What implementations are known to do otherwise than the document says (deviations/*.yaml, one file for each, named
 * after it), each with the scenarios that fail for it: so that nothing is taken for known but what is recorded.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { entries, type Entry, expect, isEntry, isText, isTexts, type Report } from './entries';

/** Scenarios of one feature by title, in which `*` stands for anything. */
export interface RecordedScenario {
  /** "features/states/transitions.feature" */
  readonly uri: string;
  readonly title: string;
  /** Of an outline, rows of the examples by some of their cells; none: all rows. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** One thing that an implementation does otherwise. */
export interface KnownDeviation {
  /** In words: "unload-hook-runs-twice". */
  readonly id: string;
  readonly clauses: readonly string[];
  /** What the document says. */
  readonly says: string;
  /** What the implementation does. */
  readonly does: string;
  /** The first release that does so. */
  readonly since: string;
  /** First lines of what failed steps say, in which `*` stands for anything. */
  readonly fails: readonly string[];
  readonly scenarios: readonly RecordedScenario[];
}

/** All that is known of one implementation. */
export interface DeviationList {
  /** How its name begins: "Xen 4.17". */
  readonly hypervisor: string;
  readonly deviations: readonly KnownDeviation[];
}

const KEYS = ['id', 'clauses', 'says', 'does', 'since', 'fails', 'scenarios'];

const isRow = (value: unknown): value is Readonly<Record<string, string>> =>
  isEntry(value) && Object.values(value).every(isText);
const isRows = (value: unknown): value is readonly Readonly<Record<string, string>>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRow);

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
    if (Array.isArray(titles)) return titles.flatMap((title: unknown) => readTitle(`features/${file}`, title, report));
    report(`${file}: expected a list of scenarios`);
    return [];
  });
}

function readDeviation(id: string, entry: Entry, report: Report): KnownDeviation | undefined {
  const clauses = expect(isTexts, entry['clauses'], 'a list of clauses', report);
  const says = expect(isText, entry['says'], 'what the document says', report);
  const does = expect(isText, entry['does'], 'what is done instead', report);
  const since = expect(isText, entry['since'], 'since when, as text', report);
  const fails = expect(isTexts, entry['fails'], 'a list of what failed steps say', report);
  const scenarios = readScenarios(entry['scenarios'], report);
  if (scenarios.length === 0) report('has no scenario');
  if (!clauses || !says || !does || !since || !fails) return undefined;
  return { id, clauses, says: says.trim(), does: does.trim(), since, fails, scenarios };
}

/** "xen-4.17" is the file of "Xen 4.17". RangeError with one sentence a line where something is wrong in the text. */
export function parseDeviations(name: string, yaml: string): DeviationList {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const deviations = entries(yaml, `${name}.yaml`, KEYS, report).flatMap(
    ([id, entry]) => readDeviation(id, entry, (problem) => problems.push(`${id}: ${problem}`)) ?? [],
  );
  if (problems.length > 0) throw new RangeError(problems.join('\n'));
  const [label = '', ...version] = name.split('-');
  return { hypervisor: [label.charAt(0).toUpperCase() + label.slice(1), ...version].join(' '), deviations };
}

/** Reads deviations/. RangeError as of `parseDeviations`. */
export function loadDeviations(): readonly DeviationList[] {
  const folder = join(__dirname, 'deviations');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parseDeviations(basename(file, '.yaml'), readFileSync(join(folder, file), 'utf8')));
}

/** Whether the list is about the hypervisor of this name: "Xen 4.17" about "Xen 4.17.7 (…)", not about "Xen 4.170". */
export function isAbout({ hypervisor }: DeviationList, name: string): boolean {
  return name.startsWith(hypervisor) && !/^\d/.test(name.slice(hypervisor.length));
}

/** Whether `*` in the pattern can stand for something that makes it the text. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** What tells a scenario from others. */
export interface ScenarioIdentity {
  readonly uri: string;
  readonly name: string;
  /** The row of the examples, by column. */
  readonly example: Readonly<Record<string, string>> | undefined;
}

/** Whether a scenario is one of those recorded. */
export function isRecorded({ uri, title, rows }: RecordedScenario, scenario: ScenarioIdentity): boolean {
  if (uri !== scenario.uri || !matches(title, scenario.name)) return false;
  const isRowOf = (row: Readonly<Record<string, string>>): boolean =>
    Object.entries(row).every(([column, cell]) => scenario.example?.[column] === cell);
  return rows.length === 0 || rows.some(isRowOf);
}

/** The deviation for which the scenario is recorded to fail. */
export function recordedFor({ deviations }: DeviationList, scenario: ScenarioIdentity): KnownDeviation | undefined {
  return deviations.find(({ scenarios }) => scenarios.some((recorded) => isRecorded(recorded, scenario)));
}
