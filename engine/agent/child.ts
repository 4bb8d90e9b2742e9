/** Child processes that end with this one, and a synchronous check whether one has ended. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Starts one; whatever becomes of this process, it is killed then. */
export function startChild(
  command: readonly string[],
  stdio: StdioOptions,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio, env: { ...process.env, ...environment } });
}

/** Whether it has ended: events of it are not heard before the thread is given up. */
export function hasEnded({ pid }: ChildProcess): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid ?? 0}/status`, 'latin1'));
  } catch {
    return true;
  }
}
