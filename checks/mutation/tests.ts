/** Unit tests with a mutant, in a process of their own. The processes that they start have the mutant too. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TYPESCRIPT } from '../../engine/installation';
import { type Mutation, VARIABLE } from './switch';

/** Tests wait for processes of theirs, and the machine may be busy. */
const LIMIT_MS = 600_000;
const FAILED = /^\s*not ok \d+ - (?!.*# (?:SKIP|TODO))(.*)$/m;
const PRELOADED = [TYPESCRIPT, join(__dirname, 'switch.ts')].map((file) => `-r ${JSON.stringify(file)}`);

interface Outcome {
  /** The test that failed, or how the process ended; undefined if all passed. */
  readonly failed: string | undefined;
  /** The numbers of mutants that were reached. */
  readonly reached: readonly number[];
}

/** Runs the test files up to the first test that fails. */
export async function runTests(mutation: Mutation, tests: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  const [file, reached] = [join(folder, 'mutation.json'), join(folder, 'reached')];
  writeFileSync(file, JSON.stringify({ ...mutation, reached }));
  const runner = join(__dirname, 'run-tests.ts');
  // Within a test, node:test would write its results in a form for that test.
  const own = { NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: PRELOADED.join(' '), [VARIABLE]: file };
  const env = { ...process.env, ...own };
  const child = spawn(process.execPath, ['--test-reporter=tap', runner, ...tests], {
    cwd: mutation.project,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    // The processes that tests have started end with it.
    detached: true,
  });
  const kill = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  let output = '';
  let failed: string | undefined;
  const stop = (why: string): void => {
    failed ??= why;
    kill();
  };
  const timer = setTimeout(() => stop('does not end'), LIMIT_MS);
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const [, name] = FAILED.exec(output) ?? [];
    if (name !== undefined) stop(name);
  });
  const status = await new Promise<number | null>((done) => child.on('close', done));
  clearTimeout(timer);
  kill();
  const numbers = existsSync(reached) ? readFileSync(reached, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  rmSync(folder, { recursive: true });
  if (status !== 0) failed ??= `exit status ${status ?? 'unknown'}`;
  return { failed, reached: [...new Set(numbers)] };
}
