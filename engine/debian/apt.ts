/**
 * Runs apt-get and related tools without root and without changing the system. Everything that they write is in a
 * private folder, so they work for any user, with a read-only /var, and at the same time as others.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './sources';

/** A private folder with settings for apt. */
export interface Apt {
  /**
   * The output of an apt command. Downloads are put in the folder `in`. Throws an error with apt's own complaints, one
   * a line.
   */
  readonly run: (command: 'apt-get' | 'apt-cache', args: readonly string[], into?: string) => Answer;
}

export interface Answer {
  readonly output: string;
  /** apt's own: a command may end well although a source failed. */
  readonly complaints: readonly string[];
}

export interface AptOptions {
  readonly environment: Environment;
  /** What packages are for; undefined: this machine. */
  readonly architecture?: string | undefined;
  /** The text of a .sources file; undefined: the system's sources. */
  readonly sources?: string | undefined;
  /** Whether to have private package lists, which have to be fetched; else the system's are read. */
  readonly ownLists: boolean;
}

/** apt reads this last. Hooks are for root's own runs; no sandbox user, since the folder may be closed to it. */
const SETTINGS = `Dir::Cache "$HERE/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "";
Dir::Log "$HERE/log";
Debug::NoLocking "1";
APT::Sandbox::User "";
APT::Default-Release "";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
`;

/** Private lists are independent of installed packages and preferences. */
const OWN_LISTS = `Dir::State "$HERE/state";
Dir::State::Lists "$HERE/state/lists";
Dir::State::status "$HERE/status";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
`;

const OWN_SOURCES = `Dir::Etc::SourceList "$HERE/private.sources";
Dir::Etc::SourceParts "/dev/null";
`;

const architectureSettings = (architecture: string): string => `APT::Architecture "${architecture}";
#clear APT::Architectures;
APT::Architectures { "${architecture}"; };
`;

/** Makes the folder's settings. */
export function createApt(here: string, { environment, architecture, sources, ownLists }: AptOptions): Apt {
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'log']) {
    mkdirSync(join(here, folder), { recursive: true });
  }
  const settings = [
    SETTINGS,
    ...(ownLists ? [OWN_LISTS] : []),
    ...(sources === undefined ? [] : [OWN_SOURCES]),
    ...(architecture === undefined ? [] : [architectureSettings(architecture)]),
  ].join('');
  const configuration = join(here, 'apt.conf');
  writeFileSync(configuration, settings.replaceAll('$HERE', here));
  writeFileSync(join(here, 'status'), '');
  writeFileSync(join(here, 'private.sources'), sources ?? '');
  return {
    run(command, args, into = here) {
      const { status, error, stdout, stderr } = spawnSync(command, ['-qq', '-c', configuration, ...args], {
        cwd: into,
        encoding: 'utf8',
        env: { ...environment, LC_ALL: 'C' },
      });
      if (error !== undefined) throw new Error(`there is no ${command}`);
      const complaints = complaintsIn(stderr);
      if (status !== 0) throw new Error(complaints.join('\n') || `${command} ended with status ${status ?? 'unknown'}`);
      return { output: stdout, complaints };
    },
  };
}

/** "W: …" and "E: …", without the full stop that some have. */
function complaintsIn(said: string): readonly string[] {
  return said.split('\n').flatMap((line) => /^[EW]: (.*?)\.?$/.exec(line.trim())?.[1] ?? []);
}
