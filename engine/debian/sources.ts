/**
 * Where Debian's archive is: the sources that this machine's apt uses, asked for another suite, or a mirror that the
 * user names. The project itself knows no archive's address.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { userError } from '../user-error';

/** The environment variable that names mirrors of Debian. */
export const SOURCE_VARIABLE = 'LIVEPATCH_DEBIAN_SOURCE';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An entry of apt's sources. */
interface Source {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** All its other fields, such as "Signed-By", in the form of a .sources file. */
  readonly options: readonly string[];
}

/** Debian's own names for its releases; a suite is one of these, alone or with one of the endings. */
const RELEASES = [
  ...['buster', 'bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'],
  ...['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'],
];
const SUITE = new RegExp(`^(?:${RELEASES.join('|')})(-updates|-security|/updates)?/?$`);

/** Fields that are written again, or that only matter to a whole system. */
const OWN_FIELDS = ['types', 'uris', 'suites', 'components', 'enabled'];
const DROPPED_FIELDS = [
  ...['architectures', 'arch', 'languages', 'lang', 'targets', 'target', 'pdiffs'],
  ...['description', 'x-repolib-name'],
];

const words = (text = ''): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** The fields of one stanza by their lower-case names; a value may continue in indented lines. */
function fieldsOf(stanza: string): ReadonlyMap<string, string> {
  const fields = [...stanza.matchAll(/^([\w-]+):(.*(?:\n[ \t].*)*)/gm)];
  return new Map(fields.map(([, name = '', value = '']) => [name.toLowerCase(), value]));
}

/** The entries of a .sources file. */
function parseStanzas(text: string): readonly Source[] {
  const stanzas = text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/);
  return stanzas.map(fieldsOf).flatMap((fields) => {
    if (/^\s*(no|false|0)\s*$/i.test(fields.get('enabled') ?? '')) return [];
    const [types = [], uris = [], suites = [], components = []] = OWN_FIELDS.map((name) => words(fields.get(name)));
    const others = [...fields].filter(([name]) => !OWN_FIELDS.includes(name) && !DROPPED_FIELDS.includes(name));
    return [{ types, uris, suites, components, options: others.map(([name, value]) => `${name}:${value}`) }];
  });
}

/** The entries of a .list file: "deb [signed-by=/key.gpg arch=amd64] URI SUITE COMPONENT…". */
function parseLines(text: string): readonly Source[] {
  const lines = text.matchAll(/^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s*)?([^\s[]+)\s+(\S+)([^#\n]*)/gm);
  return [...lines].map(([, type = '', options, uri = '', suite = '', components]) => ({
    types: [type],
    uris: [uri],
    suites: [suite],
    components: words(components),
    options: words(options)
      .filter((option) => !DROPPED_FIELDS.includes(option.replace(/[+-]?=.*/, '')))
      .map((option) => option.replace('=', ': ')),
  }));
}

/** Paths that apt of this machine uses. */
interface AptPlaces {
  /** The file sources.list. */
  readonly list: string;
  /** The folder sources.list.d. */
  readonly parts: string;
  /** The folder with the package lists. */
  readonly lists: string;
}

/** Where apt of this machine looks; undefined if there is no apt. */
export function aptPlaces(environment: Environment): AptPlaces | undefined {
  const asked = ['list', 'Dir::Etc::sourcelist/f', 'parts', 'Dir::Etc::sourceparts/d', 'lists', 'Dir::State::lists/d'];
  const { error, stdout } = spawnSync('apt-config', ['shell', ...asked], { encoding: 'utf8', env: { ...environment } });
  if (error !== undefined) return undefined;
  const answers = new Map([...stdout.matchAll(/^(\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value ?? '']));
  const [list = '', parts = '', lists = ''] = ['list', 'parts', 'lists'].map((name) => answers.get(name));
  return { list, parts, lists };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function systemSources(environment: Environment): readonly Source[] {
  const places = aptPlaces(environment);
  if (places === undefined) return [];
  const { list, parts } = places;
  const files = existsSync(parts) ? readdirSync(parts).sort() : [];
  return [
    ...parseLines(readIfThere(list)),
    ...files.filter((file) => file.endsWith('.list')).flatMap((file) => parseLines(readIfThere(join(parts, file)))),
    ...files
      .filter((file) => file.endsWith('.sources'))
      .flatMap((file) => parseStanzas(readIfThere(join(parts, file)))),
  ];
}

/**
 * The suite that corresponds to one of the system's: "trixie-security" to "bookworm-security"; undefined: it is not
 * Debian's.
 */
function correspondingSuite(own: string, suite: string): string | undefined {
  const [found, ending = ''] = SUITE.exec(own) ?? [];
  return found === undefined ? undefined : suite + ending.replace('/updates', '-security');
}

const stanza = (uris: readonly string[], suites: readonly string[], options: readonly string[]): string =>
  [`Types: deb`, `URIs: ${uris.join(' ')}`, `Suites: ${suites.join(' ')}`, 'Components: main', ...options, ''].join(
    '\n',
  );

/** Debian's keys, where the system has them; else the keys decide that apt trusts anyway. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Mirrors that the user named; one whose last folder says "security" has the security updates. */
function namedSources(named: string, suite: string): readonly string[] {
  const options = existsSync(KEYRING) ? [`Signed-By: ${KEYRING}`] : [];
  return named.split(/[\s,]+/).map((uri) => {
    if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(uri))
      throw userError(
        `${SOURCE_VARIABLE} or --debian-source names ${uri}, which is not a URI: name a mirror of Debian.`,
      );
    const isSecurity = /security[^/]*\/?$/.test(uri);
    return stanza([uri], isSecurity ? [`${suite}-security`] : [suite, `${suite}-updates`], options);
  });
}

/**
 * The text of a .sources file for a suite of Debian ("trixie"), with its updates and security updates where the
 * system's sources have theirs; empty if neither the system nor the user has a source of Debian's. Throws a user
 * error where what the user named is not a URI.
 */
export function debianSources(suite: string, environment: Environment): string {
  const named = (environment[SOURCE_VARIABLE] ?? '').trim();
  if (named !== '') return namedSources(named, suite).join('\n');
  return systemSources(environment)
    .filter(({ types, components }) => types.includes('deb') && components.includes('main'))
    .flatMap(({ uris, suites, options }) => {
      const wanted = new Set(suites.flatMap((own) => correspondingSuite(own, suite) ?? []));
      return wanted.size === 0 ? [] : [stanza(uris, [...wanted], options)];
    })
    .join('\n');
}
