/**
 * features/VOCABULARY.md lists the steps that features may use, each with a sentence from the features, and the kinds
 * of values. It is made from steps/ and features/; this check fails if it is out of date, or if no feature uses a step.
 * `--write` writes it:
 *
 *     node -r ./engine/typescript.js checks/vocabulary.ts [--write]
 *
 * Cucumber itself finds the step for each sentence: the scenarios are planned, but not run.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { loadConfiguration, runCucumber } from '@cucumber/cucumber/api';
import { ROLES } from '../engine/roles';
import { type Envelope, type ParameterType, PickleStepType } from '@cucumber/messages';

const PROJECT = join(__dirname, '..');
const DOCUMENT = join(PROJECT, 'features', 'VOCABULARY.md');

export interface VocabularyStep {
  readonly pattern: string;
  /** A sentence of the features; undefined if none uses the step. */
  readonly example: string | undefined;
}

/** The steps of one file. */
export interface StepGroup {
  /** Below the project's root. */
  readonly file: string;
  /** Their subject. */
  readonly says: string;
  readonly steps: readonly VocabularyStep[];
}

/** A kind of value in a pattern: `{state}`. */
export interface ValueKind {
  readonly name: string;
  readonly says: string;
}

/** A place of the hypervisor that features ask for by a property. */
export interface RoleName {
  readonly name: string;
  readonly is: string;
}

export interface Vocabulary {
  readonly groups: readonly StepGroup[];
  readonly values: readonly ValueKind[];
  readonly roles: readonly RoleName[];
}

/** Cucumber's own parameter types that the steps use. */
const BUILT_IN: readonly ValueKind[] = [
  { name: 'string', says: 'Text in quotes: the name of a payload, what a function returns.' },
  { name: 'int', says: 'A whole number.' },
  { name: 'word', says: 'One word.' },
  { name: '', says: 'Any text.' },
];

/** The text of a doc comment as one line. */
const plainText = (comment: string): string =>
  comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/\n\s*\*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** The first sentence of the comment that a file begins with. */
