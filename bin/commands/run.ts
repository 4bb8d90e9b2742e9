/** `run`: runs the features on the targets, and writes the report. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { IPickleOrder } from '@cucumber/cucumber/api';
import { PROJECT } from '../../engine/installation';
import { targetNamed } from '../../engine/targets';
import { provideUnicorn } from '../../engine/unicorn/library';
import { userError } from '../../engine/user-error';
import type { FailOn } from '../../reports';
import { readOwnDeviations } from '../../reports/own-deviations';
import { readUnexpected } from '../../reports/unexpected';
import { type FeatureSelection, type PlannedRun, featurePath, featurePlace, leaveOut, planRuns } from '../cucumber';
import { EXIT, type ExitStatus } from '../exit';
import { fatalTo } from '../fatal';
import { outputFolder } from '../folder';
import { listenForInterruption } from '../interruption';
import { type Progress, processScreen, showProgress } from '../progress';
import { checkedNames, unknownTags } from '../names';
import { createReporter } from '../reporter-process';
import { runAll } from '../run-all';
import { type RunnersAhead, createRunnersAhead } from '../runner-process';
import { type XenAtHand, checkSelection, selectRuns } from '../runs';
import { type ColourOption, terminalFor } from '../terminal';
import { again, watchChanges } from '../watch';
import { type ProvideTool, provideTool, targetFor, toolRuns, toolsFor } from '../tools';
import { type ProvideXen, type XenSelection, provideXen, xensFor } from '../xen';
import type { RunParameters } from '../../steps/scene';
import { baselineOf, checkAccept } from './report';

/** As the command line has them. */
export interface RunOptions extends XenSelection, ColourOption {
  /** The tools that the runs are about, by path or Debian release, separated by commas; default: the hypervisors. */
  readonly tool?: string;
  readonly tags?: string;
  /** Regular expressions of titles. */
  readonly name?: readonly string[];
  /** Only what was not as expected in the last report in `out`. */
  readonly lastFailed?: boolean;
  /** Stop at the first failure that is no known deviation. */
  readonly failFast?: boolean;
  /** Run again after each change of a file. */
  readonly watch?: boolean;
  readonly shard?: string;
  /** Number of processes at a time; default: one for each processor. */
  readonly parallel?: number;
  readonly order?: IPickleOrder;
  /** Files with deviations that are expected in addition to the project's. */
  readonly deviations?: readonly string[];
  /** The file to which unexpected failures are written as deviations. */
  readonly accept?: string;
  /** The path of an earlier compliance.json. */
  readonly baseline?: string;
  /** What makes the status 1; default: anything that is not as expected. */
  readonly failOn?: FailOn;
  /** Whether to write allure-results/ too; default: yes. */
  readonly allure?: boolean;
  readonly out: string;
}

/** What a run needs: the project's own, or a test's. */
export interface RunSurroundings {
  /** The folder with cucumber.json and the features. */
  readonly project: string;
  readonly progress: Progress;
  /** Gets what the steps need, and fetches it if necessary. */
  readonly provide: (say: (line: string) => void) => void;
  readonly provideXen: ProvideXen;
  readonly provideTool: ProvideTool;
}

const OWN: RunSurroundings = {
  project: PROJECT,
  progress: showProgress(processScreen()),
  provide: provideUnicorn,
  provideXen,
  provideTool,
};

/** Runs the features (default: all) and writes the report. Errors in the call are found before the first scenario. */
export async function run(
  features: readonly string[],
  options: RunOptions,
  surroundings: RunSurroundings = OWN,
): Promise<ExitStatus> {
  const ahead = createRunnersAhead();
  try {
    const plans = await plan(features, options, surroundings, ahead);
    return await runPlans(plans, options, surroundings, ahead);
  } finally {
    ahead.close();
  }
}

/** What scenarios depend on, in the project's folder. */
const WATCHED = ['features', 'steps', 'payloads', 'engine'];

/** Runs the features; with `watch`, again after each change, until Ctrl-C. */
export async function runOrWatch(features: readonly string[], options: RunOptions): Promise<ExitStatus> {
  if (options.watch !== true) return run(features, options);
  const named = features.map((feature) => featurePlace(PROJECT, feature)).filter((path) => existsSync(path));
  const changes = watchChanges([...WATCHED.map((folder) => join(PROJECT, folder)), ...named]);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, changes.end);
  return again(changes, () => run(features, options), OWN.progress.say);
}

const processesFor = ({ parallel }: RunOptions): number => parallel ?? availableParallelism();

