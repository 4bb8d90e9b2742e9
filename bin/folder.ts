/** The folder that documents go to. */
import {
  type Stats,
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PROJECT } from '../engine/installation';
import { isUserError, reasonOf, userError } from '../engine/user-error';
import { name } from '../package.json';
import { DOCUMENT_NAMES } from '../reports';

/** The project's own folders, but for the place below reports/ where documents go. */
const SOURCES = [
  'bench',
  'bin',
  'checks',
  'docs',
  'engine',
  'features',
  'fidelity',
  'node_modules',
  'payloads',
  'reports',
  'steps',
];

/**
 * The absolute path of a folder that is there and can be written, and has no documents but an earlier report's. Throws
 * a user error where it is not to be had.
 */
export function outputFolder(path: string): string {
  if (path === '') throw userError('--out names no folder: give it a name.');
  const folder = resolve(path);
  try {
    const why = whyNot(folder);
    if (why !== undefined) throw userError(`The folder ${path} ${why}: name another with --out.`);
    make(folder);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    if (isUserError(error)) throw error;
    throw userError(`The folder ${path} cannot be written (${reasonOf(error)}): name another with --out.`);
  }
}

/** The files that are written there. */
const FILE_NAMES = [...DOCUMENT_NAMES, 'messages.ndjson'];

const look = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** Why documents do not belong there, or undefined. */
function whyNot(folder: string): string | undefined {
  if (folder === dirname(folder)) return 'is the root of the file system';
  const within = relative(PROJECT, folder);
  const [first = '', second] = within.split(sep);
  const isSource = SOURCES.includes(first) && !(first === 'reports' && second === 'out');
  if (within === '' || isSource) return "holds the project's own sources";
  if (look(folder)?.isDirectory() === false) return 'is no folder';
  // A folder cannot be written over, and a pipe would be waited for without end.
  const odd = FILE_NAMES.find((file) => look(join(folder, file))?.isFile() === false);
  if (odd !== undefined) return `has something of the name ${odd} that is no regular file`;
  const foreign = DOCUMENT_NAMES.find((document) => existsSync(join(folder, document)));
  return foreign === undefined || hasReport(folder) ? undefined : `has a file ${foreign} that is no report's`;
}

/** Enough of compliance.json to see whose it is. */
const HEAD = 256;

function hasReport(folder: string): boolean {
  const file = join(folder, 'compliance.json');
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    readSync(descriptor, head);
    return new RegExp(`^\\{\\s*("format": \\d+,\\s*)?"suite": \\{\\s*"name": "${name}"`).test(head.toString('utf8'));
  } finally {
    closeSync(descriptor);
  }
}

/** One by one, since Node's recursive mkdir never returns where a file system has no room for folders, as /proc. */
function make(folder: string): void {
  if (existsSync(folder)) return;
  make(dirname(folder));
  mkdirSync(folder);
}
