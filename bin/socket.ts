/** Where hypervisors are served if nothing else was named. */
import { mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { name } from '../package.json';
import { CACHE_FOLDER } from '../engine/installation';
import { reasonOf, userError } from '../engine/user-error';

/** The user's own folder for such things, or the cache. */
export function defaultSocket(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const own = environment['XDG_RUNTIME_DIR'] ?? '';
  return join(isAbsolute(own) ? join(own, name) : CACHE_FOLDER, 'socket');
}

/** Makes the folder of the default socket, for this user only. */
export function makeSocketFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw userError(`The folder ${folder} cannot be made (${reasonOf(error)}): name a socket with --socket.`);
  }
}
