/** Payloads that the search begins with besides its own, and the folder that keeps those that reached something new. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPayloadFile } from '../../engine/check/payload-file';
import type { Seed } from '../../engine/fuzz/seeds';
import { reasonOf, userError } from '../../engine/user-error';

const PAYLOAD = '.livepatch';

/** A file, or the payloads in a folder, in the order of their names. */
function filesAt(path: string): readonly string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(PAYLOAD));
  return names.sort().map((name) => join(path, name));
}

/** Throws a user error for the first that cannot be read. */
export const payloadsAt = (paths: readonly string[]): readonly Seed[] =>
  paths.flatMap(filesAt).map((name) => ({ name, bytes: readPayloadFile(name).bytes }));

/** A folder that payloads are kept in, each by its content. */
export interface Kept {
  /** What is there from before. */
  readonly before: readonly Seed[];
  readonly keep: (payload: Uint8Array) => void;
}

/** Throws a user error if the folder cannot be made. */
export function corpusAt(folder: string): Kept {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw userError(`The folder ${folder} cannot be made (${reasonOf(error)}): name another with --corpus.`);
  }
  return {
    before: payloadsAt([folder]),
    keep(payload) {
      const name = createHash('sha1').update(payload).digest('hex').slice(0, 16);
      writeFileSync(join(folder, `${name}${PAYLOAD}`), payload);
    },
  };
}
