/** `doctor`: what this machine has and lacks, and the command that fixes it. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { isProvided } from '../../engine/booted';
import { DEBIAN_TOOLS, fetchedTool, TOOL, type DebianToolName } from '../../engine/client';
import { CACHE_FOLDER, IS_PACKAGE } from '../../engine/installation';
import { findUnicorn } from '../../engine/unicorn/library';
import { DEBIAN_XENS, fetchedXens, newerVersion, releaseOf, type DebianXenName } from '../../engine/xen';
import { reasonOf, userError } from '../../engine/user-error';
import { dependencies, engines, name as PACKAGE } from '../../package.json';
import { EXIT, type ExitStatus } from '../exit';
import { DEFAULT_OUT } from '../options';

/** A part that the suite needs, or can do without. */
export interface Part {
  readonly name: string;
  /** What alone needs it; undefined if everything needs it. */
  readonly onlyFor?: string;
  /** Describes what there is. Throws if there is none; the error says why. */
  readonly find: () => string;
  /** The command that fixes it. */
  readonly fix: string;
}

const PARTS: readonly Part[] = [
  {
    name: `Node ${engines.node.replace('>=', '')} or later`,
    find: () => `v${process.versions.node}`,
    fix: 'install a newer Node from https://nodejs.org',
  },
  { name: 'dependencies', find: installed, fix: IS_PACKAGE ? `npm install ${PACKAGE} again` : 'npm ci' },
  { name: 'Unicorn 2', find: unicorn, fix: 'apt-get install libunicorn2 (or let the first run fetch it)' },
  ...DEBIAN_XENS.map((name) => ({
    name: `Xen of ${releaseOf(name)}`,
    onlyFor: `running --hypervisor ${name}`,
    find: () => xen(name),
    fix: 'let the first run fetch it, or name a xen-syms with --hypervisor',
  })),
  ...DEBIAN_TOOLS.map((name) => ({
    name: `${TOOL} of ${releaseOf(name)}`,
    onlyFor: `"with ${TOOL}" on such a Xen`,
    find: () => tool(name),
    fix: 'let the first call fetch it, or name one that was built with --tool',
  })),
  {
    name: 'booted Xen of Debian 12',
    onlyFor: 'running --target booted',
    find: booted,
    fix: 'let the first such run fetch and boot it',
  },
  {
    name: 'apt-get, dpkg-deb',
    onlyFor: 'fetching Unicorn, Xen and QEMU without root',
    find: () => `${firstLine('apt-get', '--version')}; ${firstLine('dpkg-deb', '--version')}`,
    fix: 'needs Debian or a system made from it',
  },
  {
    name: 'gcc, ld',
    onlyFor: 'rebuilding the committed objects',
    find: () => `${firstLine('gcc', '--version')}; ${firstLine('ld', '--version')}`,
    fix: 'apt-get install gcc',
  },
  {
    name: 'Java',
    onlyFor: 'the Allure report',
    find: () => firstLine('java', '--version'),
    fix: 'apt-get install default-jre-headless',
  },
  { name: `writing ${DEFAULT_OUT}`, find: () => writable(DEFAULT_OUT), fix: 'name another folder with --out' },
  { name: 'the cache', find: () => writable(CACHE_FOLDER), fix: `chown -R "$USER" "${CACHE_FOLDER}"` },
];

/** Reports for each part whether it is there. Returns `usage` if a needed part is missing. */
export function doctor(say: (line: string) => void, parts: readonly Part[] = PARTS): ExitStatus {
  const rows = parts.map((part) => ({ part, ...examine(part) }));
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const { part, state, detail } of rows) {
    say(`${state.padEnd(7)}  ${part.name.padEnd(width)}  ${detail}`);
    if (state !== 'ok') say(`${' '.repeat(width + 11)}${part.fix}`);
  }
  const missing = rows.filter(({ state }) => state === 'MISSING').map(({ part }) => part.name);
  say(missing.length === 0 ? 'Nothing that is needed is missing.' : `Needed and missing: ${missing.join('; ')}.`);
  return missing.length === 0 ? EXIT.expected : EXIT.usage;
}

function examine(part: Part): { readonly state: 'ok' | 'MISSING' | 'absent'; readonly detail: string } {
  try {
    return { state: 'ok', detail: part.find() };
  } catch (error) {
    if (part.onlyFor === undefined) return { state: 'MISSING', detail: reasonOf(error) };
    return { state: 'absent', detail: `only for ${part.onlyFor}` };
  }
}

function unicorn(): string {
  const path = findUnicorn();
  if (path === undefined) throw userError('neither in the system nor in the cache');
  return path;
}

/** The newest one in the cache. Older ones are kept, and can be named by their path. */
function xen(name: DebianXenName): string {
  const [newest] = fetchedXens(name);
  if (newest === undefined) throw userError('not fetched yet');
  const newer = newerVersion(newest);
  const hint = newer === undefined ? '' : ` (the archive has ${newer}: "run --refresh" fetches it)`;
  return `${newest.version}, build-id ${newest.buildId}${hint}`;
}

function tool(name: DebianToolName): string {
  const { version } = fetchedTool(name) ?? {};
  if (version === undefined) throw userError('not fetched yet');
  return version;
}

function booted(): string {
  const [newest] = fetchedXens('debian-12');
  if (newest === undefined || !isProvided(newest.file)) throw userError('not booted yet');
  return newest.version;
}

/** npm may have installed them in any folder above. */
function installed(): string {
  const { resolve: find } = createRequire(__filename);
  const names = Object.keys(dependencies);
  for (const name of names) find(name);
  return `${names.length} packages`;
}

/** A folder that can be written, or that can be made if it is missing. */
function writable(path: string): string {
  const wanted = resolve(path);
  let folder = wanted;
  while (!existsSync(folder)) folder = dirname(folder);
  accessSync(folder, constants.W_OK);
  return folder === wanted ? wanted : `can be made in ${folder}`;
}

function firstLine(command: string, argument: string): string {
  return (
    execFileSync(command, [argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0] ?? ''
  );
}
