/** Calls Cucumber in this process: to plan the scenarios of a run, and to run them. */
import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Writable } from 'node:stream';
import {
  type IPickleOrder,
  type IPlannedPickle,
  type IRunConfiguration,
  type IRunEnvironment,
  type ISupportCodeLibrary,
  loadConfiguration,
  loadSources,
  loadSupport,
  runCucumber,
} from '@cucumber/cucumber/api';
import type { Envelope } from '@cucumber/messages';
import type { Revision } from '../engine/abi/hypercall';
import { runKey } from '../engine/evidence';
import { userError } from '../engine/user-error';
import { groupBy } from '../reports/lists';
import type { RunParameters } from '../steps/scene';
import { quickenMatching } from './matching';

/** The scenarios of a run, and their order. */
export interface FeatureSelection {
  /** From the project's folder: files, files with lines, patterns. */
  readonly paths: readonly string[];
  readonly tags: string;
  /** Regular expressions; a title has to match one of them. Empty: all titles. */
  readonly names?: readonly string[];
  /** "" or "2/5". */
  readonly shard: string;
  /** "defined" or "random:SEED". */
  readonly order: IPickleOrder;
}

/** The place of a scenario, or of its row of the examples. */
export interface ScenarioPlace {
  /** From the project's folder. */
  readonly uri: string;
  readonly line: number;
}

/** A run that is ready to start, or a part of one. It can be sent to another process. */
export interface PlannedRun {
  /** Its name in the progress. */
  readonly key: string;
  readonly target: RunParameters['target'];
  readonly parameters: RunParameters;
  /** The folder with cucumber.json. */
  readonly project: string;
  /** Number of scenarios. */
  readonly total: number;
  readonly configuration: IRunConfiguration;
}

/** The profiles of cucumber.json for runs of a hypervisor, and that for runs of a tool. */
const PROFILES: Readonly<Record<Revision, string>> = { 1: 'default', 2: 'revision-2' };
const OF_TOOLS = 'toolstack';

const profileOf = ({ revision, tool }: RunParameters): string => (tool === undefined ? PROFILES[revision] : OF_TOOLS);

/** The formatters' output: the reports are made from the messages alone. */
const SILENT = { stdout: 'rerun', files: {}, publish: false, options: {} } as const;

/**
 * The path of a file or folder of features: in the caller's folder, or else in the project's. Line numbers are left
 * out.
 */
export function featurePlace(project: string, given: string): string {
  const path = given.replace(/(:\d+)+$/, '');
  const own = resolve(project, path);
  return !existsSync(path) && existsSync(own) ? own : path;
}

/**
 * A feature's path as given on the command line, from the project's folder: a file, a file with lines, or a folder.
 * Throws a user error if there is no such file. A pipe is refused, because Cucumber might wait for it forever.
 */
export function featurePath(project: string, given: string): string {
  const path = featurePlace(project, given);
  const lines = /(:\d+)*$/.exec(given)?.[0] ?? '';
  const status = existsSync(path) ? statSync(path) : undefined;
  const file = relative(project, resolve(path));
  if (status?.isDirectory() === true) return join(file, '**/*.feature');
  if (status?.isFile() === true && path.endsWith('.feature')) return file + lines;
  throw userError(`There is no feature ${path}: name a .feature file or a folder of them.`);
}

/**
 * Reads the configuration, and the features once for all runs of a profile. Throws a user error if the tag expression
 * or a feature cannot be parsed.
 */
export async function planRuns(
  project: string,
  runs: readonly RunParameters[],
  selection: FeatureSelection,
): Promise<readonly PlannedRun[]> {
  const totals = new Map<string, number>();
  const plans: PlannedRun[] = [];
  for (const run of runs) {
    const configuration = await configurationOf(project, run, selection);
    const profile = profileOf(run);
    const total = totals.get(profile) ?? (await countScenarios(project, configuration, selection.tags));
    totals.set(profile, total);
    plans.push({ key: runKey(run), target: run.target, parameters: run, project, total, configuration });
  }
  return plans;
}

/** The run with only these of its scenarios. */
export function narrowRun(plan: PlannedRun, places: readonly ScenarioPlace[]): PlannedRun {
  const byFile = groupBy(places, ({ uri }) => uri);
  const paths = [...byFile].map(([uri, own]) => [uri, ...own.map(({ line }) => line)].join(':'));
  const sources = { ...plan.configuration.sources, paths, shard: '' };
  return { ...plan, total: places.length, configuration: { ...plan.configuration, sources } };
}

/** What identifies a scenario: its feature and its title. */
export interface ScenarioTitle {
  readonly uri: string;
  readonly name: string;
}

/**
 * The run without some of its scenarios. They are dealt to shards afterwards, and the report says that the run was not
 * asked all.
 */
export async function leaveOut(plan: PlannedRun, isOut: (scenario: ScenarioTitle) => boolean): Promise<PlannedRun> {
  const { configuration, project } = plan;
  const { sources, runtime } = configuration;
  const { plan: all } = await loadSources({ ...sources, shard: '' }, environmentOf(project));
  const kept = all.filter((scenario) => !isOut(scenario));
  if (kept.length === all.length) return plan;
  const places = kept.map(({ uri, location }) => ({ uri, line: location.line }));
  const narrowed = narrowRun(plan, places);
  return {
    ...narrowed,
    total: shardSize(kept.length, sources.shard),
    configuration: {
      ...narrowed.configuration,
      sources: { ...narrowed.configuration.sources, ...(sources.shard !== undefined && { shard: sources.shard }) },
      runtime: { ...runtime, worldParameters: { ...runtime.worldParameters, selected: true } },
    },
  };
}

