/**
 * The reference's images are what their sources say: builds them again and compares, byte for byte, where the compiler
 * is the one they were made with. `--write` makes them again, after a change of the sources, and notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/image.ts [--write]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userError } from '../engine/user-error';
import { buildImage, IMAGES, IMAGE_COMPILER, type ImageName } from '../engine/reference/image/build';
import { compilerHere, whyNotHere } from './compiler';

const NAMES: readonly ImageName[] = ['own', 'aside'];

/** The result of the check, and a sentence for people. */
export interface ImageCheck {
  readonly ok: boolean;
  readonly says: string;
}

function rebuilt(name: ImageName): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-image-'));
  try {
    const image = join(folder, 'image.elf');
    buildImage(name, image);
    return readFileSync(image);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compares the images. With another compiler or none, it reports that it did not. */
function checkImage(): ImageCheck {
  const skipped = whyNotHere(IMAGE_COMPILER);
  if (skipped !== undefined) return { ok: true, says: `image: skipped, ${skipped}.` };
  const isCommitted = (name: ImageName): boolean =>
    Buffer.compare(rebuilt(name), readFileSync(IMAGES[name].file)) === 0;
  if (NAMES.every(isCommitted)) return { ok: true, says: 'image: it matches its sources.' };
  return { ok: false, says: 'image: it does not match its sources; run checks/image.ts --write.' };
}

function write(): string {
  const here = compilerHere();
  if (here === undefined)
    throw userError('There is no gcc here to build the image with; install it (Debian: apt-get install gcc).');
  for (const name of NAMES) buildImage(name, IMAGES[name].file);
  writeFileSync(IMAGE_COMPILER, `${here}\n`);
  return `image: written with "${here}".`;
}

if (require.main === module) {
  if (process.argv.includes('--write')) console.log(write());
  const { ok, says } = checkImage();
  console.log(says);
  process.exitCode = ok ? 0 : 1;
}
