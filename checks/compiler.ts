/** The compiler that committed binaries were made with: byte for byte the same comes from no other. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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

/** Why a comparison cannot be made here: another compiler than the one that `file` names, or none. */
export function whyNotHere(file: string): string | undefined {
  const recorded = readFileSync(file, 'utf8').trim();
  const here = compilerHere();
  if (here === recorded) return undefined;
  return `it was made with "${recorded}" and here is ${here === undefined ? 'no gcc' : `"${here}"`}`;
}
