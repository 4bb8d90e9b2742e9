/** The steps' definitions, called one by one without Cucumber's runner. */
import { join } from 'node:path';
import { DataTable } from '@cucumber/cucumber';
import { loadSupport } from '@cucumber/cucumber/api';
import { generateMessages } from '@cucumber/gherkin';
import { IdGenerator, SourceMediaType, type Pickle, type PickleStep } from '@cucumber/messages';
import type { Scene } from './scene';

/** A world, as far as step definitions use it. */
export interface Bystander {
  readonly scene: Scene;
  readonly attach: (body: string, mediaType: string) => void;
}

/** A step definition, as far as tests have to know. */
export interface Definition {
  readonly keyword: string;
  readonly pattern: string;
  readonly expression: {
    readonly match: (text: string) => readonly { readonly getValue: (world: unknown) => unknown }[] | null;
  };
  readonly code: (this: Bystander, ...args: readonly unknown[]) => unknown;
}

/** A hook, as far as tests have to know. */
export interface Hook {
  readonly code: (this: object, about?: object) => unknown;
}

/** What the files of steps define. */
interface Library {
  readonly stepDefinitions: readonly Definition[];
  readonly beforeTestRunHookDefinitions: readonly Hook[];
  readonly beforeTestCaseHookDefinitions: readonly Hook[];
  readonly afterTestCaseHookDefinitions: readonly Hook[];
  readonly afterTestRunHookDefinitions: readonly Hook[];
}

const isLibrary = (value: object): value is Library => 'stepDefinitions' in value;

async function load(): Promise<Library> {
  const support = await loadSupport(
    {
      sources: { defaultDialect: 'en', paths: [], names: [], tagExpression: '', order: 'defined' },
      support: { requirePaths: ['steps/**/!(*.test|*.fixtures).ts'] },
    },
    { cwd: join(__dirname, '..') },
  );
  if (!isLibrary(support)) throw new TypeError('support: expected stepDefinitions, got none');
  return support;
}

let loaded: Promise<Library> | undefined;

/** All steps and hooks. A process can load them only once. */
export function libraryAtHand(): Promise<Library> {
  loaded ??= load();
  return loaded;
}

export const definitionsAtHand = async (): Promise<readonly Definition[]> => (await libraryAtHand()).stepDefinitions;

/** The scenarios of a feature, with the rows of outlines put in. */
export function picklesOf(text: string): readonly Pickle[] {
  const options = { includePickles: true, includeGherkinDocument: false, newId: IdGenerator.incrementing() };
  const messages = generateMessages(text, 'a.feature', SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, options);
  return messages.flatMap(({ pickle }) => pickle ?? []);
}

/** The definition of the step with this text. RangeError if there is not exactly one. */
export function definitionOf(definitions: readonly Definition[], text: string): Definition {
  const [only, another] = definitions.filter(({ expression }) => expression.match(text) !== null);
  if (only === undefined || another !== undefined) throw new RangeError(`step: expected one meaning, got ${text}`);
  return only;
}

/** Executes the step; returns what its definition returns. */
export function execute(
  definitions: readonly Definition[],
  bystander: Bystander,
  { text, argument }: Pick<PickleStep, 'text' | 'argument'>,
): unknown {
  const { code, expression } = definitionOf(definitions, text);
  const args = (expression.match(text) ?? []).map((arg) => arg.getValue(undefined));
  const table = argument?.dataTable === undefined ? [] : [new DataTable(argument.dataTable)];
  return code.apply(bystander, [...args, ...table]);
}

/** Whether a step with this pattern is about the tool of a run. */
export const isAboutTool = (pattern: string): boolean => /\btool\b|these commands|^both made/.test(pattern);
