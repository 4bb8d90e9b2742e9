/** Files out of packages of Debian's archive, for this process; the lists of a suite are fetched once. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { reasonOf, userError } from '../user-error';
import { createApt, type Apt } from './apt';
import { debianSources, SOURCE_VARIABLE, type Environment } from './sources';

export interface DebianPackage {
  /** The package's name: "libunicorn2". */
  readonly package: string;
  /** The release that has it: "bookworm". */
  readonly suite: string;
  /** What it is for: "amd64"; default: this machine. */
  readonly architecture?: string;
  /**
   * Whether any version will do, also one of a system made from Debian. Then the lists that the system has are tried
   * first.
   */
  readonly anyVersion: boolean;
}

export interface DebianFile extends DebianPackage {
  /** Matches the name of one file of the package, without its folder. */
  readonly file: RegExp;
}

export interface UnpackedFile {
  readonly path: string;
  /** The version of the package that it is of. */
  readonly version: string;
}

/** Several packages, with all that they depend on. */
export interface DebianTree extends DebianPackage {
  /** Packages beside the first one. */
  readonly others?: readonly string[];
  /** Only those packages whose names match; default: all. */
  readonly only?: RegExp;
  /** Patterns of the paths that are unpacked, as tar takes them; default: all. */
  readonly paths?: readonly string[];
}

/** What a tree is made of. */
export interface TreePlan {
  readonly wanted: DebianTree;
  readonly packages: readonly string[];
  /** Of all packages together, to be downloaded. */
  readonly bytes: number;
  /** Of the first package that is unpacked of those that were named. */
  readonly version: string;
}

export interface DebianArchive {
  /** What a tree would take; a user error if that cannot be said. */
  readonly planTree: (wanted: DebianTree) => TreePlan;
  /** Downloads and unpacks it into the folder; a user error if that fails. */
  readonly unpackTree: (plan: TreePlan, place: string) => void;
  /** Downloads and unpacks a package in the folder. Throws a user error with apt's own reason if that fails. */
  readonly unpack: (wanted: DebianFile, place: string) => UnpackedFile;
  /** The newest version of the package; a user error likewise. */
  readonly newestVersion: (wanted: DebianPackage) => string;
}

/** Lists that were fetched, and what apt complained of meanwhile. */
interface FreshLists {
  readonly apt: Apt;
  readonly complaints: readonly string[];
}

/** Debian's names of architectures, by Node's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
/** Undefined: whatever apt takes this machine for. */
const THIS_MACHINE = ARCHITECTURES[process.arch];

/** Opens the archive. Nothing is fetched yet. */
export function openArchive(environment: Environment = process.env): DebianArchive {
  const listsOf = new Map<string, FreshLists>();

  function freshLists({ suite, architecture = THIS_MACHINE, anyVersion }: DebianPackage): FreshLists {
    const key = `${suite} ${architecture ?? ''}`;
    const known = listsOf.get(key);
    if (known !== undefined) return known;
    const sources = debianSources(suite, environment);
    if (sources === '' && !anyVersion) {
      throw new Error(
        `apt has no source of Debian's on this machine: name one with --debian-source or ${SOURCE_VARIABLE}`,
      );
    }
    const here = temporaryFolder();
    const apt = createApt(here, { environment, architecture, sources: sources || undefined, ownLists: true });
    const lists = { apt, complaints: updated(apt) };
    listsOf.set(key, lists);
    return lists;
  }

  /** Does something with fresh lists. Errors of fetching them are only reported if this fails, too. */
  function withFreshLists<Result>(wanted: DebianPackage, use: (apt: Apt) => Result): Result {
    const { apt, complaints } = freshLists(wanted);
    try {
      return use(apt);
    } catch (error) {
      // The release itself matters more than its updates.
      const ofRelease = new RegExp(`[ /]${wanted.suite}[ /]`);
      const earlier = complaints.find((complaint) => ofRelease.test(complaint)) ?? complaints[0];
      const [later = ''] = reasonOf(error).split('\n');
      throw new Error(earlier === undefined || earlier === later ? later : `${earlier}; then: ${later}`);
    }
  }

  function download(wanted: DebianFile, into: string): string {
    const fetchWith = (apt: Apt): string => downloaded(apt, wanted.package, into);
    if (!wanted.anyVersion) return withFreshLists(wanted, fetchWith);
    try {
      return fetchWith(createApt(temporaryFolder(), { environment, ownLists: false }));
    } catch {
      return withFreshLists(wanted, fetchWith);
    }
  }

  return {
    unpack(wanted, place) {
      return explained(wanted, () => {
        const archive = download(wanted, place);
        const tree = join(place, 'tree');
        dpkgDeb(['--extract', archive, tree]);
        const found = readdirSync(tree, { recursive: true, encoding: 'utf8' }).find((path) =>
          wanted.file.test(basename(path)),
        );
        if (found === undefined) throw new Error(`the package has no file ${wanted.file.source}`);
        return { path: realpathSync(join(tree, found)), version: dpkgDeb(['--field', archive, 'Version']).trim() };
      });
    },
    planTree(wanted) {
      return explained(wanted, () => withFreshLists(wanted, (apt) => planned(apt, wanted)));
    },
    unpackTree({ wanted, packages }, place) {
      explained(wanted, () => {
        inTemporaryFolder(place, (downloads) => {
          withFreshLists(wanted, (apt) => apt.run('apt-get', ['download', ...packages], downloads));
          for (const file of readdirSync(downloads)) unpackPaths(join(downloads, file), place, wanted.paths);
        });
      });
    },
    newestVersion(wanted) {
      return explained(wanted, () =>
        withFreshLists(wanted, (apt) => {
          const [version] = Object.values(candidates(apt, [wanted.package]));
          if (version === undefined) throw new Error(`the archive has no package ${wanted.package}`);
          return version;
        }),
      );
    },
  };
}

