/** `strength --code`: changes the code itself. That needs its tests and the compiler, which a package does not have. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, TYPESCRIPT } from '../../engine/installation';
import { userError } from '../../engine/user-error';
import { EXIT } from '../exit';
import { outputFolder } from '../folder';

/** As the command line has them. */
export interface CodeOptions {
  readonly out: string;
  readonly parallel?: number;
  readonly sample?: number;
  readonly seed?: number;
  readonly resume?: boolean;
}

/** Starts the program and passes its output on. Throws a user error where the program is not installed. */
export async function strengthOfCode(
  places: readonly string[],
  { out, resume, ...numbers }: CodeOptions,
  project = PROJECT,
): Promise<number> {
  const program = join(project, 'checks/mutation/index.ts');
  if (!existsSync(program))
    throw userError('strength --code changes the code and needs its tests: run it in a clone of the project.');
  const { sample, seed, parallel } = numbers;
  const given = Object.entries({ sample, seed, parallel }).filter(([, value]) => value !== undefined);
  const options = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const folder = ['--out', outputFolder(out), ...(resume === true ? ['--resume'] : [])];
  const args = ['-r', TYPESCRIPT, program, ...folder, ...options, ...places];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (status) => done(status ?? EXIT.usage));
  });
}
