/** Steps of a check, in lanes that run side by side; what a step says is shown where it failed. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const PROJECT = resolve(__dirname, '..');
/** Options for Node that let it run TypeScript. */
export const TYPESCRIPT = ['-r', 'ts-node/register/transpile-only'];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface Step {
  readonly name: string;
  /** A script, and its arguments, for Node. */
  readonly command: readonly string[];
  /** How many tests it made, from what it wrote. */
  readonly count?: (output: string) => Counts;
}

/** From the last lines of node:test: "ℹ pass 12". */
export function countUnitTests(output: string): Counts {
  const count = (name: string): number => Number(new RegExp(`^(?:ℹ|#) ${name} (\\d+)`, 'm').exec(output)?.[1] ?? 0);
  return { passed: count('pass'), failed: count('fail') + count('cancelled') };
}

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

export function sum(counts: readonly Counts[]): Counts {
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

/** Runs the lanes; the last line that is printed counts tests: "N passed, N failed". Whether all is well. */
export async function runLanes(lanes: readonly (readonly Step[])[]): Promise<boolean> {
  const results = (await Promise.all(lanes.map(runLane))).flat();
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  return results.every(({ ok }) => ok);
}
