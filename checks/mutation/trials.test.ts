import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutantsOf } from './mutants';
import type { Trial, Worker } from './processes';
import { type Trials, tryScenarios } from './trials';

const TEXT = 'export const list = [1, 2, 3, 4];';
const NUMBERED = mutantsOf('engine/abi/x.ts', TEXT)
  .filter(({ operator }) => operator === 'number')
  .map((mutant, number) => ({ number, mutant }));
const SCENARIOS = Array.from({ length: 1000 }, (_, scenario) => scenario);

interface World {
  /** Which scenario fails with these mutants. */
  readonly fails: (active: readonly number[], scenario: number) => boolean;
  /** Scenarios in which the process dies. */
  readonly dies?: (active: readonly number[]) => boolean;
  readonly atStart?: readonly number[];
}

/** What is noticed, and the number of scenarios that ran. */
async function noticed({ fails, dies = () => false, atStart = [0, 1, 2, 3] }: World) {
  const found: string[] = [];
  let ran = 0;
  const run = (mutants: readonly number[], scenarios: readonly number[]): Promise<Trial> => {
    if (dies(mutants)) return Promise.resolve({ kind: 'killed', by: 'SIGSEGV', isSound: false });
    const at = scenarios.findIndex((scenario) => fails(mutants, scenario));
    const scenario = scenarios[at];
    ran += scenario === undefined ? scenarios.length : at + 1;
    if (scenario === undefined) return Promise.resolve({ kind: 'survived', isSound: true });
    return Promise.resolve({ kind: 'killed', by: `scenario ${scenario}`, isSound: true, scenario });
  };
  const worker: Omit<Worker, 'run'> = {
    scenarios: [],
    reachedAtStart: new Set(),
    reach: () => Promise.resolve([]),
    close: () => undefined,
  };
  const trials: Trials = {
    project: '/project',
    sources: new Map([['engine/abi/x.ts', TEXT]]),
    parallel: 1,
    reach: { atStart, byScenario: [], uris: [] },
    candidatesFor: () => ({ promising: SCENARIOS.slice(0, 150), others: SCENARIOS.slice(150) }),
    start: () => Promise.resolve({ ...worker, run }),
  };
  await tryScenarios(trials, NUMBERED, ({ number }, by) => found.push(`${number}: ${by}`));
  return { found: found.sort(), ran };
}

const includes = (active: readonly number[], wanted: readonly number[]): boolean =>
  wanted.every((one) => active.includes(one));

test('mutants that nothing notices run the suite once, together', async () => {
  const { found, ran } = await noticed({ fails: () => false });
  assert.deepEqual(found, []);
  assert.equal(ran, 4 * 150 + 850);
});

test('in a group, each scenario that fails says which mutant it notices', async () => {
  const { found } = await noticed({
    fails: (active, scenario) => (scenario === 5 && active.includes(1)) || (scenario === 999 && active.includes(3)),
  });
  assert.deepEqual(found, ['1: scenario 5', '3: scenario 999']);
});

test('what only several do together is noticed by none', async () => {
  const { found } = await noticed({ fails: (active) => includes(active, [0, 2]) });
  assert.deepEqual(found, []);
});

test('a process that dies is asked again for each mutant', async () => {
  const { found } = await noticed({ fails: () => false, dies: (active) => active.includes(2) });
  assert.deepEqual(found, ['2: SIGSEGV']);
});

test('in a process of many, a death is no answer', async () => {
  let deaths = 0;
  const { found } = await noticed({
    atStart: [],
    fails: () => false,
    dies: () => {
      deaths += 1;
      return deaths === 1;
    },
  });
  assert.deepEqual(found, []);
});
