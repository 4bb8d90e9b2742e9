/** Runs the steps of a check, in parallel lanes. The output of a step is shown if it failed. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const PROJECT = resolve(__dirname, '..');
/** Options for Node that let it run TypeScript. */
export const TYPESCRIPT = ['-r', resolve(PROJECT, 'engine/typescript.js')];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface Step {
  readonly name: string;
  /** A script, and its arguments, for Node. */
  readonly command: readonly string[];
  /** Reads the number of tests from its output. */
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
  // A step that fails without a failed test counts as one failed test.
  return { ok, passed: counts.passed, failed: ok ? 0 : Math.max(1, counts.failed) };
}

/** Runs a script to its end. Never rejects: a script that cannot be started has failed, with the reason. */
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

/**
 * Runs the lanes; The last line that it prints has the counts of tests: "N passed, N failed". Returns whether all
 * passed.
 */
export async function runLanes(lanes: readonly (readonly Step[])[]): Promise<boolean> {
  const results = (await Promise.all(lanes.map(runLane))).flat();
  const { passed, failed } = sum(results);
  console.log(`\n${passed} passed, ${failed} failed`);
  return results.every(({ ok }) => ok);
}
