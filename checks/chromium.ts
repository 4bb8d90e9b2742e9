/** Finds Chromium: the one that CHROMIUM names, or Debian's. */
import { existsSync } from 'node:fs';

/** The path of Chromium; undefined if this machine has none. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM'], '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path));
}
