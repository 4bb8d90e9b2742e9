/** How the coverage library is built: gcc of Debian 12. After a change of its source: checks/coverage.ts --write. */
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
  '-Wl,--build-id=none,-z,noexecstack,-z,noseparate-code,-soname,livepatch-coverage.so',
  '-s',
];

/** The committed library. */
export const COVERAGE = join(__dirname, 'coverage.so');
/** Names the compiler of the committed library. */
export const COVERAGE_COMPILER = join(__dirname, 'COMPILER');

/** Builds the library into `output`. Throws what gcc said if it fails. */
export function buildCoverage(output: string): void {
  execFileSync('gcc', [...COMPILE, 'coverage.c', '-o', output], {
    cwd: __dirname,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
