/** Cucumber, called in this process: which scenarios a run has, and running them. */
import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Writable } from 'node:stream';
import {
  type IPickleOrder,
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
import { userError } from '../engine/user-error';
import type { RunParameters } from '../steps/scene';
import { runKey } from './runs';

/** Which scenarios of the features, and in which order. */
export interface FeatureSelection {
  /** From the project's folder: files, files with lines, patterns. */
  readonly paths: readonly string[];
  readonly tags: string;
  /** "" or "2/5". */
  readonly shard: string;
  /** "defined" or "random:SEED". */
  readonly order: IPickleOrder;
  /** Number of processes; 1: this one. */
  readonly parallel: number;
}

/** A run that can begin. */
export interface PlannedRun {
  readonly key: string;
  /** Number of scenarios. */
  readonly total: number;
  readonly configuration: IRunConfiguration;
  readonly environment: IRunEnvironment;
}

/** The profiles of cucumber.json. */
const PROFILES: Readonly<Record<Revision, string>> = { 1: 'default', 2: 'revision-2' };

/** The formatters' output: the reports are made from the messages alone. */
const SILENT = { stdout: 'rerun', files: {}, publish: false, options: {} } as const;

/**
 * A feature's path as given on the command line, from the project's folder: a file, a file with lines, or a folder.
 * Throws a user error where there is no such file.
 */
export function featurePath(project: string, given: string): string {
  const [, path = given, lines = ''] = /^(.*?)((?::\d+)*)$/.exec(given) ?? [];
  if (!existsSync(path)) throw userError(`There is no feature ${path}: name a .feature file or a folder of them.`);
  const file = relative(project, resolve(path));
  return statSync(path).isDirectory() ? join(file, '**/*.feature') : file + lines;
}

/** Reads configuration and features. Throws a user error where the tag expression or a feature cannot be parsed. */
export async function planRun(project: string, run: RunParameters, selection: FeatureSelection): Promise<PlannedRun> {
  const environment = { cwd: project, stdout: nowhere() };
  const { tags, ...others } = selection;
  const { runConfiguration: configuration } = await loadConfiguration(
    {
      file: 'cucumber.json',
      profiles: [PROFILES[run.revision]],
      provided: {
        ...others,
        // An empty expression would take the place of the profile's; one in brackets is joined to it whole.
        ...(tags === '' ? {} : { tags: `(${tags})` }),
        paths: [...selection.paths],
        // Cucumber starts other processes for any number but 0.
        parallel: selection.parallel > 1 ? selection.parallel : 0,
        require: [relative(project, join(__dirname, 'interruptible.ts'))],
        worldParameters: { ...run, ...(selection.shard !== '' && { shard: selection.shard }) },
      },
    },
    environment,
  );
  const total = await countScenarios(configuration, selection.tags, environment);
  return { key: runKey(run), total, configuration, environment };
}

async function countScenarios(
  { sources }: IRunConfiguration,
  tags: string,
  environment: IRunEnvironment,
): Promise<number> {
  const { plan, errors } = await loadSources(sources, environment).catch((error: unknown) => {
    if (!(error instanceof Error && /tag expression/i.test(String(error.cause)))) throw error;
    throw userError(`--tags "${tags}" is no tag expression: write one like "@FUNC-6 and not @slow".`);
  });
  const [first] = errors;
  if (first !== undefined) {
    const why = first.message.split('\n')[0] ?? '';
    throw userError(`The feature ${first.uri} cannot be parsed: ${why}`);
  }
  return shardSize(plan.length, sources.shard);
}

/** How many of `total` scenarios are dealt to a shard "I/N"; Cucumber deals them one by one. */
export function shardSize(total: number, shard = ''): number {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(shard) ?? [undefined, 1, 1];
  return Math.ceil((total - Number(part) + 1) / Number(parts));
}

/**
 * Loads the steps. Once for all runs of a process: what Node has loaded it does not load again.
 * ts-node is at work here already; only other processes have to be told of it.
 */
export function loadSteps({ configuration, environment }: PlannedRun): Promise<ISupportCodeLibrary> {
  const { support, runtime } = configuration;
  const requireModules = runtime.parallel > 0 ? (support.requireModules ?? []) : [];
  return loadSupport({ ...configuration, support: { ...support, requireModules } }, environment);
}

/** Runs the scenarios. `crashed`: not all came to an end, because a process of Cucumber's did. */
export async function runScenarios(
  { configuration, environment, total }: PlannedRun,
  steps: ISupportCodeLibrary,
  onMessage: (envelope: Envelope) => void,
): Promise<'complete' | 'crashed'> {
  let ended = 0;
  await runCucumber({ ...configuration, support: steps, formats: SILENT }, environment, (envelope) => {
    if (envelope.testCaseFinished !== undefined) ended += 1;
    onMessage(envelope);
  });
  return ended === total ? 'complete' : 'crashed';
}

function nowhere(): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
}