/** The archive for all that this process fetches. */
export const DEBIAN_ARCHIVE = openArchive();

/** The newest versions that the lists have, by package. */
export function candidates(apt: Apt, packages: readonly string[]): Readonly<Record<string, string>> {
  const stanzas = shown(apt, packages)
    .split('\n\n')
    .map((stanza) => {
      const [name, version] = ['Package', 'Version'].map(
        (field) => new RegExp(`^${field}: (.*)$`, 'm').exec(stanza)?.[1],
      );
      return [name ?? '', version ?? ''] as const;
    });
  return Object.fromEntries(stanzas.filter(([name, version]) => name !== '' && version !== ''));
}

/** What apt-cache shows; nothing if no package is known. */
function shown(apt: Apt, packages: readonly string[]): string {
  try {
    return apt.run('apt-cache', ['show', '--no-all-versions', ...packages]).output;
  } catch (error) {
    if (reasonOf(error).includes('No packages found')) return '';
    throw error;
  }
}

/** Whether the one version of a package is newer than the other, by Debian's rules. */
export function isNewer(version: string, other: string): boolean {
  return version !== other && spawnSync('dpkg', ['--compare-versions', version, 'gt', other]).status === 0;
}

/** Fetches lists; what apt complains of. A failing source does not matter if another one has the package. */
function updated(apt: Apt): readonly string[] {
  try {
    return apt.run('apt-get', ['update']).complaints;
  } catch (error) {
    return reasonOf(error).split('\n');
  }
}

/** What would be installed on a system that has nothing. */
function planned(apt: Apt, wanted: DebianTree): TreePlan {
  const { package: first, others = [], only = /./ } = wanted;
  const { output } = apt.run('apt-get', ['install', '--simulate', '--no-install-recommends', first, ...others]);
  const packages = [...output.matchAll(/^Inst (\S+)/gm)].flatMap(([, name = '']) => (only.test(name) ? [name] : []));
  const stanzas = shown(apt, packages);
  const sizes = [...stanzas.matchAll(/^Size: (\d+)$/gm)].map(([, size]) => Number(size));
  const versions = candidates(apt, packages);
  const version = versions[first] ?? Object.values(versions)[0];
  if (version === undefined) throw new Error(`the archive has no package ${first}`);
  return { wanted, packages, bytes: sizes.reduce((sum, size) => sum + size, 0), version };
}

/** Unpacks a package, or some paths of it where it has them. */
function unpackPaths(archive: string, place: string, paths: readonly string[] | undefined): void {
  if (paths === undefined) {
    dpkgDeb(['--extract', archive, place]);
    return;
  }
  const tar = join(place, 'archive.tar');
  const descriptor = openSync(tar, 'w');
  try {
    spawnSync('dpkg-deb', ['--fsys-tarfile', archive], { stdio: ['ignore', descriptor, 'ignore'] });
    const { status, stderr } = spawnSync('tar', ['-xf', tar, '-C', place, '--wildcards', ...paths], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr.trim().split('\n')[0] ?? 'tar failed');
  } finally {
    closeSync(descriptor);
    rmSync(tar);
  }
}

function downloaded(apt: Apt, name: string, into: string): string {
  apt.run('apt-get', ['download', name], into);
  const file = readdirSync(into).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get downloaded nothing');
  return join(into, file);
}

function dpkgDeb(args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync('dpkg-deb', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error('there is no dpkg-deb');
  if (status !== 0) throw new Error(stderr.trim().split('\n')[0] ?? 'dpkg-deb failed');
  return stdout;
}

function explained<Result>(wanted: DebianPackage, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw userError(`Debian's package ${wanted.package} cannot be fetched (${reasonOf(error)})`);
  }
}

const temporaryFolders: string[] = [];

/** A folder for apt's lists, which is gone when this process ends. */
function temporaryFolder(): string {
  if (temporaryFolders.length === 0) {
    process.once('exit', () => {
      for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-apt-'));
  temporaryFolders.push(folder);
  return folder;
}

/** Does something in a new folder within `folder`, which is removed afterwards. Throws a user error if it cannot be made. */
export function inTemporaryFolder<Result>(folder: string, action: (place: string) => Result): Result {
  const place = makeFolder(folder);
  try {
    return action(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function makeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return mkdtempSync(resolve(folder, 'fetching-'));
  } catch (error) {
    throw userError(`cannot write to ${folder} (${reasonOf(error)}): make the folder writable`);
  }
}
