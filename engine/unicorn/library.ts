/** Where the shared library of Unicorn 2 is: what the user names, the system's, or the project's own copy. */
import { execFileSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEBIAN_ARCHIVE, inTemporaryFolder, type DebianArchive, type DebianFile } from '../debian/archive';
import { CACHE_FOLDER } from '../installation';
import { isUserError, userError } from '../user-error';

const FILE = 'libunicorn.so.2';
const PACKAGE = 'libunicorn2';
/** Debian 13 has no such package; Debian 12's works there, too. */
const IN_DEBIAN: DebianFile = {
  package: PACKAGE,
  suite: 'bookworm',
  file: /^libunicorn\.so\.2$/,
  anyVersion: true,
};
/** The environment variable that names the library. */
export const LIBRARY_VARIABLE = 'LIVEPATCH_LIBUNICORN';

/** Where to look. The defaults are this machine's; tests give others. */
export interface LibraryPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Paths of the system's library, as the dynamic linker knows them. */
  readonly system: () => readonly string[];
  /** The project's own copy is kept here. */
  readonly cache: string;
  readonly archive: DebianArchive;
}

const THIS_MACHINE: LibraryPlaces = {
  environment: process.env,
  system: systemLibraries,
  cache: join(CACHE_FOLDER, 'unicorn'),
  archive: DEBIAN_ARCHIVE,
};

/**
 * The path of libunicorn 2, or undefined if this machine has none yet. Throws a user error if the environment
 * variable names a file that is not there.
 */
export function findUnicorn(places: LibraryPlaces = THIS_MACHINE): string | undefined {
  const named = places.environment[LIBRARY_VARIABLE];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return resolve(named);
    throw userError(`${LIBRARY_VARIABLE} names ${named}, which does not exist: correct or unset it`);
  }
  return [...places.system(), join(places.cache, FILE)].find((path) => existsSync(path));
}

/**
 * The path of libunicorn 2. Where the machine has none it is fetched from Debian into the project's cache, and `say` gets
 * a line. Several processes may do so at once: the file appears whole. Throws a user error if it cannot be had.
 */
export function provideUnicorn(say: (line: string) => void, places: LibraryPlaces = THIS_MACHINE): string {
  const found = findUnicorn(places);
  if (found !== undefined) return found;
  try {
    return inTemporaryFolder(places.cache, (place) => {
      say(`fetching ${FILE} (Debian's ${PACKAGE}) into ${places.cache}`);
      const path = join(places.cache, FILE);
      renameSync(places.archive.unpack(IN_DEBIAN, place).path, path);
      return path;
    });
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw userError(
      `this needs Unicorn 2: install it with "apt-get install ${PACKAGE}", or set ${LIBRARY_VARIABLE} to the path of ${FILE} (${error.message})`,
    );
  }
}

/** The names ldconfig gives to this processor's libraries. */
const LDCONFIG_NAMES: Readonly<Record<string, string>> = { x64: 'x86-64', arm64: 'AArch64' };

function systemLibraries(): readonly string[] {
  const processor = LDCONFIG_NAMES[process.arch];
  if (processor === undefined) return [];
  const ldconfig = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));
  if (ldconfig === undefined) return [];
  const known = execFileSync(ldconfig, ['-p'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return libraryPaths(known, processor);
}

/** The paths of libunicorn 2 in the output of `ldconfig -p`: "	libunicorn.so.2 (libc6,x86-64) => /usr/lib/…". */
export function libraryPaths(ldconfigOutput: string, processor: string): readonly string[] {
  return ldconfigOutput
    .split('\n')
    .map((line) => /^\s*(\S+) \((.*)\) => (.*)$/.exec(line))
    .filter((match) => match?.[1] === FILE && match[2]?.includes(processor))
    .map((match) => match?.[3] ?? '');
}
