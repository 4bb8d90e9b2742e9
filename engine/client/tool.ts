/**
 * The tool xen-livepatch, unmodified: of a Debian release, fetched once into the project's cache with the libraries and
 * the dynamic loader of that release, so that this machine's do not matter; or any other build, by its path.
 */
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DEBIAN_ARCHIVE, inTemporaryFolder, isNewer, type DebianArchive, type DebianTree } from '../debian/archive';
import { CACHE_FOLDER } from '../installation';
import { userError } from '../user-error';

/** The tool's own name. */
export const TOOL = 'xen-livepatch';

interface Release {
  readonly tree: DebianTree;
  /** The version of the sysctls that it names. */
  readonly interfaceVersion: number;
}

const inDebian = (suite: string, name: string, interfaceVersion: number): Release => ({
  tree: { suite, package: name, architecture: 'amd64', anyVersion: false, only: /^(xen-utils-[\d.]+|libxen.*|libc6)$/ },
  interfaceVersion,
});

/** By the names that `--tool` takes: those of the Xens. */
const RELEASES = {
  'debian-11': inDebian('bullseye', 'xen-utils-4.14', 0x13),
  'debian-12': inDebian('bookworm', 'xen-utils-4.17', 0x15),
  'debian-13': inDebian('trixie', 'xen-utils-4.20', 0x15),
} as const;

export type DebianToolName = keyof typeof RELEASES;
/** From the oldest to the newest. */
export const DEBIAN_TOOLS: readonly DebianToolName[] = ['debian-11', 'debian-12', 'debian-13'];

export function isDebianTool(name: string): name is DebianToolName {
  return Object.hasOwn(RELEASES, name);
}

/** The release whose tool has the version of the sysctls that a hypervisor asks for; the oldest, if several have. */
export function toolFor(interfaceVersion: number): DebianToolName | undefined {
  return DEBIAN_TOOLS.find((name) => RELEASES[name].interfaceVersion === interfaceVersion);
}

/** What the loader of a fetched tool is to find. */
const LOADER = 'ld-linux-x86-64.so.2';
const LIBRARY =
  /^lib(c|pthread|xen(ctrl|call|devicemodel|evtchn|foreignmemory|gnttab|toolcore|toollog))\.so\.\d[\d.]*$/;

export interface Tool {
  /** "xen-livepatch 4.17.7"; of another build, its path. */
  readonly name: string;
  /** The path of the executable. */
  readonly path: string;
  /** The folder of its libraries and its loader; absent: those of this machine. */
  readonly libraries?: string;
  /** "4.17.7"; absent if it is not known. */
  readonly version?: string;
  /** The version of the sysctls that it names, likewise. */
  readonly interfaceVersion?: number;
}

/** Where tools come from and are kept. The defaults are this project's; tests give others. */
export interface ToolStore {
  readonly cache: string;
  readonly archive: DebianArchive;
}

const STORE: ToolStore = { cache: join(CACHE_FOLDER, 'tools'), archive: DEBIAN_ARCHIVE };

/** The tools of a release that were fetched, from the newest version to the oldest. */
function fetched(name: DebianToolName, { cache }: ToolStore): readonly Tool[] {
  const folder = join(cache, name);
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((entry) => existsSync(join(folder, entry, TOOL)));
  return versions
    .sort((one, other) => Number(isNewer(other, one)) - Number(isNewer(one, other)))
    .map((entry) => {
      const version = /^\d+(\.\d+)*/.exec(entry)?.[0] ?? entry;
      const own = { path: join(folder, entry, TOOL), libraries: join(folder, entry, 'lib') };
      return { name: `${TOOL} ${version}`, ...own, version, interfaceVersion: RELEASES[name].interfaceVersion };
    });
}

/** The newest tool of a release that was fetched. */
export const fetchedTool = (name: DebianToolName, store: ToolStore = STORE): Tool | undefined =>
  fetched(name, store)[0];

/** Copies what the tool needs out of the packages: the tool, its libraries side by side, and their loader. */
function pick(tree: string, place: string): void {
  mkdirSync(join(place, 'lib'), { recursive: true });
  for (const path of readdirSync(tree, { recursive: true, encoding: 'utf8' })) {
    const name = basename(path);
    const from = join(tree, path);
    if (!existsSync(from) || !statSync(from).isFile()) continue;
    if (name === TOOL) copyFileSync(from, join(place, TOOL));
    if (name === LOADER || LIBRARY.test(name)) copyFileSync(from, join(place, 'lib', name));
  }
}

function fetchTool(name: DebianToolName, say: (line: string) => void, { cache, archive }: ToolStore): void {
  const plan = archive.planTree(RELEASES[name].tree);
  const folder = join(cache, name);
  const megabytes = Math.max(1, Math.round(plan.bytes / 1e6));
  say(`fetching ${TOOL} ${plan.version} of ${name.replace('debian-', 'Debian ')} into ${folder}: ${megabytes} MB`);
  inTemporaryFolder(folder, (place) => {
    const tree = join(place, 'tree');
    const picked = join(place, 'picked');
    mkdirSync(tree);
    archive.unpackTree(plan, tree);
    pick(tree, picked);
    if (!existsSync(join(picked, TOOL)) || !existsSync(join(picked, 'lib', LOADER)))
      throw userError(`Debian's package ${plan.wanted.package} has no ${TOOL}: name another build with --tool.`);
    const own = join(folder, plan.version.replaceAll(':', '%3a'));
    if (!existsSync(own)) renameSync(picked, own);
  });
}

function otherTool(path: string): Tool {
  const file = resolve(path);
  try {
    accessSync(file, constants.X_OK);
    if (statSync(file).isFile()) return { name: path, path: file };
  } catch {
    // Told below.
  }
  throw userError(
    `--tool ${path} is no program: name the path of a ${TOOL} that was built, or one of ${DEBIAN_TOOLS.join(', ')}.`,
  );
}

/**
 * A tool by its Debian release or its path; fetched if necessary: then `say` gets a line. Throws a user error if it
 * cannot be had.
 */
export function findTool(name: string, say: (line: string) => void, store: ToolStore = STORE): Tool {
  if (!isDebianTool(name)) return otherTool(name);
  if (fetchedTool(name, store) === undefined) fetchTool(name, say, store);
  const [newest] = fetched(name, store);
  if (newest === undefined) throw new TypeError(`tool: expected ${name} to be fetched, got nothing`);
  return newest;
}

/** The loader of a fetched tool. */
export const loaderIn = (libraries: string): string => join(libraries, LOADER);
