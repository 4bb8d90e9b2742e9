/**
 * The samples of payloads/samples are what the builder makes for the reference's own image: makes them again and
 * compares, byte for byte. `--write` writes them, after a change of the image or of the builder.
 *
 *   node -r ./engine/typescript.js checks/samples.ts [--write]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { returnsString } from '../payloads/builder/code';
import { livepatch } from '../payloads/builder/payload';
import { buildIdOf, payloadNamed } from '../payloads/catalogue';
import { subjectOf, type Subject } from '../engine/fuzz/seeds';
import { createReference } from '../engine/reference';

const FOLDER = join(__dirname, '..', 'payloads', 'samples');
const PATCHED = 'xen_extra_version';
/** `int3`, with which no function of the image begins. */
const NOT_THERE = Uint8Array.of(0xcc);

function named(name: string, { buildId, sizeOf }: Subject, depends = buildId): Uint8Array {
  const own = buildIdOf(name);
  return payloadNamed(name).make({ revision: 2, hypervisorBuildId: buildId, depends, buildId: own, sizeOf }).bytes;
}

/** As hello_world, but made for a function with other bytes. */
function otherBytes({ buildId, sizeOf }: Subject): Uint8Array {
  const replacement = returnsString('Hello World');
  const patch = { name: PATCHED, oldSize: sizeOf(PATCHED), replacement, expect: { bytes: NOT_THERE } };
  const own = buildIdOf('other_bytes');
  return livepatch({ revision: 2, buildId: own, depends: buildId, xenDepends: buildId, functions: [patch] }).bytes;
}

/** One that is good, one that stands on it, and one that is BAD. */
const SAMPLES: Readonly<Record<string, (subject: Subject) => Uint8Array>> = {
  hello_world: (subject) => named('hello_world', subject),
  bye_world: (subject) => named('bye_world', subject, buildIdOf('hello_world')),
  other_bytes: otherBytes,
};

const fileOf = (name: string): string => join(FOLDER, `${name}.livepatch`);

/** Names of the samples whose file is not what the builder makes. */
function differing(): readonly string[] {
  const subject = subjectOf(createReference({ revision: 2 }));
  return Object.entries(SAMPLES)
    .filter(
      ([name, make]) => !existsSync(fileOf(name)) || Buffer.compare(make(subject), readFileSync(fileOf(name))) !== 0,
    )
    .map(([name]) => name);
}

function write(): void {
  const subject = subjectOf(createReference({ revision: 2 }));
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, make] of Object.entries(SAMPLES)) writeFileSync(fileOf(name), make(subject));
}

if (require.main === module) {
  if (process.argv.includes('--write')) write();
  const names = differing();
  console.log(
    names.length === 0
      ? `samples: ${Object.keys(SAMPLES).length} are what the builder makes.`
      : `samples: ${names.join(', ')} are not what the builder makes; run checks/samples.ts --write.`,
  );
  process.exitCode = names.length > 0 ? 1 : 0;
}
