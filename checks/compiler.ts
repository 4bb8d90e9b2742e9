/** Committed binaries and their compiler: no other compiler makes the same bytes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binary } from '../engine/binary';
import { userError } from '../engine/user-error';

/** The first line of `gcc --version`; undefined if there is no gcc. */
export function compilerHere(): string | undefined {
  try {
    const says = execFileSync('gcc', ['--version'], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return says.split('\n')[0];
  } catch {
    return undefined;
  }
}

/** Why a comparison is not possible here: the compiler is not the one that `file` names, or there is none. */
export function whyNotHere(file: string): string | undefined {
  const recorded = readFileSync(file, 'utf8').trim();
  const here = compilerHere();
  if (here === recorded) return undefined;
  return `it was made with "${recorded}", but this machine has ${here === undefined ? 'no gcc' : `"${here}"`}`;
}

function rebuilt({ build }: Binary): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-binary-'));
  try {
    const file = join(folder, 'binary');
    build(file);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The result of a check, and a sentence for people. */
export interface BinaryVerdict {
  readonly ok: boolean;
  readonly says: string;
}

export const howToFix = ({ name }: Binary): string => `run checks/${name}.ts --write.`;

/** Builds it again and compares, byte for byte, if the compiler is the one that it was made with. */
export function checkBinary(binary: Binary): BinaryVerdict {
  const { name, file, compiler } = binary;
  const skipped = whyNotHere(compiler);
  if (skipped !== undefined) return { ok: true, says: `${name}: skipped, ${skipped}.` };
  if (Buffer.compare(rebuilt(binary), readFileSync(file)) === 0)
    return { ok: true, says: `${name}: it matches its source.` };
  return { ok: false, says: `${name}: it does not match its source; ${howToFix(binary)}` };
}

/** Makes it again, and notes the compiler; a sentence for people. */
function writeBinary({ name, file, compiler, build }: Binary): string {
  const here = compilerHere();
  if (here === undefined)
    throw userError(`There is no gcc here to build the ${name} with; install it (Debian: apt-get install gcc).`);
  build(file);
  writeFileSync(compiler, `${here}\n`);
  return `${name}: written with "${here}".`;
}

/** A check's whole run; with `--write`, it makes the binary again first. `check`: what is compared. */
export function runBinaryCheck(binary: Binary, check: (binary: Binary) => BinaryVerdict = checkBinary): void {
  if (process.argv.includes('--write')) console.log(writeBinary(binary));
  const { ok, says } = check(binary);
  console.log(says);
  process.exitCode = ok ? 0 : 1;
}
