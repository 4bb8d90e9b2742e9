/**
 * The suite's scenarios on the reference, one at a time and in any order, in this process. Cucumber's runner can do
 * neither. Whether a scenario passes is all that is asked.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSources } from '@cucumber/cucumber/api';
import { generateMessages } from '@cucumber/gherkin';
import { IdGenerator, SourceMediaType, type Pickle, type PickleStep } from '@cucumber/messages';
import { loadSteps, planRuns, type PlannedRun } from '../../bin/cucumber';
import { isUserError } from '../../engine/user-error';
import { forgetBuilds } from '../../steps/drafts';
import type { RunParameters } from '../../steps/scene';
import { featureTexts } from '../features';
import type { ScenarioName, Suite } from './suite';

interface World {
  readonly parameters: RunParameters;
  readonly attach: () => void;
}

/** What Cucumber has loaded. Its types hide this. */
interface Hook {
  readonly code: (this: World, ...args: readonly unknown[]) => unknown;
}

interface Definition extends Hook {
  readonly matchesStepName: (text: string) => boolean;
  readonly getInvocationParameters: (of: {
    readonly step: PickleStep;
    readonly world: World;
  }) => Promise<{ readonly parameters: readonly unknown[] }>;
}

interface Library {
  readonly stepDefinitions: readonly Definition[];
  readonly beforeTestRunHookDefinitions: readonly Hook[];
  readonly beforeTestCaseHookDefinitions: readonly Hook[];
  readonly afterTestCaseHookDefinitions: readonly Hook[];
}

const isLibrary = (value: object): value is Library =>
  ['stepDefinitions', 'beforeTestRunHookDefinitions', 'afterTestCaseHookDefinitions'].every((name) => name in value);

interface Planned extends ScenarioName {
  readonly pickle: Pickle;
  readonly parameters: RunParameters;
}

/** Places in features are lines; a row of examples has its own. */
function picklesOf(project: string, uri: string): ReadonlyMap<string, Pickle> {
  const options = { includePickles: true, includeGherkinDocument: false, newId: IdGenerator.incrementing() };
  const text = readFileSync(join(project, uri), 'utf8');
  const messages = generateMessages(text, uri, SourceMediaType.TEXT_X_CUCUMBER_GHERKIN_PLAIN, options);
  const pickles = messages.flatMap(({ pickle }) => pickle ?? []);
  return new Map(pickles.map((pickle) => [`${uri}:${pickle.location?.line ?? 0}`, pickle]));
}

async function plannedOf({ project, configuration, parameters }: PlannedRun): Promise<readonly Planned[]> {
  const { plan } = await loadSources(configuration.sources, { cwd: project });
  const uris = [...new Set(plan.map(({ uri }) => uri))];
  const pickles = new Map(uris.flatMap((uri) => [...picklesOf(project, uri)]));
  return plan.map(({ uri, name, location }) => {
    const pickle = pickles.get(`${uri}:${location.line}`);
    if (pickle === undefined) throw new RangeError(`scenario: expected one at ${uri}:${location.line}, got none`);
    return { name, uri, pickle, parameters };
  });
}

/** Of what decides which scenarios there are. */
function digestOf(project: string): string {
  const hash = createHash('sha256');
  for (const [file, text] of featureTexts(project)) hash.update(`${file}\n${text}`);
  for (const file of ['bin/cucumber.ts', 'cucumber.json', 'package-lock.json'])
    hash.update(readFileSync(join(project, file), 'utf8'));
  return hash.digest('hex').slice(0, 16);
}

const RUNS = ([2, 1] as const).map((revision) => ({ target: 'reference', revision, label: 'reference' }));

/** The scenarios of all runs, and one of the runs, for its steps. */
interface Plan {
  readonly run: PlannedRun;
  readonly scenarios: readonly Planned[];
}

async function makePlan(project: string): Promise<Plan> {
  const plans = await planRuns(project, RUNS, { paths: [], tags: '', shard: '', order: 'defined' });
  const [run] = plans;
  if (run === undefined) throw new RangeError('runs: expected some, got none');
  return { run, scenarios: (await Promise.all(plans.map(plannedOf))).flat() };
}

/** It is kept: each mutant may need a process of its own, and to parse the features takes seconds. */
async function planIn(project: string): Promise<Plan> {
  const folder = join(project, '.cache/mutation');
  const file = join(folder, `scenarios-${digestOf(project)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Plan;
  const plan = await makePlan(project);
  mkdirSync(folder, { recursive: true });
  // Others may read it at any moment.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(plan));
  renameSync(`${file}.${process.pid}`, file);
  return plan;
}

/** Loads the suite. The newer revision is first, because it has most rules. */
export async function loadSuite(project: string): Promise<Suite> {
  const { run: first, scenarios: planned } = await planIn(project);
  const library: object = await loadSteps(first);
  if (!isLibrary(library)) throw new TypeError('library: expected steps and hooks, got none');
  for (const parameters of RUNS)
    for (const { code } of library.beforeTestRunHookDefinitions) code.call({ parameters, attach: () => undefined });
  return {
    scenarios: planned.map(({ name, uri }) => ({ name, uri })),
    run(number) {
      const scenario = planned[number];
      if (scenario === undefined) throw new RangeError(`scenario: expected below ${planned.length}, got ${number}`);
      return runScenario(library, scenario);
    },
    forget: forgetBuilds,
  };
}

async function runScenario(library: Library, { pickle, parameters }: Planned): Promise<boolean | undefined> {
  const world: World = { parameters, attach: () => undefined };
  let status = 'PASSED';
  try {
    for (const { code } of library.beforeTestCaseHookDefinitions)
      if ((await code.call(world, { pickle })) === 'skipped') status = 'SKIPPED';
    for (const step of pickle.steps) {
      if (status === 'SKIPPED') break;
      if ((await runStep(library, world, step)) === 'skipped') status = 'SKIPPED';
    }
  } catch (error) {
    // What only the user can help is no fault of the code.
    if (isUserError(error)) throw error;
    status = 'FAILED';
  }
  try {
    for (const { code } of library.afterTestCaseHookDefinitions) await code.call(world, { pickle, result: { status } });
  } catch {
    status = 'FAILED';
  }
  return status === 'SKIPPED' ? undefined : status === 'PASSED';
}

async function runStep({ stepDefinitions }: Library, world: World, step: PickleStep): Promise<unknown> {
  const definition = stepDefinitions.find((each) => each.matchesStepName(step.text));
  if (definition === undefined) throw new RangeError(`step: expected a sentence of the vocabulary, got ${step.text}`);
  const { parameters } = await definition.getInvocationParameters({ step, world });
  return definition.code.call(world, ...parameters);
}
