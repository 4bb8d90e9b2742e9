/**
 * All that must hold before a change goes in: `npm test`. Two lanes side by side, for the two processors that a small
 * machine has; what a step says is shown where it failed. The last line counts unit tests and scenarios:
 * "N passed, N failed".
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEBIAN_XENS, findDebianXen } from '../engine/xen';
import { findChromium } from './chromium';

const PROJECT = resolve(__dirname, '..');
const REPORT = '.cache/test-report';
const XEN_REPORT = '.cache/xen-report';
const TYPESCRIPT = ['-r', 'ts-node/register/transpile-only'];

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Step {
  readonly name: string;
  /** A script, and its arguments, for Node. */
  readonly command: readonly string[];
  /** How many tests it made, from what it wrote. */
  readonly count?: (output: string) => Counts;
}

/** A check of the project's own: one file of this folder. */
const check = (name: string): Step => ({ name, command: [...TYPESCRIPT, `checks/${name}.ts`] });

/** The verdicts of a report against its own scenarios. */
const verdictsOf = (report: string): Step => ({
  name: 'verdicts',
  command: [...TYPESCRIPT, 'checks/verdicts.ts', `${report}/compliance.json`],
});

/** The features on the code of the Xens that were fetched before: their known deviations are none of our failures. */
function onXens(): readonly Step[] {
  const fetched = DEBIAN_XENS.filter((name) => findDebianXen(name) !== undefined);
  if (fetched.length === 0) return [];
  const options = ['--target', 'xen', '--hypervisor', fetched.join(','), '--out', XEN_REPORT];
  return [{ name: 'xen', command: ['bin/livepatch-conformance', 'run', ...options] }, verdictsOf(XEN_REPORT)];
}

/** The report in a browser, where there is one; always where the CI machine runs this. */
function inBrowser(): readonly Step[] {
  if (findChromium() === undefined && process.env['CI'] === undefined) return [];
  const command = ['--test-reporter=spec', ...TYPESCRIPT, 'checks/browser.ts', `${REPORT}/index.html`];
  return [{ name: 'browser', command, count: countUnitTests }];
}

const LANES: readonly (readonly Step[])[] = [
  [
    { name: 'types', command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'] },
    check('exchanges'),
    { name: 'lint', command: ['node_modules/eslint/bin/eslint.js', '.'] },
    { name: 'format', command: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  ],
  [
    { name: 'unit', command: ['--test-reporter=spec', ...TYPESCRIPT, 'checks/unit.ts'], count: countUnitTests },
    ...['arrows', 'catalogue', 'payloads', 'image', 'vocabulary'].map(check),
    {
      name: 'features',
      command: ['bin/livepatch-conformance', 'run', '--target', 'reference', '--out', REPORT],
      count: countScenarios,
    },
    verdictsOf(REPORT),
    check('repeatable'),
    ...inBrowser(),
    ...onXens(),
  ],
];

interface Result extends Counts {
  readonly ok: boolean;
}

async function runStep(step: Step): Promise<Result> {
  const began = Date.now();
  const { status, output } = await runNode(step.command);
  const counts = step.count?.(output) ?? { passed: 0, failed: 0 };
  const ok = status === 0 && counts.failed === 0;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(10)}  ${seconds.padStart(5)} s`);
  if (!ok) console.log(output.trimEnd().replace(/^/gm, '    '));
  // A step that fails without a test to blame counts as one.
  return { ok, passed: counts.passed, failed: ok ? 0 : Math.max(1, counts.failed) };
}

/** Runs a script to its end. Never rejects: what cannot be started has failed, and says why. */
function runNode(command: readonly string[]): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, command, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      done({ status: 1, output: error.message });
    });
    child.on('close', (status) => {
      done({ status: status ?? 1, output });
    });
  });
}

/** From the last lines of node:test: "ℹ pass 12". */
function countUnitTests(output: string): Counts {
  const count = (name: string): number => Number(new RegExp(`^(?:ℹ|#) ${name} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') + count('cancelled') };
}

/** From the report's own counts, which cover all runs. */
function countScenarios(): Counts {
  const file = join(PROJECT, REPORT, 'compliance.json');
  if (!existsSync(file)) return { passed: 0, failed: 0 };
  const { runs } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly runs: readonly { readonly scenarios: Counts }[];
  };
  return sum(runs.map(({ scenarios }) => scenarios));
}

function sum(counts: readonly Counts[]): Counts {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
  };
}

async function runLane(lane: readonly Step[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const step of lane) results.push(await runStep(step));
  return results;
}

async function main(): Promise<void> {
  const results = (await Promise.all(LANES.map(runLane))).flat();
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}

void main();
