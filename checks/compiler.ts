/** The compiler of committed binaries. No other compiler makes the same bytes. */
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

/** Why a comparison is not possible here: the compiler is not the one that `file` names, or there is none. */
export function whyNotHere(file: string): string | undefined {
  const recorded = readFileSync(file, 'utf8').trim();
  const here = compilerHere();
  if (here === recorded) return undefined;
  return `it was made with "${recorded}", but this machine has ${here === undefined ? 'no gcc' : `"${here}"`}`;
}
