/**
 * All unit tests, in one process, since starting one takes longer than most of them:
 *
 *     node -r ts-node/register/transpile-only checks/unit.ts
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');
const load = createRequire(__filename);
const ROOMS = ['engine', 'payloads', 'fidelity', 'reports', 'features', 'steps', 'bin', 'checks', 'bench'];

/** Requiring a file registers its tests; node:test runs them then, and sets the exit status. */
function loadTests(room: string): void {
  const folder = join(PROJECT, room);
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.test\.tsx?$/.test(file)) load(join(folder, file));
  }
}

ROOMS.forEach(loadTests);
