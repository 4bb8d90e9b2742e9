/**
 * `npm run fidelity`: replays on Xen's code what was recorded of the booted Xen, and says how far they agree; then the
 * same payloads on the reference, with that Xen's image. With --booted, also the suite: emulated against booted.
 * Status 0: every difference is in the table and still there; 1: one is not; 2: this cannot be measured here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { hexDigits } from '../engine/bytes';
import { createXen, findXenOfBuild, foreignImage, provideDebianXen } from '../engine/xen';
import { createReference } from '../engine/reference';
import { selfCheck } from '../engine/self-check';
import type { EmulatedTarget } from '../engine/target';
import { isUserError, userError } from '../engine/user-error';
import { measureFidelity, fidelityText } from '.';
import { isExplained, judge, parseExplanations, type Explanations } from './differences';
import { RECORDED } from './recorded';
import { makeRun } from './runs';
import { compareScenarios, comparisonText } from './scenarios';
import { judgeReference, measureReference, referenceText } from './reference';

const RECORDINGS = join(__dirname, 'data');
const TITLES = {
  booted: 'The booted Xen',
  remote: 'The booted Xen, by hypercalls alone',
} as const;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The path of the Xen that was recorded, if it was fetched, or of the newest that Debian has. */
function recordedXen(): string {
  return findXenOfBuild(RECORDED.buildId) ?? provideDebianXen('debian-12', say, { refresh: true }).file;
}

function openRecordedXen(file: string): EmulatedTarget {
  const xen = createXen({ file, say, selfCheck });
  const buildId = hexDigits(xen.hypervisor.buildId);
  if (buildId === RECORDED.buildId) return xen;
  xen.close();
  throw userError(
    `The recordings are of Debian's Xen ${RECORDED.version}, build-id ${RECORDED.buildId}, and ${file} has the build-id ${buildId}: name the recorded one with --hypervisor.`,
  );
}

function explanationsOf(name: string): Explanations {
  const table = join(__dirname, name);
  return parseExplanations(table, readFileSync(table, 'utf8'));
}

/** Whether every difference of Xen's code is explained. */
function measureXen(file: string): boolean {
  const explanations = explanationsOf('differences.yaml');
  const xen = openRecordedXen(file);
  try {
    const agreement = measureFidelity(xen, RECORDINGS);
    console.log([xen.hypervisor.name, ...fidelityText(agreement, explanations)].join('\n'));
    return isExplained(judge([...agreement.cases, ...agreement.steps], explanations));
  } finally {
    xen.close();
  }
}

/** Whether every difference of the reference is. */
function measureOnReference(file: string): boolean {
  const explanations = explanationsOf('reference.yaml');
  const reference = createReference({ revision: 2, foreign: foreignImage(file) });
  try {
    const cases = measureReference(reference, RECORDINGS);
    console.log(['', 'The reference on its image', ...referenceText(cases, explanations)].join('\n'));
    return isExplained(judgeReference(cases, explanations));
  } finally {
    reference.close();
  }
}

/** Whether every scenario that has another outcome on the booted Xen, and by hypercalls alone there, is explained. */
function measureScenarios(file: string): boolean {
  const explanations = explanationsOf('scenarios.yaml');
  const emulated = makeRun('emulated', file);
  const all = (['booted', 'remote'] as const).map((kind) => {
    const comparison = compareScenarios(kind, emulated, makeRun(kind, file), explanations);
    console.log(['', ...comparisonText(TITLES[kind], comparison)].join('\n'));
    return isExplained(comparison);
  });
  return all.every(Boolean);
}

interface FidelityOptions {
  readonly hypervisor?: string;
  readonly booted?: boolean;
}

function main({ hypervisor, booted = false }: FidelityOptions): void {
  try {
    const file = hypervisor ?? recordedXen();
    const explained = [measureXen(file), measureOnReference(file), !booted || measureScenarios(file)];
    process.exitCode = explained.every(Boolean) ? 0 : 1;
  } catch (error) {
    if (!isUserError(error)) throw error;
    say(error.message);
    process.exitCode = 2;
  }
}

new Command('fidelity')
  .description("replays what was recorded of the booted Xen 4.17.7 on Xen's own code, and prints how far they agree")
  .option('--hypervisor <path>', "a xen-syms of the build that was recorded; by default Debian's, fetched once")
  .option('--booted', 'boots it too, as --target booted does, and compares scenario by scenario: ten minutes')
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(main)
  .parse();
