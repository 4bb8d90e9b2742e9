/**
 * The objects of payloads/c are what their sources say: builds them again and compares, byte for byte, where the
 * compiler is the one they were made with. `--write` makes them again, and notes the compiler.
 *
 *   node -r ./engine/typescript.js checks/payloads.ts [--write]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Revision } from '../engine/abi/hypercall';
import { userError } from '../engine/user-error';
import { COMPILED, objectFile } from '../payloads/compiled';
import type { CompiledName } from '../payloads/compiled';
import { compilerHere, whyNotHere } from './compiler';

const SOURCES = join(__dirname, '..', 'payloads', 'c');
const COMPILER_FILE = join(SOURCES, 'COMPILER');
const REVISIONS: readonly Revision[] = [1, 2];

/** As livepatch-build-tools asks of Xen's own build; and nothing in the object says where or by whom. */
const FLAGS = [
  '-O2',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-asynchronous-unwind-tables',
  '-fno-stack-protector',
  '-fcf-protection=none',
  '-mno-red-zone',
  '-ffreestanding',
  '-fno-ident',
  '-Wall',
  '-Wextra',
  '-Werror',
] as const;

function build(name: CompiledName, revision: Revision): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-payloads-'));
  try {
    const object = join(folder, 'payload.o');
    execFileSync('gcc', [...FLAGS, `-DREVISION=${revision}`, '-c', '-o', object, `${name}.c`], { cwd: SOURCES });
    return readFileSync(object);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ALL = COMPILED.flatMap((name) => REVISIONS.map((revision) => ({ name, revision })));

/** The result of the check: the objects that differ, and a sentence for people. */
export interface PayloadsCheck {
  readonly differing: readonly string[];
  readonly says: string;
}

/** Whether there is a committed object that matches its source. */
function isBuilt({ name, revision }: (typeof ALL)[number]): boolean {
  const file = objectFile(name, revision);
  return existsSync(file) && Buffer.compare(build(name, revision), readFileSync(file)) === 0;
}

/** Compares the objects. With another compiler or none, it reports that it did not. */
function checkPayloads(): PayloadsCheck {
  const skipped = whyNotHere(COMPILER_FILE);
  if (skipped !== undefined) return { differing: [], says: `payloads: skipped, ${skipped}.` };
  const differing = ALL.filter((object) => !isBuilt(object)).map(({ name, revision }) =>
    basename(objectFile(name, revision)),
  );
  if (differing.length === 0) return { differing, says: `payloads: ${ALL.length} objects match their sources.` };
  return {
    differing,
    says: `payloads: ${differing.join(', ')} do not match their sources; run checks/payloads.ts --write.`,
  };
}

function write(): string {
  const here = compilerHere();
  if (here === undefined)
    throw userError('There is no gcc here to build the payloads with; install it (Debian: apt-get install gcc).');
  for (const { name, revision } of ALL) writeFileSync(objectFile(name, revision), build(name, revision));
  writeFileSync(COMPILER_FILE, `${here}\n`);
  return `payloads: ${ALL.length} objects written with "${here}".`;
}

if (require.main === module) {
  if (process.argv.includes('--write')) console.log(write());
  const { differing, says } = checkPayloads();
  console.log(says);
  process.exitCode = differing.length > 0 ? 1 : 0;
}
