/** What has changed, and which tests are about it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../engine/user-error';
import { importsOf, readSources } from './imports';

/** What git says in that folder, line by line. Throws a user error where it fails, as for a commit that is not there. */
function git(project: string, ...args: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: project, encoding: 'utf8' });
  if (status !== 0)
    throw userError(`git ${args[0] ?? ''} failed (${stderr.split('\n')[0] ?? ''}): name a commit that is there.`);
  return stdout.split('\n').filter((line) => line !== '');
}

/**
 * Files that differ from a commit, from the project's folder; removed ones are left out. Default: those that are not
 * committed or, where there are none, those of the last commit.
 */
export function changedFiles(project: string, since?: string): readonly string[] {
  const differing = (commit: string): readonly string[] =>
    [
      ...git(project, 'diff', '--name-only', '--relative', commit),
      ...git(project, 'ls-files', '-o', '--exclude-standard'),
    ]
      .filter((file) => existsSync(join(project, file)))
      .sort();
  if (since !== undefined) return differing(since);
  const uncommitted = differing('HEAD');
  return uncommitted.length > 0 ? uncommitted : differing('HEAD~1');
}

/** Unit tests that have changed, or that import what has. */
export function testsOf(project: string, changed: readonly string[]): readonly string[] {
  const sources = readSources(project);
  const set = new Set(changed);
  const importing = importsOf(sources).flatMap(({ from, to }) => (set.has(to) ? [from] : []));
  const tests = [...changed, ...importing].filter((file) => sources.has(file) && /\.test\.tsx?$/.test(file));
  return [...new Set(tests)].sort();
}