/** The run in parts, none of them without a scenario. */
export function splitRun(plan: PlannedRun, parts: number): readonly PlannedRun[] {
  const count = Math.min(parts, plan.total);
  if (count <= 1) return [plan];
  const { sources } = plan.configuration;
  const [at, of] = shardNumbers(sources.shard);
  return Array.from({ length: count }, (_, part) => ({
    ...plan,
    key: `${plan.key} (${part + 1} of ${count})`,
    total: shardSize(plan.total, `${part + 1}/${count}`),
    // Every P-th of every N-th scenario is every (N * P)-th.
    configuration: { ...plan.configuration, sources: { ...sources, shard: `${at + of * part}/${of * count}` } },
  }));
}

async function configurationOf(
  project: string,
  run: RunParameters,
  { tags, names = [], ...selection }: FeatureSelection,
): Promise<IRunConfiguration> {
  const { tool, ...hypervisor } = run;
  const { runConfiguration } = await loadConfiguration(
    {
      file: 'cucumber.json',
      profiles: [profileOf(run)],
      provided: {
        ...selection,
        paths: [...selection.paths],
        name: [...names],
        // An empty expression would replace the profile's. In brackets, an expression is joined to it as a whole.
        ...(tags === '' ? {} : { tags: `(${tags})` }),
        worldParameters: {
          ...hypervisor,
          ...(tool && { tool: { ...tool } }),
          ...(selection.shard !== '' && { shard: selection.shard }),
          ...([tags, ...names, ...selection.paths].some((given) => given !== '') && { selected: true }),
        },
      },
    },
    environmentOf(project),
  );
  return runConfiguration;
}

async function countScenarios(
  project: string,
  { sources }: Pick<IRunConfiguration, 'sources'>,
  tags: string,
): Promise<number> {
  return shardSize((await loadScenarios(project, sources, tags)).length, sources.shard);
}

/** Throws a user error if the tag expression or a feature cannot be parsed. */
async function loadScenarios(
  project: string,
  sources: IRunConfiguration['sources'],
  tags: string,
): Promise<readonly IPlannedPickle[]> {
  const { plan, errors } = await loadSources(sources, environmentOf(project)).catch((error: unknown) => {
    if (!(error instanceof Error && /tag expression/i.test(String(error.cause)))) throw error;
    throw userError(`--tags "${tags}" is not a tag expression: write one like "@FUNC-6 and not @slow".`);
  });
  const [first] = errors;
  if (first === undefined) return plan;
  const why = first.message.split('\n')[0] ?? '';
  throw userError(`The feature ${first.uri} cannot be parsed: ${why}`);
}

/**
 * The scenarios of both revisions by feature and line, with one entry for each row of examples. Without paths, those of
 * all features. User errors as for `planRuns`.
 */
export async function selectScenarios(
  project: string,
  { paths, tags, names = [] }: Pick<FeatureSelection, 'paths' | 'tags' | 'names'>,
): Promise<readonly (ScenarioPlace & ScenarioTitle)[]> {
  const wanted = paths.length === 0 ? ['features/**/*.feature'] : [...paths];
  const sources = { defaultDialect: 'en', paths: wanted, names: [...names], tagExpression: tags };
  const scenarios = await loadScenarios(project, { ...sources, order: 'defined' }, tags);
  return scenarios.map(({ uri, name, location: { line } }) => ({ uri, name, line }));
}

/** "2/5" in numbers; the whole is "1/1". */
function shardNumbers(shard = ''): readonly [number, number] {
  const [, part = 1, parts = 1] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  return [Number(part), Number(parts)];
}

/** How many of `total` scenarios belong to a shard "I/N". Cucumber deals them out one by one. */
export function shardSize(total: number, shard?: string): number {
  const [part, parts] = shardNumbers(shard);
  return Math.ceil((total - part + 1) / parts);
}

/** Loads the steps. ts-node is already active here, so Cucumber need not load it. */
export async function loadSteps({ configuration, project }: PlannedRun): Promise<ISupportCodeLibrary> {
  const support = { ...configuration.support, requireModules: [] };
  const steps = await loadSupport({ ...configuration, support }, environmentOf(project));
  quickenMatching(steps);
  return steps;
}

/** Runs the scenarios, one after the other. Throws what a hook around all of them throws. */
export async function runScenarios(
  { configuration, project }: PlannedRun,
  steps: ISupportCodeLibrary,
  onMessage: (envelope: Envelope) => void,
): Promise<void> {
  const silent = { ...configuration, support: steps, formats: SILENT };
  await runCucumber(silent, environmentOf(project), (envelope) => {
    onMessage({ ...envelope });
    // Cucumber keeps what scenarios do for its formatters, which are silent. It would fill most of the heap.
    delete envelope.testCaseStarted;
    delete envelope.testStepFinished;
    delete envelope.attachment;
    delete envelope.testCaseFinished;
  });
}

/** Cucumber's own output is dropped. */
function environmentOf(project: string): IRunEnvironment {
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  return { cwd: project, stdout };
}
