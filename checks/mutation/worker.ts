/**
 * A process that holds mutants against scenarios. It may loop or die: the side that started it notices
 * (`processes.ts`). Only types and the switch are loaded before the mutated code is in place.
 */
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import type * as Scenarios from './scenarios';
import type { ScenarioName, Suite } from './suite';
import type * as UnitTests from './unit-tests';
import { activate, install, type Mutation, share, takeReached } from './switch';

/** Unit tests in place of scenarios. */
export interface Tests {
  readonly files: readonly string[];
  /** For what the processes that they start have to know. */
  readonly folder: string;
}

/** What it is asked. `trial`: runs these scenarios with those mutants, up to the first one that fails. */
export type Question =
  | { readonly kind: 'load'; readonly mutation: Mutation; readonly tests: Tests | undefined }
  | { readonly kind: 'reach' }
  | { readonly kind: 'trial'; readonly mutants: readonly number[]; readonly scenarios: readonly number[] };

/** What it answers. */
export type Answer =
  | {
      readonly kind: 'loaded';
      readonly scenarios: readonly ScenarioName[];
      readonly reached: readonly number[];
    }
  /** The code cannot be loaded. */
  | { readonly kind: 'broken'; readonly why: string }
  /** It is alive. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'reached'; readonly scenario: number; readonly mutants: readonly number[]; readonly ms: number }
  /** `isSound`: without the mutants, the scenario passes in this process; or no scenario failed, and each reached them. */
  | { readonly kind: 'tried'; readonly failed: number | undefined; readonly isSound: boolean }
  | { readonly kind: 'done' };

const load = createRequire(__filename);
let suite: Suite | undefined;
let isOfTests = false;

const tell = (answer: Answer): void => {
  process.send?.(answer);
};

async function loadSuite(mutation: Mutation, tests: Tests | undefined): Promise<Suite> {
  if (tests === undefined) return (load('./scenarios') as typeof Scenarios).loadSuite(mutation.project);
  isOfTests = true;
  share(mutation, tests.folder);
  return (load('./unit-tests') as typeof UnitTests).loadTests(mutation.project, tests.files);
}

async function start(mutation: Mutation, tests: Tests | undefined): Promise<void> {
  install(mutation);
  try {
    suite = await loadSuite(mutation, tests);
  } catch (error) {
    tell({ kind: 'broken', why: inspect(error) });
    return;
  }
  tell({ kind: 'loaded', scenarios: suite.scenarios, reached: takeReached() });
}

/** A test that takes longer is not asked whether it depends on others. */
const QUICK_MS = 2000;

/**
 * For each scenario that passes, which mutants it reaches, and how long it takes. What others have built is built again
 * for each. Unit tests have to pass again in the opposite order: one that depends on those before it would fail without
 * them, whatever the mutant.
 */
async function measureReach({ scenarios, run, forget }: Suite, isRepeated: boolean): Promise<void> {
  const passed: Extract<Answer, { readonly kind: 'reached' }>[] = [];
  for (const scenario of scenarios.keys()) {
    tell({ kind: 'begun' });
    forget();
    takeReached();
    const from = performance.now();
    if ((await run(scenario)) !== true) continue;
    const reached = { kind: 'reached', scenario, mutants: takeReached(), ms: performance.now() - from } as const;
    if (isRepeated) passed.push(reached);
    else tell(reached);
  }
  for (const reached of passed.reverse()) {
    tell({ kind: 'begun' });
    if (reached.ms > QUICK_MS || (await run(reached.scenario)) === true) tell(reached);
  }
  tell({ kind: 'done' });
}

async function tryMutants(
  { run, forget }: Suite,
  mutants: readonly number[],
  scenarios: readonly number[],
): Promise<void> {
  const runWith = async (active: readonly number[], scenario: number): Promise<boolean> => {
    activate(active);
    forget();
    return (await run(scenario)) === true;
  };
  let isSound = true;
  for (const scenario of scenarios) {
    tell({ kind: 'begun' });
    takeReached();
    const passes = await runWith(mutants, scenario);
    const reached = takeReached();
    isSound &&= mutants.every((mutant) => reached.includes(mutant));
    if (passes) continue;
    tell({ kind: 'tried', failed: scenario, isSound: await runWith([], scenario) });
    return;
  }
  activate([]);
  tell({ kind: 'tried', failed: undefined, isSound });
}

async function answer(question: Question): Promise<void> {
  if (question.kind === 'load') return start(question.mutation, question.tests);
  if (suite === undefined) throw new TypeError('question: expected load first, got another');
  return question.kind === 'reach'
    ? measureReach(suite, isOfTests)
    : tryMutants(suite, question.mutants, question.scenarios);
}

process.on('message', (question: Question) => {
  answer(question).catch((error: unknown) => tell({ kind: 'broken', why: inspect(error) }));
});
process.once('disconnect', () => process.exit());
