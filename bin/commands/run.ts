/** `run`: the features against the targets, and the report of what was found. */
import { join, resolve } from 'node:path';
import type { IPickleOrder } from '@cucumber/cucumber/api';
import { provideUnicorn } from '../../engine/unicorn/library';
import { userError } from '../../engine/user-error';
import { readBaseline } from '../../reports/baseline';
import { type FeatureSelection, type PlannedRun, featurePath, loadSteps, planRun, runScenarios } from '../cucumber';
import { EXIT, type ExitStatus } from '../exit';
import { outputFolder } from '../folder';
import { listenForInterruption } from '../interruption';
import { watchOutcomes } from '../outcomes';
import { type Progress, processScreen, showProgress } from '../progress';
import { type Recording, openRecording } from '../recording';
import { unknownTags } from '../names';
import { selectRuns } from '../runs';
import { type ProvideXen, type XenSelection, provideXen, xensFor } from '../xen';
import { report } from './report';

/** As the command line has them. */
export interface RunOptions extends XenSelection {
  readonly tags?: string;
  readonly shard?: string;
  readonly parallel?: number;
  readonly order?: IPickleOrder;
  /** The path of an earlier compliance.json. */
  readonly baseline?: string;
  /** Whether to write allure-results/ too; default: yes. */
  readonly allure?: boolean;
  readonly out: string;
}

/** What a run stands on: the project itself, or a test's own. */
export interface RunSurroundings {
  /** The folder with cucumber.json and the features. */
  readonly project: string;
  readonly progress: Progress;
  /** Gets what the steps need and may have to be fetched. */
  readonly provide: (say: (line: string) => void) => void;
  readonly provideXen: ProvideXen;
}

const PROJECT: RunSurroundings = {
  project: resolve(__dirname, '../..'),
  progress: showProgress(processScreen()),
  provide: provideUnicorn,
  provideXen,
};

/** Runs the features (default: all) and writes the report. Whatever is wrong with the call is found before the first scenario. */
export async function run(
  features: readonly string[],
  options: RunOptions,
  surroundings: RunSurroundings = PROJECT,
): Promise<ExitStatus> {
  const { progress } = surroundings;
  const plans = await plan(features, options, surroundings);
  const recording = openRecording(join(outputFolder(options.out), 'messages.ndjson'));
  // Until the report is written: npm passes on the Ctrl-C that we have got from the terminal already.
  const interruption = listenForInterruption();
  try {
    const finish = await runAll(plans, recording, progress, interruption.happened);
    const status = report([recording.file], options, progress.say);
    if (finish === 'complete') return status;
    progress.say(UNFINISHED[finish]);
    return EXIT.unexpected;
  } finally {
    interruption.forget();
  }
}

const UNFINISHED = {
  interrupted: 'Interrupted: the report has the scenarios that were done.',
  crashed: 'A process of the suite ended early: the report has the scenarios that were done.',
} as const;

async function plan(
  features: readonly string[],
  options: RunOptions,
  surroundings: RunSurroundings,
): Promise<readonly PlannedRun[]> {
  const { project, progress, provide } = surroundings;
  const selection: FeatureSelection = {
    paths: features.map((feature) => featurePath(project, feature)),
    tags: options.tags ?? '',
    shard: options.shard ?? '',
    order: options.order ?? 'defined',
    parallel: options.parallel ?? 1,
  };
  // Only to be found wrong now: the report reads it.
  if (options.baseline !== undefined) readBaseline(options.baseline);
  if (options.order !== undefined) progress.say(`order: ${options.order}`);
  provide(progress.say);
  const runs = selectRuns(options, xensFor(options, surroundings.provideXen, progress.say));
  const plans = [];
  for (const each of runs) plans.push(await planRun(project, each, selection));
  const withScenarios = plans.filter(({ total }) => total > 0);
  const named = features.map((feature) => feature.replace(/(:\d+)+$/, ''));
  const unknown = unknownTags(selection.tags, [join(project, 'features'), ...named]);
  if (withScenarios.length === 0) {
    if (unknown[0] !== undefined) throw userError(unknown[0]);
    throw userError('No scenario is selected: widen --tags, --revision, --shard or the features named.');
  }
  unknown.forEach(progress.say);
  return withScenarios;
}

type Finish = 'complete' | keyof typeof UNFINISHED;

/** Makes the runs one after the other, until all are made or the user wants no more. */
async function runAll(
  plans: readonly PlannedRun[],
  recording: Recording,
  progress: Progress,
  interrupted: Promise<'interrupted'>,
): Promise<Finish> {
  try {
    let steps;
    for (const each of plans) {
      steps ??= await loadSteps(each);
      progress.begin(each.key, each.total);
      const watch = watchOutcomes(progress.ended);
      const ended = runScenarios(each, steps, (envelope) => {
        recording.record(envelope);
        watch(envelope);
      });
      const finish = await Promise.race([ended, interrupted]);
      progress.end();
      if (finish !== 'complete') return finish;
    }
    return 'complete';
  } finally {
    recording.close();
  }
}
