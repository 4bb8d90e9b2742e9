/**
 * Checks that scenarios are independent: run again in random order, each must have the same results and evidence. It
 * compares with the messages of the earlier step "features"; only times and ids may differ.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import packageJson from '../package.json';
import { loadCatalogue } from '../features/catalogue';
import { readMessages } from '../reports/messages';
import type { Run, Scenario } from '../reports/model';
import { buildReport } from '../reports/report';

const PROJECT = resolve(__dirname, '..');
const FIRST = join(PROJECT, '.cache/test-report');
const AGAIN = join(PROJECT, '.cache/random-report');

/** The results and evidence of a scenario, without times. */
const contentOf = (scenario: Scenario): string =>
  JSON.stringify({
    ...scenario,
    started: 0,
    seconds: 0,
    steps: scenario.steps.map((step) => ({ ...step, seconds: 0 })),
  });

/** Scenarios that differ between the runs, or that only one run has, as `run uri:line`. */
export function differing(runs: readonly Run[], others: readonly Run[]): readonly string[] {
  const byPlace = (some: readonly Run[]): ReadonlyMap<string, string> =>
    new Map(
      some.flatMap(({ scenarios }) =>
        scenarios.map((scenario) => [`${scenario.run.key} ${scenario.uri}:${scenario.line}`, contentOf(scenario)]),
      ),
    );
  const [one, other] = [byPlace(runs), byPlace(others)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((place) => one.get(place) !== other.get(place)).sort();
}

function runsOf(folder: string): readonly Run[] {
  const file = join(folder, 'messages.ndjson');
  const suite = { name: packageJson.name, version: packageJson.version, commit: null };
  return buildReport(readMessages([file]), { suite, catalogue: loadCatalogue(), knownDeviations: [] }).runs;
}

function main(): void {
  if (!existsSync(FIRST)) {
    console.error('There is no earlier run to compare with: use npm test.');
    process.exitCode = 2;
    return;
  }
  const command = [
    'bin/livepatch-conformance',
    'run',
    '--target',
    'reference',
    '--order',
    'random',
    '--no-allure',
    '--out',
    AGAIN,
  ];
  const { stdout, stderr } = spawnSync(process.execPath, command, { cwd: PROJECT, encoding: 'utf8' });
  const different = differing(runsOf(FIRST), runsOf(AGAIN));
  for (const place of different) console.error(`differs when run again in another order: ${place}`);
  if (different.length > 0) console.error(stdout, stderr);
  console.log(`${different.length} scenarios differ`);
  process.exitCode = different.length > 0 ? 1 : 0;
}

if (require.main === module) main();
