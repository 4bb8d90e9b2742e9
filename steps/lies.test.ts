/**
 * Every step that compares notices when a hypervisor does something else: the reference is wrapped in a target that
 * lies, and the steps of testdata/lies.feature run one by one, without the runner, on the honest one and on the liar.
 * After a change of the words that is meant:
 *
 *     GOLDEN=write node -r ./engine/typescript.js steps/lies.test.ts
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Pickle, PickleStep } from '@cucumber/messages';
import { createReference, type Reference } from '../engine/reference';
import { PARTS, type Lack } from '../engine/abilities';
import type { Target } from '../engine/target';
import { LACK_MEDIA_TYPE } from '../engine/evidence';
import { LIES } from '../engine/testdata/liar';
import { lying } from '../engine/testdata/lying';
import { compares } from './comparing';
import { Mismatch } from './expect';
import {
  definitionOf,
  definitionsAtHand,
  execute,
  isAboutTool,
  picklesOf,
  type Bystander,
  type Definition,
} from './play.fixtures';
import { createScene, ownVersions, takeEvents, type Scene } from './scene';

/** From the step with these words on, the hypervisor lies. */
const TURN = 'the hypervisor lies from here on';

/** What the steps are about that a hypervisor has no part in: the file that the suite built. */
const OF_THE_FILE = [
  'the file of {string} has, from the field {} on, {bytes}',
  'the file of {string} begins with {bytes}',
];

const scenarios = (): readonly Pickle[] => picklesOf(readFileSync(join(__dirname, 'testdata', 'lies.feature'), 'utf8'));

const textOf = ({ steps }: Pickle): string => steps.at(-1)?.text ?? '';

describe('a hypervisor that lies', () => {
  let honest: Reference;
  let definitions: readonly Definition[];
  before(async () => {
    honest = createReference({ revision: 2 });
    definitions = await definitionsAtHand();
  });
  after(() => honest.close());

  /** What the definition returns; `attach` gets what it attaches. */
  function executeIn(
    scene: Scene,
    step: Pick<PickleStep, 'text' | 'argument'>,
    attach: Bystander['attach'] = () => undefined,
  ): unknown {
    try {
      return execute(definitions, { scene, attach }, step);
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
        executeIn(scene, step);
      } catch (error) {
        return { text: step.text, error };
      }
    }
    return undefined;
  }

  it('is told what was expected and what was found, in the words of testdata/mismatches.txt', () => {
    const lines = scenarios().map((scenario) => {
      const error = play(scenario, true)?.error;
      const said = error instanceof Error ? error.message : 'nothing';
      return `${scenario.name}, ${textOf(scenario)}\n  ${said}`;
    });
    const text = `${lines.join('\n')}\n`;
    const file = join(__dirname, 'testdata', 'mismatches.txt');
    if (process.env['GOLDEN'] === 'write') writeFileSync(file, text);
    assert.deepEqual(text.split('\n'), readFileSync(file, 'utf8').split('\n'));
  });

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
          return executeIn(scene, step, attach) === 'skipped';
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
    const tried = new Set(scenarios().map((scenario) => definitionOf(definitions, textOf(scenario)).pattern));
    const untried = definitions.filter(
      ({ keyword, pattern }) => keyword === 'Then' && !isAboutTool(pattern) && !tried.has(pattern),
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
    const fails = (text: string): void => assert.throws(() => executeIn(scene, { text }), Mismatch);
    executeIn(scene, { text: 'the file of "p" begins with 7f 45' });
    fails('the file of "p" begins with 7f 46');
    executeIn(scene, { text: 'the file of "p" has, from the field header.ei_mag0 on, 7f 45' });
    fails('the file of "p" has, from the field header.ei_mag0 on, 7f 46');
  });
});
