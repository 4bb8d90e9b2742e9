/**
 * Every step that compares notices when a hypervisor does something else: the reference is wrapped in a target that
 * lies, and the steps of testdata/lies.feature run one by one, without the runner, on the honest one and on the liar.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DataTable } from '@cucumber/cucumber';
import { loadSupport } from '@cucumber/cucumber/api';
import { generateMessages } from '@cucumber/gherkin';
import { IdGenerator, SourceMediaType, type Pickle, type PickleStep } from '@cucumber/messages';
import { createReference, type Reference } from '../engine/reference';
import { PARTS, type Lack } from '../engine/abilities';
import type { Target } from '../engine/target';
import { LACK_MEDIA_TYPE } from '../engine/evidence';
import { LIES } from '../engine/testdata/liar';
import { lying } from '../engine/testdata/lying';
import { compares } from './comparing';
import { Mismatch } from './expect';
import { createScene, ownVersions, takeEvents, type Scene } from './scene';

/** From the step with these words on, the hypervisor lies. */
const TURN = 'the hypervisor lies from here on';

/** What the steps are about that a hypervisor has no part in: the file that the suite built. */
const OF_THE_FILE = [
  'the file of {string} has, from the field {} on, {bytes}',
  'the file of {string} begins with {bytes}',
];

/** A step about a tool, which tool.test.ts has. */
const isOfTheTool = (pattern: string): boolean => /\btool\b|these commands|^both made/.test(pattern);

/** A world, as far as step definitions use it. */
interface Bystander {
  readonly scene: Scene;
  readonly attach: (body: string, mediaType: string) => void;
}

/** A step definition, as far as this test has to know. */
interface Definition {
  readonly keyword: string;
  readonly pattern: string;
  readonly expression: {
    readonly match: (text: string) => readonly { readonly getValue: (world: unknown) => unknown }[] | null;
  };
  readonly code: (this: Bystander, ...args: readonly unknown[]) => unknown;
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
  let honest: Reference;
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

  /** What the definition returns; `attach` gets what it attaches. */
  function execute(
    scene: Scene,
    { text, argument }: PickleStep,
    attach: Bystander['attach'] = () => undefined,
  ): unknown {
    const { code, expression } = definitionOf(text);
    const args = (expression.match(text) ?? []).map((arg) => arg.getValue(undefined));
    const table = argument?.dataTable === undefined ? [] : [new DataTable(argument.dataTable)];
    try {
      return code.apply({ scene, attach }, [...args, ...table]);
    } finally {
      takeEvents(scene);
    }
  }

  /** The text of the step that fails, and its error; undefined if none does. */
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
      compares(steps),
    );
    for (const step of steps) {
      if (step.text === TURN) {
        isLying = lies;
        continue;
      }
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

  it('skips a scenario, with the reason, where the target lacks all that it may lack', () => {
    const { name, hypervisor, image, hypercall, domain, log, reset, close, clock } = honest;
    const core = { name, hypervisor, image, hypercall, domain, log, reset, close };
    const poor: Target = { ...core, clock: { ...clock, exact: false }, setups: new Set(), traits: new Set() };
    const reasons = new Set<string>();
    for (const { steps } of scenarios()) {
      honest.reset();
      const scene = createScene(poor, ownVersions(poor), compares(steps));
      const own: string[] = [];
      const isSkipped = steps
        .filter(({ text }) => text !== TURN)
        .some((step) => {
          const attach = (body: string, mediaType: string): void => {
            if (mediaType === LACK_MEDIA_TYPE) own.push(body);
          };
          return execute(scene, step, attach) === 'skipped';
        });
      assert.equal(own.length, isSkipped ? 1 : 0);
      for (const reason of own) reasons.add(reason);
    }
    const lacks: readonly Lack[] = [
      ...(['memory', 'linker', 'execution', 'cpus', 'stores'] as const).map((part) => ({
        name: part,
        meaning: PARTS[part],
      })),
    ];
    for (const lack of lacks) assert.ok(reasons.has(JSON.stringify(lack)), lack.name);
  });

  it('is noticed by every step that compares', () => {
    const tried = new Set(scenarios().map((scenario) => definitionOf(textOf(scenario)).pattern));
    const untried = definitions.filter(
      ({ keyword, pattern }) => keyword === 'Then' && !isOfTheTool(pattern) && !tried.has(pattern),
    );
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
