/** `open`: opens the last report in the browser. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { userError } from '../../engine/user-error';
import { EXIT, type ExitStatus } from '../exit';

/** As the command line has them. */
export interface OpenOptions {
  readonly out: string;
}

/** The program that opens a file in the user's application for its type. */
const OPENER = process.platform === 'darwin' ? 'open' : 'xdg-open';

/** Resolves to true once the program runs, to false if it cannot be started. */
function starts(program: string, file: string): Promise<boolean> {
  const child = spawn(program, [file], { detached: true, stdio: 'ignore' });
  return new Promise((done) => {
    child.once('error', () => done(false));
    child.once('spawn', () => {
      child.unref();
      done(true);
    });
  });
}

/** Opens index.html, or prints its address. Throws a user error if there is none. */
export async function openReport(
  { out }: OpenOptions,
  say: (line: string) => void,
  opener = OPENER,
): Promise<ExitStatus> {
  const file = resolve(out, 'index.html');
  if (!existsSync(file))
    throw userError(`There is no report in ${out}: make one with the command run, or name its folder with --out.`);
  const isOpen = await starts(opener, file);
  say(`${isOpen ? 'Opening' : 'Open this in a browser:'} ${pathToFileURL(file).href}`);
  return EXIT.expected;
}
