/**
 * How the miniature hypervisor is built: gcc and ld of Debian 12. After a change of the sources: checks/image.ts
 * --write.
 */
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

/** The images as they are committed, and where each begins. */
export const IMAGES = {
  /** At Xen's own addresses (4.14 on). */
  own: { file: join(__dirname, 'reference.elf'), base: '0xffff82d040200000' },
  /** The same at other addresses, if payloads are for another hypervisor's image. */
  aside: { file: join(__dirname, 'reference-aside.elf'), base: '0xffff830800200000' },
} as const;
export type ImageName = keyof typeof IMAGES;
/** Names the compiler of the committed image. */
export const IMAGE_COMPILER = join(__dirname, 'COMPILER');

/** That compiler as it names itself in `.comment`. */
export const imageCompiler = (): string => readFileSync(IMAGE_COMPILER, 'latin1').trim().replace(/^gcc/, 'GCC:');

/** Builds an image into `output`. Throws what gcc or ld said if they fail. */
export function buildImage(name: ImageName, output: string): void {
  const objects = mkdtempSync(join(tmpdir(), 'livepatch-image-'));
  const run = (command: string, args: readonly string[]): void => {
    execFileSync(command, args, { cwd: __dirname, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const object = (name: string): string => join(objects, `${name}.o`);
  try {
    run('gcc', [...ASSEMBLE, 'entry.S', '-o', object('entry')]);
    run('gcc', [...ASSEMBLE, 'functions.S', '-o', object('functions')]);
    run('gcc', [...COMPILE, 'hypervisor.c', '-o', object('hypervisor')]);
    const inputs = [object('entry'), object('functions'), object('hypervisor')];
    run('ld', [...LINK, `--defsym=BASE=${IMAGES[name].base}`, '-T', 'image.lds', ...inputs, '-o', output]);
  } finally {
    rmSync(objects, { recursive: true });
  }
}
