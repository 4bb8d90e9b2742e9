/**
 * Runs all unit tests, or the named files, in one process, because starting a process takes longer than most tests:
 *
 *     node -r ./engine/typescript.js checks/unit.ts [TEST...]
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { FOLDERS } from './rooms';

const PROJECT = resolve(__dirname, '..');
const load = createRequire(__filename);

function testsIn(room: string): readonly string[] {
  const folder = join(PROJECT, room);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return files.filter((file) => /\.test\.tsx?$/.test(file)).map((file) => join(room, file));
}

const named = process.argv.slice(2);
/** Requiring a file registers its tests. Then node:test runs them and sets the exit status. */
for (const file of named.length > 0 ? named : FOLDERS.flatMap(testsIn)) load(join(PROJECT, file));
