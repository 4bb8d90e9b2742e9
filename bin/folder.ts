/** The folder that documents go to. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reasonOf, userError } from '../engine/user-error';

/** The absolute path of a folder that is there and can be written. Throws a user error where it cannot. */
export function outputFolder(path: string): string {
  const folder = resolve(path);
  try {
    make(folder);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    throw userError(`The folder ${path} cannot be written (${reasonOf(error)}): name another with --out.`);
  }
}

/** One by one, since Node's recursive mkdir never returns where a file system has no room for folders, as /proc. */
function make(folder: string): void {
  if (existsSync(folder)) return;
  make(dirname(folder));
  mkdirSync(folder);
}
