/**
 * A process that holds mutants against scenarios. It may loop or die: the side that started it notices
 * (`processes.ts`). Only types and the switch are loaded before the mutated code is in place.
 */
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import type * as Scenarios from './scenarios';
import { activate, install, type Mutation, takeReached } from './switch';

/** What it is asked. `trial`: runs these scenarios with those mutants, up to the first one that fails. */
export type Question =
  | { readonly kind: 'load'; readonly mutation: Mutation }
  | { readonly kind: 'reach' }
  | { readonly kind: 'trial'; readonly mutants: readonly number[]; readonly scenarios: readonly number[] };

/** What it answers. */
export type Answer =
  | {
      readonly kind: 'loaded';
      readonly scenarios: readonly Scenarios.ScenarioName[];
      readonly reached: readonly number[];
    }
  /** The code cannot be loaded. */
  | { readonly kind: 'broken'; readonly why: string }
  /** It is alive. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'reached'; readonly scenario: number; readonly mutants: readonly number[] }
  /** `isSound`: without the mutants, the scenario passes in this process; or no scenario failed, and each reached them. */
  | { readonly kind: 'tried'; readonly failed: number | undefined; readonly isSound: boolean }
  | { readonly kind: 'done' };

const load = createRequire(__filename);
let suite: Scenarios.Suite | undefined;

const tell = (answer: Answer): void => {
  process.send?.(answer);
};

async function start(mutation: Mutation): Promise<void> {
  install(mutation);
  try {
    suite = await (load('./scenarios') as typeof Scenarios).loadSuite(mutation.project);
  } catch (error) {
    tell({ kind: 'broken', why: inspect(error) });
    return;
  }
  tell({ kind: 'loaded', scenarios: suite.scenarios, reached: takeReached() });
}

/** For each scenario that passes, which mutants it reaches. What others have built is built again for each. */
async function measureReach({ scenarios, run, forget }: Scenarios.Suite): Promise<void> {
  for (const scenario of scenarios.keys()) {
    forget();
    takeReached();
    const passes = await run(scenario);
    if (passes === true) tell({ kind: 'reached', scenario, mutants: takeReached() });
    else tell({ kind: 'begun' });
  }
  tell({ kind: 'done' });
}

async function tryMutants(
  { run, forget }: Scenarios.Suite,
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
  if (question.kind === 'load') return start(question.mutation);
  if (suite === undefined) throw new TypeError('question: expected load first, got another');
  return question.kind === 'reach' ? measureReach(suite) : tryMutants(suite, question.mutants, question.scenarios);
}

process.on('message', (question: Question) => {
  answer(question).catch((error: unknown) => tell({ kind: 'broken', why: inspect(error) }));
});
process.once('disconnect', () => process.exit());
