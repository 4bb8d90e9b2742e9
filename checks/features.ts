/** Reads the features: scenarios, their tags and the rows of their examples, each with its line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateMessages } from '@cucumber/gherkin';
import {
  type Examples,
  IdGenerator,
  type Scenario,
  SourceMediaType,
  type TableRow,
  type Tag,
} from '@cucumber/messages';

/** The place of a problem: the file relative to the project's root, and the line if there is one. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly says: string;
}

/** A tag, without its @, and the line it is on. */
export interface PlacedTag {
  readonly name: string;
  readonly line: number;
}

/** A scenario, or an outline with one of its blocks of Examples. It has one set of tags. */
export interface Case {
  readonly line: number;
  /** Its own tags and the inherited ones. */
  readonly tags: readonly string[];
  /** The rows of the Examples, by the name of the column. */
  readonly rows: readonly { readonly line: number; readonly cells: Readonly<Record<string, string>> }[];
}

export interface SpecifiedScenario {
  readonly title: string;
  readonly line: number;
  /** At least one. */
  readonly cases: readonly Case[];
}

export interface FeatureFile {
  readonly file: string;
  /** Every tag in the file, once for each place. */
  readonly tags: readonly PlacedTag[];
  readonly scenarios: readonly SpecifiedScenario[];
  /** Errors that Gherkin reports. */
  readonly problems: readonly Problem[];
}

const named = ({ name, location }: Tag): PlacedTag => ({ name: name.replace(/^@/, ''), line: location.line });
const names = (tags: readonly Tag[]): readonly string[] => tags.map((tag) => named(tag).name);

function readRow(header: TableRow, { location, cells }: TableRow): Case['rows'][number] {
  const values = header.cells.map(({ value }, column): [string, string] => [value, cells[column]?.value ?? '']);
  return { line: location.line, cells: Object.fromEntries(values) };
}

function readExamples({ location, tags, tableHeader, tableBody }: Examples, inherited: readonly string[]): Case {
  return {
    line: location.line,
    tags: [...inherited, ...names(tags)],
    rows: tableHeader === undefined ? [] : tableBody.map((row) => readRow(tableHeader, row)),
  };
}

function readScenario({ name, location, tags, examples }: Scenario, inherited: readonly string[]): SpecifiedScenario {
  const all = [...inherited, ...names(tags)];
  const { line } = location;
  const cases = examples.map((block) => readExamples(block, all));
  return { title: name, line, cases: cases.length > 0 ? cases : [{ line, tags: all, rows: [] }] };
}

/** Reads a feature. Never throws: errors of Gherkin become problems. */
export function readFeature(file: string, text: string): FeatureFile {
  const envelopes = generateMessages(text, file, SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, {
    includeGherkinDocument: true,
    newId: IdGenerator.incrementing(),
  });
  const problems = envelopes.flatMap(({ parseError }): Problem[] => {
    if (parseError === undefined) return [];
    const line = parseError.source.location?.line;
    return [{ file, ...(line === undefined ? {} : { line }), says: parseError.message.replace(/\s*\n\s*/g, ' ') }];
  });
  const feature = envelopes.flatMap(({ gherkinDocument }) => gherkinDocument?.feature ?? [])[0];
  if (feature === undefined) return { file, tags: [], scenarios: [], problems };

  const own = names(feature.tags);
  const groups = feature.children.map(({ scenario, rule }) => ({
    ruleTags: rule?.tags ?? [],
    scenarios: rule === undefined ? [scenario ?? []].flat() : rule.children.flatMap((child) => child.scenario ?? []),
  }));
  const written = groups.flatMap(({ ruleTags, scenarios }) => [
    ...ruleTags,
    ...scenarios.flatMap(({ tags, examples }) => [...tags, ...examples.flatMap((block) => block.tags)]),
  ]);
  return {
    file,
    tags: [...feature.tags, ...written].map(named),
    scenarios: groups.flatMap(({ ruleTags, scenarios }) =>
      scenarios.map((scenario) => readScenario(scenario, [...own, ...names(ruleTags)])),
    ),
    problems,
  };
}

/** Every feature below `root`/features with its text, in the order of their names. */
export const featureTexts = (root: string): readonly (readonly [file: string, text: string])[] =>
  readdirSync(join(root, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.feature'))
    .sort()
    .map((path) => join('features', path))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]);

/** All of them, read. */
export const readFeatures = (root: string): readonly FeatureFile[] =>
  featureTexts(root).map(([file, text]) => readFeature(file, text));
