/**
 * The Xens of Debian's releases: executables with symbols, fetched once into the project's cache. Each is kept under
 * the version of its package and its build-id, so a newer one does not overwrite what an earlier report is about.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inTemporaryFolder, isNewer, DEBIAN_ARCHIVE, type DebianArchive, type DebianFile } from '../debian/archive';
import { versionsInSystemLists } from '../debian/known';
import type { Environment } from '../debian/sources';
import { CACHE_FOLDER } from '../installation';
import { isUserError, userError } from '../user-error';
import { buildIdOf, readXen } from './image';

/** What is fetched or found out about hypervisors is kept here. */
export const XEN_CACHE = join(CACHE_FOLDER, 'xen');

/** By the names that `--hypervisor` takes. */
const PACKAGES = {
  'debian-11': inDebian('bullseye', 'xen-hypervisor-4.14-amd64', /^xen-syms-4\.14\.\d+\.gz$/),
  'debian-12': inDebian('bookworm', 'xen-hypervisor-4.17-amd64-dbg', /^xen-syms-4\.17-amd64$/),
  'debian-13': inDebian('trixie', 'xen-hypervisor-4.20-amd64-dbg', /^xen-syms-4\.20-amd64$/),
} as const;

export type DebianXenName = keyof typeof PACKAGES;

/** From the oldest to the newest. */
export const DEBIAN_XENS: readonly DebianXenName[] = ['debian-11', 'debian-12', 'debian-13'];

function inDebian(suite: string, name: string, file: RegExp): DebianFile {
  return { suite, package: name, file, architecture: 'amd64', anyVersion: false };
}

/** One that is in the cache. */
export interface DebianXen {
  /** "debian-12". */
  readonly name: DebianXenName;
  /** The path of its xen-syms. */
  readonly file: string;
  /** The version of its package. */
  readonly version: string;
  /** In hexadecimal digits. */
  readonly buildId: string;
}

/** Where Xens come from and are kept. The defaults are this project's; tests give others. */
export interface XenStore {
  readonly cache: string;
  readonly archive: DebianArchive;
  readonly environment: Environment;
  /** The build-id of a xen-syms, in hexadecimal digits. Throws a user error if it is none. */
  readonly identify: (file: string) => string;
}

const STORE: XenStore = {
  cache: XEN_CACHE,
  archive: DEBIAN_ARCHIVE,
  environment: process.env,
  identify: (file) => buildIdOf(readXen(file)) ?? '0',
};

/** "debian-12" to "Debian 12". */
export const releaseOf = (name: DebianXenName): string => name.replace('debian-', 'Debian ');

export function isDebianXen(name: string): name is DebianXenName {
  return Object.hasOwn(PACKAGES, name);
}

/** The Xens of a release that were fetched, from the newest version to the oldest. */
export function fetchedXens(name: DebianXenName, cache: string = XEN_CACHE): readonly DebianXen[] {
  const folder = join(cache, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: entry }) => {
      const [, version, buildId] = /^(.+)_([0-9a-f]+)$/.exec(entry) ?? [];
      const [file] = version === undefined ? [] : readdirSync(join(folder, entry));
      if (version === undefined || buildId === undefined || file === undefined) return [];
      return [{ name, version, buildId, file: join(folder, entry, file) }];
    })
    .sort((one, other) => Number(isNewer(other.version, one.version)) - Number(isNewer(one.version, other.version)));
}

/** The path of the newest xen-syms of a release that was fetched. */
export function findDebianXen(name: DebianXenName = 'debian-12', cache: string = XEN_CACHE): string | undefined {
  return fetchedXens(name, cache)[0]?.file;
}

/** The path of the xen-syms with this build-id, if it was fetched. */
export function findXenOfBuild(buildId: string, cache: string = XEN_CACHE): string | undefined {
  return DEBIAN_XENS.flatMap((name) => fetchedXens(name, cache)).find((xen) => xen.buildId === buildId)?.file;
}

/** The release whose fetched xen-syms has this build-id. */
export function releaseOfBuild(buildId: string, cache: string = XEN_CACHE): DebianXenName | undefined {
  return DEBIAN_XENS.find((name) => fetchedXens(name, cache).some((xen) => xen.buildId === buildId));
}

/** The version that the archive has, if that is newer and the lists that this system has anyway say so. */
export function newerVersion(
  { name, version }: DebianXen,
  { cache, environment }: XenStore = STORE,
): string | undefined {
  const packages = Object.values(PACKAGES).map((each) => each.package);
  const known = versionsInSystemLists(packages, join(cache, 'system-lists.json'), environment);
  const found = known[PACKAGES[name].package];
  return found !== undefined && isNewer(found, version) ? found : undefined;
}

/**
 * The Xen of a Debian release: the newest that was fetched, without asking anybody; fetched if there is none, or, with
 * `refresh`, if the archive has a newer one. `say` gets a line when something is fetched, and when there is a newer one.
 * Throws a user error if it cannot be had.
 */
export function provideDebianXen(
  name: DebianXenName,
  say: (line: string) => void,
  { refresh = false, store = STORE }: { readonly refresh?: boolean; readonly store?: XenStore } = {},
): DebianXen {
  const kept = fetchedXens(name, store.cache);
  const [newest] = kept;
  if (newest !== undefined && !refresh) {
    const newer = newerVersion(newest, store);
    if (newer !== undefined) say(`${releaseOf(name)} has a newer Xen, ${newer}: "run --refresh" fetches it`);
    return newest;
  }
  try {
    // Without one, the archive need not be asked twice.
    const version = newest && store.archive.newestVersion(PACKAGES[name]);
    return kept.find((xen) => xen.version === version) ?? fetchXen(name, say, store);
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw userError(`${error.message}: name a mirror with --debian-source, or a xen-syms with --hypervisor`);
  }
}

function fetchXen(name: DebianXenName, say: (line: string) => void, { cache, archive, identify }: XenStore): DebianXen {
  const folder = join(cache, name);
  return inTemporaryFolder(folder, (place) => {
    say(`fetching the Xen of ${releaseOf(name)} (${PACKAGES[name].package}) into ${folder}`);
    const { path, version } = archive.unpack(PACKAGES[name], place);
    const unzipped = unzip(path);
    const buildId = identify(unzipped);
    const own = join(folder, `${version}_${buildId}`);
    const file = join(own, basename(unzipped));
    mkdirSync(own, { recursive: true });
    renameSync(unzipped, file);
    return { name, file, version, buildId };
  });
}

/** Debian 11 keeps the file compressed. */
function unzip(path: string): string {
  if (!path.endsWith('.gz')) return path;
  const unzipped = path.replace(/\.gz$/, '');
  writeFileSync(unzipped, gunzipSync(readFileSync(path)));
  return unzipped;
}
