/** How the preload library is built: gcc of Debian 12. After a change of its source: checks/preload.ts --write. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const COMPILE = [
  '-O2',
  '-shared',
  '-fPIC',
  '-nostdlib',
  '-ffreestanding',
  '-fvisibility=hidden',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fcf-protection=none',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wl,--build-id=none,-z,noexecstack,-z,noseparate-code,-soname,livepatch-preload.so',
  '-s',
];

/** The committed library. */
export const PRELOAD = join(__dirname, 'preload.so');
/** Names the compiler of the committed library. */
export const PRELOAD_COMPILER = join(__dirname, 'COMPILER');

/** Builds the library into `output`. Throws what gcc said if it fails. */
export function buildPreload(output: string): void {
  execFileSync('gcc', [...COMPILE, 'preload.c', '-o', output], { cwd: __dirname, stdio: ['ignore', 'ignore', 'pipe'] });
}
