/** The runs that are compared scenario by scenario: made by the command, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_FOLDER, PROJECT } from '../engine/installation';
import { userError } from '../engine/user-error';
import { readMessages } from '../reports/messages';
import type { Run } from '../reports/model';
import { mergeRuns } from '../reports/runs';

const CACHE = join(CACHE_FOLDER, 'fidelity');

/** Options of the command's `run`, by the name of what is run. */
export const RUNS = {
  emulated: ['--target', 'xen'],
  booted: ['--target', 'booted'],
  remote: ['--target', 'remote', '--connect', 'booted'],
} as const;
export type RunKind = keyof typeof RUNS;

/** Makes the run; whether its outcomes were expected does not matter here. UserError if it did not come to an end. */
export function makeRun(kind: RunKind, hypervisor: string): Run {
  const out = join(CACHE, kind);
  const command = join(PROJECT, 'bin/livepatch-conformance');
  const args = ['run', ...RUNS[kind], '--hypervisor', hypervisor, '--no-allure', '--out', out];
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const messages = join(out, 'messages.ndjson');
  const run = existsSync(messages) ? mergeRuns(readMessages([messages])).runs[0] : undefined;
  if (run === undefined || run.interrupted || (status !== 0 && status !== 1))
    throw userError(`The run of ${kind} did not end (status ${status ?? 'unknown'}).`);
  return run;
}
