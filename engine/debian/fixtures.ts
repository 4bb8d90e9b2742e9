/** An archive of Debian's in a folder, and a machine whose apt knows it: for tests, without any network. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { SOURCE_VARIABLE, type Environment } from './sources';

/** Why these tests cannot be made here, or false. */
export const NO_APT =
  spawnSync('apt-get', ['--version']).error === undefined ? false : 'apt-get is for Debian and systems made from it';

export interface PackageDescription {
  readonly name: string;
  readonly version: string;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly architecture?: string;
  /** Names of packages. */
  readonly depends?: readonly string[];
}

export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function write(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Builds the package in the archive's pool; its stanza in the archive's list of packages. */
function build(archive: string, description: PackageDescription): string {
  const { name, version, files, architecture = 'amd64', depends = [] } = description;
  const tree = join(archive, 'trees', `${name}_${version}`);
  const control = [`Package: ${name}`, `Version: ${version}`, `Architecture: ${architecture}`];
  if (depends.length > 0) control.push(`Depends: ${depends.join(', ')}`);
  const fields = [...control, 'Maintainer: Nobody <nobody@example.org>', 'Description: made for a test'];
  write(join(tree, 'DEBIAN', 'control'), `${fields.join('\n')}\n`);
  for (const [path, contents] of Object.entries(files)) write(join(tree, path), contents);
  const path = `pool/${name}_${version}_${architecture}.deb`;
  mkdirSync(join(archive, 'pool'), { recursive: true });
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', '-Znone', tree, join(archive, path)], { stdio: 'pipe' });
  const bytes = readFileSync(join(archive, path));
  return [...fields, `Filename: ${path}`, `Size: ${bytes.length}`, `SHA256: ${sha256(bytes)}`, ''].join('\n');
}

/** Makes a suite again, with these packages. Nothing is signed. */
export function publish(archive: string, suite: string, packages: readonly PackageDescription[]): void {
  const list = Buffer.from(packages.map((description) => `${build(archive, description)}\n`).join(''));
  const architectures = ['amd64', 'arm64'];
  const paths = architectures.map((architecture) => `main/binary-${architecture}/Packages`);
  for (const path of paths) write(join(archive, 'dists', suite, path), list);
  const hashes = paths.map((path) => ` ${sha256(list)} ${list.length} ${path}`);
  const head = ['Origin: Debian', `Suite: ${suite}`, `Codename: ${suite}`, 'Components: main'];
  const release = [...head, `Architectures: ${architectures.join(' ')}`, 'SHA256:', ...hashes, ''].join('\n');
  write(join(archive, 'dists', suite, 'Release'), release);
}

export interface Machine {
  /** In which apt finds this machine's configuration. */
  readonly environment: Environment;
  /** Writes a file of sources.list.d. */
  readonly addSources: (file: string, text: string) => void;
  /** As `apt-get update` by root does. */
  readonly updateLists: () => void;
}

/** A machine without sources and lists. */
export function createMachine(folder: string): Machine {
  const at = (name: string): string => join(folder, 'machine', name);
  for (const name of ['sources', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(at(name), { recursive: true });
  const settings = {
    'Dir::Etc::SourceList': at('sources.list'),
    'Dir::Etc::SourceParts': at('sources'),
    'Dir::State': at('state'),
    'Dir::State::Lists': at('state/lists'),
    'Dir::Cache': at('cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': '',
  };
  const configuration = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
  write(at('apt.conf'), configuration.join(''));
  write(at('sources.list'), '');
  const environment = { ...process.env, [SOURCE_VARIABLE]: undefined, APT_CONFIG: at('apt.conf') };
  return {
    environment,
    addSources: (file, text) => write(join(at('sources'), basename(file)), text),
    updateLists: () => {
      execFileSync('apt-get', ['update'], { env: environment, stdio: 'pipe' });
    },
  };
}

/** The text of a .sources file. */
export function trusted(archive: string, ...suites: readonly string[]): string {
  const fields = {
    Types: 'deb',
    URIs: `file:${archive}`,
    Suites: suites.join(' '),
    Components: 'main',
    Trusted: 'yes',
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