export function firstSentence(source: string): string {
  const text = plainText(/^\/\*\*.*?\*\//s.exec(source)?.[0] ?? '');
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}

/** The comment of one line right above a line, counted from 1. */
export function commentAbove(source: string, line: number): string {
  const above = source.split('\n')[line - 2]?.trim() ?? '';
  return /^\/\*\*.*\*\/$/.test(above) ? plainText(above) : '';
}

type SourceOf = (file: string) => string;

function valueKind({ name, regularExpressions, sourceReference }: ParameterType, sourceOf: SourceOf): ValueKind {
  const { uri = '', location } = sourceReference ?? {};
  const words = regularExpressions.flatMap((expression) => expression.split('|'));
  const choice = words.every((word) => /^\w+$/.test(word)) ? `One of ${words.join(', ')}.` : '';
  return { name, says: [commentAbove(sourceOf(uri), location?.line ?? 0), choice].filter(Boolean).join(' ') };
}

const KEYWORDS: Readonly<Record<PickleStepType, string>> = {
  [PickleStepType.CONTEXT]: 'Given',
  [PickleStepType.ACTION]: 'When',
  [PickleStepType.OUTCOME]: 'Then',
  [PickleStepType.UNKNOWN]: '*',
};

/** An outline's row with a 1 may leave "1 bytes". */
const isOddPlural = (sentence: string): boolean => /\b1 \w+s\b/.test(sentence);

/** For each step's id, the first sentence that uses it, in good English if there is one. */
function examplesOf(envelopes: readonly Envelope[]): ReadonlyMap<string, string> {
  const sentences = new Map(
    envelopes
      .flatMap(({ pickle }) => pickle?.steps ?? [])
      .map(({ id, text, type = PickleStepType.UNKNOWN }) => [id, `${KEYWORDS[type]} ${text}`]),
  );
  const examples = new Map<string, string>();
  for (const { pickleStepId = '', stepDefinitionIds = [] } of envelopes.flatMap(
    ({ testCase }) => testCase?.testSteps ?? [],
  ))
    for (const id of stepDefinitionIds) {
      const sentence = sentences.get(pickleStepId);
      if (sentence === undefined) continue;
      const known = examples.get(id);
      if (known === undefined || (isOddPlural(known) && !isOddPlural(sentence))) examples.set(id, sentence);
    }
  return examples;
}

/** What the messages of a dry run say about steps and values; `sourceOf` reads a file of the project. */
export function readVocabulary(envelopes: readonly Envelope[], sourceOf: SourceOf): Vocabulary {
  const examples = examplesOf(envelopes);
  const definitions = envelopes.flatMap(({ stepDefinition }) => stepDefinition ?? []);
  const files = [...new Set(definitions.map(({ sourceReference: { uri = '' } }) => uri))].sort();
  const groups = files.map((file) => ({
    file,
    says: firstSentence(sourceOf(file)),
    steps: definitions
      .filter(({ sourceReference: { uri } }) => uri === file)
      .map(({ id, pattern }) => ({ pattern: pattern.source, example: examples.get(id) })),
  }));
  const own = envelopes.flatMap(({ parameterType }) => (parameterType ? valueKind(parameterType, sourceOf) : []));
  const patterns = groups.flatMap(({ steps }) => steps.map(({ pattern }) => pattern));
  const isUsed = ({ name }: ValueKind): boolean => patterns.some((pattern) => pattern.includes(`{${name}}`));
  const sentences = envelopes.flatMap(({ pickle }) => pickle?.steps ?? []).map((step) => JSON.stringify(step));
  const roles = Object.entries(ROLES)
    .map(([name, { is }]) => ({ name, is }))
    .filter(({ name }) => sentences.some((sentence) => new RegExp(`\\b${name}\\b`).test(sentence)));
  return { groups, values: [...own, ...BUILT_IN].filter(isUsed), roles };
}

/** The roles that no feature uses. */
export const unusedRoles = ({ roles }: Vocabulary): readonly string[] =>
  Object.keys(ROLES).filter((name) => !roles.some((role) => role.name === name));

/** The steps that no feature uses, as `file: pattern`. */
export const unusedSteps = ({ groups }: Vocabulary): readonly string[] =>
  groups.flatMap(({ file, steps }) =>
    steps.filter(({ example }) => example === undefined).map(({ pattern }) => `${file}: ${pattern}`),
  );

const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

/** The document, in Markdown. */
export function documentOf({ groups, values, roles }: Vocabulary): string {
  const lines = [
    '# The vocabulary',
    '',
    'The steps that features are written in, and no others; made by checks/vocabulary.ts. In a pattern, `(s)` may be left',
    'out, `entry/entries` is one or the other, and `{…}` is a value. A step that ends in a colon takes a table.',
    '',
    '## Values',
    '',
    ...table(
      ['In a pattern', 'Meaning'],
      values.map(({ name, says }) => [code(`{${name}}`), says]),
    ),
    '',
    '## Roles',
    '',
    'A feature may use one of these names as a symbol. It means a place of that kind in the hypervisor that is tested; the',
    'evidence names that place. If the hypervisor has no such place, the scenario is skipped.',
    '',
    ...table(
      ['Role', 'The place'],
      roles.map(({ name, is }) => [code(name), is]),
    ),
    ...groups.flatMap(({ file, says, steps }) => [
      '',
      `## ${basename(file)}`,
      '',
      says,
      '',
      ...table(
        ['Step', 'In a feature'],
        steps.map(({ pattern, example }) => [code(pattern), code(example ?? '')]),
      ),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The messages of all features and steps; Cucumber reports features that it cannot parse. */
async function plan(): Promise<readonly Envelope[]> {
  const environment = { cwd: PROJECT, stdout: new PassThrough().resume() };
  const { runConfiguration } = await loadConfiguration(
    { file: 'cucumber.json', provided: { tags: '', dryRun: true, parallel: 0, requireModule: [] } },
    environment,
  );
  const envelopes: Envelope[] = [];
  const formats = { stdout: 'rerun', files: {}, publish: false, options: {} } as const;
  await runCucumber({ ...runConfiguration, formats }, environment, (envelope) => envelopes.push(envelope));
  return envelopes;
}

async function main(): Promise<void> {
  const vocabulary = readVocabulary(await plan(), (file) => readFileSync(join(PROJECT, file), 'utf8'));
  const text = documentOf(vocabulary);
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, text);
  const unused = unusedSteps(vocabulary);
  for (const step of unused) console.error(`${step}: no feature uses this step`);
  const idle = unusedRoles(vocabulary);
  for (const role of idle) console.error(`${role}: no feature uses this role`);
  const stale = !existsSync(DOCUMENT) || readFileSync(DOCUMENT, 'utf8') !== text;
  if (stale) console.error('features/VOCABULARY.md: out of date; run checks/vocabulary.ts --write');
  const count = vocabulary.groups.reduce((sum, { steps }) => sum + steps.length, 0);
  console.log(`vocabulary: ${count} steps, ${unused.length} of them unused`);
  if (stale || unused.length + idle.length > 0) process.exitCode = 1;
}

if (require.main === module) void main();
