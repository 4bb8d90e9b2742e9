/**
 * Runs the suite as a separate process, in all revisions of the reference. `empty`: with steps that do nothing.
 *
 *     node -r ./engine/typescript.js bench/suite.ts real|empty
 *
 * Prints its peak memory in kilobytes.
 */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadSteps, type PlannedRun, planRuns, runScenarios } from '../bin/cucumber';
import { openRecording } from '../bin/recording';
import { selectRuns } from '../bin/runs';

const PROJECT = join(__dirname, '..');
const MESSAGES = join(PROJECT, '.cache', 'bench');
const EVERYTHING = { paths: [], tags: '', shard: '', order: 'defined' } as const;

function withEmptySteps(plan: PlannedRun): PlannedRun {
  const { configuration } = plan;
  const { support } = configuration;
  const requirePaths = [...(support.requirePaths ?? []), relative(PROJECT, join(__dirname, 'empty-steps.ts'))];
  return { ...plan, configuration: { ...configuration, support: { ...support, requirePaths } } };
}

async function main(variant: string): Promise<void> {
  mkdirSync(MESSAGES, { recursive: true });
  const recording = openRecording(join(MESSAGES, `${variant}.ndjson`));
  let steps;
  const runs = selectRuns({ target: 'reference', revision: 'all' }, []);
  for (const planned of await planRuns(PROJECT, runs, EVERYTHING)) {
    steps ??= await loadSteps(variant === 'empty' ? withEmptySteps(planned) : planned);
    await runScenarios(planned, steps, recording.record);
  }
  recording.close();
  console.log(process.resourceUsage().maxRSS);
}

void main(process.argv[2] ?? 'real');
