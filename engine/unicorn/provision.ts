/**
 * Fetches one file of a Debian package without root and without touching the system: apt-get and dpkg-deb with everything
 * they write kept in a private folder, so that it works for any user, with a read-only /var and with no package lists.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { userError } from '../user-error';

export interface DebianFile {
  /** The package's name: "libunicorn2". */
  readonly package: string;
  /** The file's name, without its folder: "libunicorn.so.2". */
  readonly file: string;
  /** The folder that shall hold the file. */
  readonly into: string;
  /** Told in one line when something is fetched. */
  readonly say: (line: string) => void;
}

/** Where apt-get may learn of a package, in the order in which they are tried. */
const PACKAGE_LISTS = [
  { name: 'the lists the system has', update: false, settings: '' },
  { name: "fresh lists of the system's sources", update: true, settings: '' },
  {
    name: "Debian 12's own archive",
    update: true,
    settings: 'Dir::Etc::SourceList "$HERE/debian.sources";\nDir::Etc::SourceParts "/dev/null";\n',
  },
] as const;

/** For machines with no sources, or with those of another release. apt-get refuses it where the keyring is missing. */
const DEBIAN_SOURCES = `Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

/** apt-get reads this last. Hooks are for root's own runs; no sandbox user, since the folder may be closed to it. */
const APT_SETTINGS = `Dir::Cache "$HERE/cache";
Dir::Log "$HERE/log";
Debug::NoLocking "1";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
`;

/** Only where lists are fetched: otherwise the system's own are read. */
const PRIVATE_LISTS = `Dir::State "$HERE/state";
Dir::State::Lists "$HERE/state/lists";
`;

/**
 * The path of the file, fetched if it is not there yet. Safe against other processes that do the same at once: each
 * works in a folder of its own, and the file appears whole, by a rename.
 *
 * Throws a user error where the package cannot be had or the folder cannot be written.
 */
export function provisionDebianPackage(wanted: DebianFile): string {
  const path = resolve(wanted.into, wanted.file);
  if (existsSync(path)) return path;
  const place = temporaryFolder(wanted.into);
  try {
    wanted.say(`fetching ${wanted.file} (Debian's ${wanted.package}) into ${wanted.into}`);
    renameSync(unpacked(wanted, place), path);
    return path;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function temporaryFolder(into: string): string {
  try {
    mkdirSync(into, { recursive: true });
    return mkdtempSync(resolve(into, 'fetching-'));
  } catch (error) {
    throw userError(`cannot write to ${into} (${reason(error)}): make the folder writable`);
  }
}

/** Downloads and unpacks the package in `place`; the path of the wanted file there. */
function unpacked(wanted: DebianFile, place: string): string {
  const archive = downloaded(wanted.package, place);
  const tree = join(place, 'tree');
  execFileSync('dpkg-deb', ['--extract', archive, tree], { stdio: 'pipe' });
  const found = readdirSync(tree, { recursive: true, encoding: 'utf8' }).find((path) => basename(path) === wanted.file);
  if (found === undefined) throw userError(`Debian's package ${wanted.package} has no file ${wanted.file}`);
  return realpathSync(join(tree, found));
}

function downloaded(name: string, place: string): string {
  const failures: string[] = [];
  for (const [index, lists] of PACKAGE_LISTS.entries()) {
    const here = join(place, String(index));
    try {
      return downloadWith(lists, name, here);
    } catch (error) {
      failures.push(`${lists.name}: ${reason(error)}`);
    }
  }
  throw userError(`cannot fetch Debian's package ${name} (${failures.join('; ')})`);
}

function downloadWith(lists: (typeof PACKAGE_LISTS)[number], name: string, here: string): string {
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'log', 'archive']) {
    mkdirSync(join(here, folder), { recursive: true });
  }
  const settings = APT_SETTINGS + (lists.update ? PRIVATE_LISTS : '') + lists.settings;
  writeFileSync(join(here, 'apt.conf'), settings.replaceAll('$HERE', here));
  writeFileSync(join(here, 'debian.sources'), DEBIAN_SOURCES);
  const archive = join(here, 'archive');
  const aptGet = (command: readonly string[]): void => {
    execFileSync('apt-get', ['-qq', '-c', join(here, 'apt.conf'), ...command], { cwd: archive, stdio: 'pipe' });
  };
  // A source of the system that fails is no matter as long as another one has the package.
  if (lists.update) attempt(() => aptGet(['update']));
  aptGet(['download', name]);
  const file = readdirSync(archive).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new Error('apt-get downloaded nothing');
  return join(archive, file);
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    return;
  }
}

/** The last line of what a command said before it failed, or the error's own first line. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT' && 'path' in error) return `there is no ${String(error.path)}`;
  const said = 'stderr' in error ? String(error.stderr).trim() : '';
  return said === '' ? firstLine(error.message) : (said.split('\n').at(-1) ?? said);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
