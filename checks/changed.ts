/** What has changed, and which tests are about it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { preProcessFile } from 'typescript';
import { userError } from '../engine/user-error';

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

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

function testsIn(project: string, rooms: readonly string[]): readonly string[] {
  return rooms
    .filter((room) => existsSync(join(project, room)))
    .flatMap((room) =>
      readdirSync(join(project, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
    )
    .filter(isTest);
}

/** The files that a file imports, from the project's folder; what is not of the project is left out. */
function importsOf(project: string, file: string): readonly string[] {
  const { importedFiles } = preProcessFile(readFileSync(join(project, file), 'utf8'));
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.')) return [];
    const path = relative(project, resolve(project, dirname(file), fileName));
    return [path, `${path}.ts`, `${path}.tsx`, join(path, 'index.ts')].filter((each) => extname(each) !== '');
  });
}

/** Unit tests that have changed, or that import what has. */
export function testsOf(project: string, rooms: readonly string[], changed: readonly string[]): readonly string[] {
  const set = new Set(changed);
  return testsIn(project, rooms)
    .filter((test) => set.has(test) || importsOf(project, test).some((file) => set.has(file)))
    .sort();
}
