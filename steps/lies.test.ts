/**
 * Every step that compares notices when a hypervisor does otherwise: the reference is wrapped in a target that lies, and
 * the steps of testdata/lies.feature are executed one by one, without the runner, on the honest one and on the liar.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DataTable } from '@cucumber/cucumber';
import { loadSupport } from '@cucumber/cucumber/api';
import { generateMessages } from '@cucumber/gherkin';
import { IdGenerator, SourceMediaType, type Pickle, type PickleStep } from '@cucumber/messages';
import { createReference } from '../engine/reference';
import type { Target } from '../engine/target';
import { LIES, lying } from '../engine/testdata/liar';
import { Mismatch } from './expect';
import { createScene, ownVersions, takeEvents, type Scene } from './scene';

/** From the step with these words on, the hypervisor lies. */
const TURN = 'the hypervisor lies from here on';

/** What the steps are about that a hypervisor has no part in: the file that the suite built. */
const OF_THE_FILE = [
  'the file of {string} has, from the field {} on, {bytes}',
  'the file of {string} begins with {bytes}',
];

/** A step definition, as far as this test has to know. */
interface Definition {
  readonly keyword: string;
  readonly pattern: string;
  readonly expression: {
    readonly match: (text: string) => readonly { readonly getValue: (world: unknown) => unknown }[] | null;
  };
  readonly code: (this: { readonly scene: Scene }, ...args: readonly unknown[]) => unknown;
}

const isLibrary = (value: object): value is { readonly stepDefinitions: readonly Definition[] } =>
  'stepDefinitions' in value;

async function definitionsOf(): Promise<readonly Definition[]> {
  const support = await loadSupport(
    {
      sources: { defaultDialect: 'en', paths: [], names: [], tagExpression: '', order: 'defined' },
      support: { requirePaths: ['steps/**/!(*.test).ts'] },
    },
    { cwd: join(__dirname, '..') },
  );
  assert.ok(isLibrary(support));
  return support.stepDefinitions;
}

function scenarios(): readonly Pickle[] {
  const uri = join(__dirname, 'testdata', 'lies.feature');
  const options = { includePickles: true, includeGherkinDocument: false, newId: IdGenerator.incrementing() };
  const messages = generateMessages(
    readFileSync(uri, 'utf8'),
    uri,
    SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN,
    options,
  );
  return messages.flatMap(({ pickle }) => pickle ?? []);
}

const textOf = ({ steps }: Pickle): string => steps.at(-1)?.text ?? '';

describe('a hypervisor that lies', () => {
  let honest: Target;
  let definitions: readonly Definition[];
  before(async () => {
    honest = createReference({ revision: 2 });
    definitions = await definitionsOf();
  });
  after(() => honest.close());

  const definitionOf = (text: string): Definition => {
    const [only, another] = definitions.filter(({ expression }) => expression.match(text) !== null);
    if (only === undefined || another !== undefined) throw new RangeError(`step: expected one meaning, got ${text}`);
    return only;
  };

  function execute(scene: Scene, { text, argument }: PickleStep): void {
    const { code, expression } = definitionOf(text);
    const args = (expression.match(text) ?? []).map((arg) => arg.getValue(undefined));
    const table = argument?.dataTable === undefined ? [] : [new DataTable(argument.dataTable)];
    try {
      code.apply({ scene }, [...args, ...table]);
    } finally {
      takeEvents(scene);
    }
  }

  /** The text of the step that fails, and its error; undefined where none does. */
  function play(
    { name, steps }: Pickle,
    lies: boolean,
  ): { readonly text: string; readonly error: unknown } | undefined {
    honest.reset();
    honest.log();
    let isLying = false;
    const lie = LIES[name];
    if (lie === undefined) throw new RangeError(`lie: expected one of ${Object.keys(LIES).join(', ')}, got ${name}`);
    const own = ownVersions(honest);
    const scene = createScene(
      lying(honest, lie, () => isLying),
      own,
      true,
    );
    for (const step of steps) {
      if (step.text === TURN && lies) {
        isLying = true;
        for (const [symbol, stores] of scene.stores) scene.stores.set(symbol, lie.stores?.(stores, symbol) ?? stores);
      }
      if (step.text === TURN) continue;
      try {
        execute(scene, step);
      } catch (error) {
        return { text: step.text, error };
      }
    }
    return undefined;
  }

  for (const scenario of scenarios())
    it(`is noticed, with ${scenario.name}, by: ${textOf(scenario)}`, () => {
      assert.equal(play(scenario, false)?.error, undefined, 'honest');
      const failed = play(scenario, true);
      assert.equal(failed?.text, textOf(scenario));
      assert.ok(failed.error instanceof Mismatch, String(failed.error));
    });

  it('is noticed by every step that compares', () => {
    const tried = new Set(scenarios().map((scenario) => definitionOf(textOf(scenario)).pattern));
    const untried = definitions.filter(({ keyword, pattern }) => keyword === 'Then' && !tried.has(pattern));
    assert.deepEqual(untried.map(({ pattern }) => pattern).sort(), [...OF_THE_FILE].sort());
  });

  it('has no lie that nothing notices', () => {
    const told = new Set(scenarios().map(({ name }) => name));
    assert.deepEqual(
      Object.keys(LIES).filter((name) => !told.has(name)),
      [],
    );
  });

  it('has no part in what a file begins with', () => {
    const scene = createScene(honest, ownVersions(honest), false);
    const fails = (text: string): void =>
      assert.throws(() => execute(scene, { id: '', astNodeIds: [], text }), Mismatch);
    execute(scene, { id: '', astNodeIds: [], text: 'the file of "p" begins with 7f 45' });
    fails('the file of "p" begins with 7f 46');
    execute(scene, { id: '', astNodeIds: [], text: 'the file of "p" has, from the field header.ei_mag0 on, 7f 45' });
    fails('the file of "p" has, from the field header.ei_mag0 on, 7f 46');
  });
});