async function runPlans(
  plans: readonly PlannedRun[],
  options: RunOptions,
  { progress, project }: RunSurroundings,
  ahead: RunnersAhead,
): Promise<ExitStatus> {
  const messages = join(outputFolder(options.out), 'messages.ndjson');
  const processes = processesFor(options);
  // More processes than runs are used only if the user asks for them, because each takes a while to start.
  const parts = Math.max(1, Math.floor((options.parallel ?? 1) / plans.length));
  // Signals are ignored until the report is written, because npm repeats the Ctrl-C that the terminal has already sent.
  const interruption = listenForInterruption();
  const parameters = new Map(plans.map((plan) => [plan.key, plan.parameters]));
  const reporter = createReporter(messages, { ...options, terminal: terminalFor(options, parameters, project) });
  try {
    const { catchUp: onIdle } = reporter;
    const { failFast = false, deviations = [] } = options;
    const how = { messages, processes, parts, progress, interruption, ahead, onIdle };
    const finish = await runAll(plans, {
      ...how,
      ...(failFast && { failFast: { deviations: deviations.map((file) => resolve(file)) } }),
    });
    const status = await reporter.finish(progress.say);
    if (finish === 'interrupted') progress.say('Interrupted: the report has the scenarios that were done.');
    return finish === 'complete' ? status : EXIT.unexpected;
  } finally {
    reporter.close();
    interruption.forget();
  }
}

/** A real machine is not asked anything that would crash it, unless its owner says so. */
async function withoutFatal(plan: PlannedRun, xen: XenAtHand | undefined, { fatal }: RunOptions): Promise<PlannedRun> {
  const isAtRisk = targetNamed(plan.target).connects === true && fatal !== true;
  return isAtRisk && xen !== undefined ? leaveOut(plan, fatalTo(xen.name)) : plan;
}

/** The scenarios of each run that were not as expected in a report. */
async function onlyFailed(plans: readonly PlannedRun[], file: string): Promise<readonly PlannedRun[]> {
  const failed = new Set(readUnexpected(file).map(({ run: key, uri, name }) => `${key}\n${uri}\n${name}`));
  if (failed.size === 0) throw userError(`Everything was as expected in ${file}: leave out --last-failed.`);
  return Promise.all(plans.map((own) => leaveOut(own, ({ uri, name }) => !failed.has(`${own.key}\n${uri}\n${name}`))));
}

/** The runs of the hypervisors that are asked for, or of the tools, with the Xens that they need. */
async function runsFor(
  options: RunOptions,
  { provideXen, provideTool, progress: { say } }: RunSurroundings,
): Promise<{ readonly runs: readonly RunParameters[]; readonly xens: readonly XenAtHand[] }> {
  if (options.tool === undefined) {
    const xens = xensFor(options, provideXen, say);
    return { runs: selectRuns(options, xens), xens };
  }
  const own = { ...options, target: targetFor(options) };
  const tools = await toolsFor(options.tool, provideTool, say);
  const xens = xensFor(own, provideXen, say);
  return { runs: toolRuns(own, tools, xens), xens };
}

const isAboutTools = (feature: string): boolean => /(^|\/)toolstack(\/|$)/.test(feature);

async function plan(
  features: readonly string[],
  options: RunOptions,
  surroundings: RunSurroundings,
  ahead: RunnersAhead,
): Promise<readonly PlannedRun[]> {
  const { project, progress, provide } = surroundings;
  const selection: FeatureSelection = {
    paths: features.map((feature) => featurePath(project, feature)),
    tags: options.tags ?? '',
    names: checkedNames(options.name ?? []),
    shard: options.shard ?? '',
    order: options.order ?? 'defined',
  };
  if (options.tool === undefined && features.length > 0 && features.every(isAboutTools))
    throw userError('The features in toolstack/ are about a tool: name one with --tool, such as --tool debian-12.');
  // Only checked here: the report reads them.
  baselineOf(options);
  checkAccept(options);
  checkSelection(options);
  readOwnDeviations(options.deviations ?? []);
  if (options.order !== undefined) progress.say(`order: ${options.order}`);
  provide(progress.say);
  const { runs, xens } = await runsFor(options, surroundings);
  const processes = processesFor(options);
  // With fewer runs a processor is idle, so processes that were started for busy processors do not fit.
  if (runs.length > processes && processes >= availableParallelism()) ahead.start(processes);
  const planned = await planRuns(project, runs, selection);
  const allowed = await Promise.all(planned.map((own, index) => withoutFatal(own, xens[index], options)));
  const plans = options.lastFailed === true ? await onlyFailed(allowed, join(options.out, 'compliance.json')) : allowed;
  const withScenarios = plans.filter(({ total }) => total > 0);
  const named = features.map((feature) => featurePlace(project, feature));
  const unknown = unknownTags(selection.tags, [join(project, 'features'), ...named]);
  if (withScenarios.length === 0) {
    if (unknown[0] !== undefined) throw userError(unknown[0]);
    throw userError('No scenario is selected: widen --tags, --name, --revision, --shard or the features named.');
  }
  unknown.forEach(progress.say);
  return withScenarios;
}
