/** How the miniature hypervisor is built: gcc and ld of Debian 12. After a change of the sources: checks/image.ts --write. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILE = [
  '-c',
  '-O2',
  '-ffreestanding',
  '-fpie',
  '-fvisibility=hidden',
  '-mno-red-zone',
  '-mgeneral-regs-only',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-jump-tables',
  '-fcf-protection=none',
  '-Wall',
  '-Wextra',
  '-Werror',
];
const ASSEMBLE = ['-c', '-DHYPERCALLS=64'];
const LINK = ['-static', '-nostdlib', '--build-id=sha1', '-z', 'noexecstack', '-z', 'max-page-size=4096'];

export const COMMITTED_IMAGE = join(__dirname, 'reference.elf');
/** Names the compiler of the committed image. */
export const IMAGE_COMPILER = join(__dirname, 'COMPILER');

/** That compiler as it names itself in `.comment`. */
export const imageCompiler = (): string => readFileSync(IMAGE_COMPILER, 'latin1').trim().replace(/^gcc/, 'GCC:');

/** Builds the image into `output`. Throws what gcc or ld said where they fail. */
export function buildImage(output: string): void {
  const objects = mkdtempSync(join(tmpdir(), 'livepatch-image-'));
  const run = (command: string, args: readonly string[]): void => {
    execFileSync(command, args, { cwd: __dirname, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const object = (name: string): string => join(objects, `${name}.o`);
  try {
    run('gcc', [...ASSEMBLE, 'entry.S', '-o', object('entry')]);
    run('gcc', [...ASSEMBLE, 'functions.S', '-o', object('functions')]);
    run('gcc', [...COMPILE, 'hypervisor.c', '-o', object('hypervisor')]);
    run('ld', [...LINK, '-T', 'image.lds', object('entry'), object('functions'), object('hypervisor'), '-o', output]);
  } finally {
    rmSync(objects, { recursive: true });
  }
}
