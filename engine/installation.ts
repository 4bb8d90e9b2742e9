/**
 * The folders of this project, and of what it fetches: in a clone next to its sources, in a package in the user's
 * cache.
 */
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { name } from '../package.json';

/** The folder with package.json, features and cucumber.json. */
export const PROJECT = resolve(__dirname, '..');

/** For `node -r`: lets Node load TypeScript. */
export const TYPESCRIPT = join(PROJECT, 'engine', 'typescript.js');

/** Whether npm installed the project in this folder as a package. If not, it is a clone. */
export const isPackage = (project: string): boolean => basename(dirname(project)) === 'node_modules';

/**
 * The folder for what a project fetches and builds. npm empties the folder of a package at each installation, so a
 * package uses the user's cache: XDG_CACHE_HOME if that is absolute, else ~/.cache.
 */
export function cacheFolderOf(
  project: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (!isPackage(project)) return join(project, '.cache');
  const named = environment['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), name);
}

export const IS_PACKAGE = isPackage(PROJECT);
export const CACHE_FOLDER = cacheFolderOf(PROJECT);
