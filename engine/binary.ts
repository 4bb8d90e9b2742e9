/** Native code that this project brings: small, without a C library, and built by gcc of Debian 12. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A committed binary that is made from a source. After a change: the check of its name with --write. */
export interface Binary {
  /** "agent", of agent.c and checks/agent.ts. */
  readonly name: string;
  readonly file: string;
  /** The file that names its compiler. */
  readonly compiler: string;
  /** Builds it into `output`. Throws what gcc said if it fails. */
  readonly build: (output: string) => void;
}

const FLAGS = [
  '-O2',
  '-nostdlib',
  '-ffreestanding',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fcf-protection=none',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wl,--build-id=none,-z,noexecstack',
  '-s',
];

function binary(folder: string, name: string, file: string, flags: readonly string[]): Binary {
  return {
    name,
    file: join(folder, file),
    compiler: join(folder, 'COMPILER'),
    build(output) {
      const command = [...FLAGS, ...flags, `${name}.c`, '-o', output];
      execFileSync('gcc', command, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    },
  };
}

/** A program, NAME.elf in that folder. */
export const program = (folder: string, name: string): Binary =>
  binary(folder, name, `${name}.elf`, ['-static', '-fno-pie', '-no-pie']);

/** A library that other programs load, NAME.so in that folder. */
export const library = (folder: string, name: string): Binary =>
  binary(folder, name, `${name}.so`, [
    '-shared',
    '-fPIC',
    '-fvisibility=hidden',
    `-Wl,-z,noseparate-code,-soname,livepatch-${name}.so`,
  ]);
