/** Which versions of packages the archive has, as far as the package lists say that this system has anyway. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createApt } from './apt';
import { candidates, inTemporaryFolder } from './archive';
import { aptPlaces, type Environment } from './sources';

type Versions = Readonly<Record<string, string>>;

interface Kept {
  /** When the system's lists changed last, in milliseconds. */
  readonly lists: number;
  readonly versions: Versions;
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'lists' in value && 'versions' in value;
}

function kept(file: string): Kept | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The newest versions of these packages in the system's lists, by package; those that the lists lack are left out.
 * Asking apt takes a second where it keeps no cache of its own, so the answer is kept in `file` until the lists change.
 * Never throws: without apt, or with a folder that cannot be written, nothing is known.
 */
export function versionsInSystemLists(packages: readonly string[], file: string, environment: Environment): Versions {
  try {
    const lists = statSync(aptPlaces(environment)?.lists ?? '').mtimeMs;
    const earlier = kept(file);
    if (earlier?.lists === lists) return earlier.versions;
    const folder = dirname(file);
    mkdirSync(folder, { recursive: true });
    const versions = inTemporaryFolder(folder, (here) =>
      candidates(createApt(here, { environment, ownLists: false }), packages),
    );
    writeFileSync(file, `${JSON.stringify({ lists, versions })}\n`);
    return versions;
  } catch {
    return {};
  }
}
