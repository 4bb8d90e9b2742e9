/**
 * Runs the suite as a separate process: in all revisions of the reference, or on the code of a Xen that was run before.
 * `empty`: with steps that do nothing.
 *
 *     node -r ./engine/typescript.js bench/suite.ts real|empty [XEN-SYMS]
 *
 * Prints what it measured as JSON.
 */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadSteps, type PlannedRun, planRuns, runScenarios } from '../bin/cucumber';
import { openRecording } from '../bin/recording';
import { selectRuns } from '../bin/runs';
import { provideXen } from '../bin/xen';

const PROJECT = join(__dirname, '..');
const MESSAGES = join(PROJECT, '.cache', 'bench');
const EVERYTHING = { paths: [], tags: '', shard: '', order: 'defined' } as const;

export interface Measured {
  readonly scenarios: number;
  readonly peakMegabytes: number;
}

function withEmptySteps(plan: PlannedRun): PlannedRun {
  const { configuration } = plan;
  const { support } = configuration;
  const requirePaths = [...(support.requirePaths ?? []), relative(PROJECT, join(__dirname, 'empty-steps.ts'))];
  return { ...plan, configuration: { ...configuration, support: { ...support, requirePaths } } };
}

function runsOf(xen: string | undefined) {
  if (xen === undefined) return selectRuns({ target: 'reference', revision: 'all' }, []);
  const say = (line: string): void => console.error(line);
  return selectRuns({ target: 'xen', revision: 'all' }, [provideXen(xen, false, say)]);
}

async function main(variant: string, xen: string | undefined): Promise<void> {
  mkdirSync(MESSAGES, { recursive: true });
  const recording = openRecording(join(MESSAGES, `${variant}.ndjson`));
  let steps;
  let scenarios = 0;
  for (const planned of await planRuns(PROJECT, runsOf(xen), EVERYTHING)) {
    steps ??= await loadSteps(variant === 'empty' ? withEmptySteps(planned) : planned);
    await runScenarios(planned, steps, recording.record);
    scenarios += planned.total;
  }
  recording.close();
  const measured: Measured = { scenarios, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(measured));
}

void main(process.argv[2] ?? 'real', process.argv[3]);
