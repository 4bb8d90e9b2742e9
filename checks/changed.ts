/** Finds what has changed, and the tests for it. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../engine/user-error';
import { groupBy } from '../reports/lists';
import { importsOf, readSources } from './imports';

/** What git says in that folder, line by line. Throws a user error if it fails, as for a commit that is not there. */
function git(project: string, ...args: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: project, encoding: 'utf8' });
  if (status !== 0)
    throw userError(`git ${args[0] ?? ''} failed (${stderr.split('\n')[0] ?? ''}): name a commit that exists.`);
  return stdout.split('\n').filter((line) => line !== '');
}

/**
 * Files that differ from a commit, relative to the project's folder, without removed ones. Default: uncommitted files,
 * or those of the last commit if there are none.
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

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

/**
 * The unit tests nearest to the changed files: a changed test itself, or the tests that import a file. If no test
 * imports it, those that import its importers, and so on.
 */
export function testsOf(project: string, changed: readonly string[]): readonly string[] {
  const importers = groupBy(importsOf(readSources(project)), ({ to }) => to);
  function nearest(files: readonly string[], seen: ReadonlySet<string>): readonly string[] {
    const tests = files.filter(isTest);
    if (tests.length > 0 || files.length === 0) return tests;
    const above = files.flatMap((file) => importers.get(file) ?? []).map(({ from }) => from);
    return nearest(
      [...new Set(above)].filter((file) => !seen.has(file)),
      new Set([...seen, ...above]),
    );
  }
  return [...new Set(changed.flatMap((file) => nearest([file], new Set([file]))))].sort();
}
