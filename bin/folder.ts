/** The folder that documents are written to. */
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

/** The project's own folders, except the place below reports/ where documents go. */
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
 * The absolute path of the folder, which is made if it is missing. Throws a user error if it cannot be written, or has
 * files that no earlier report wrote.
 */
export function outputFolder(path: string): string {
  if (path === '') throw userError('--out is empty: name a folder.');
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

/** Why no documents may be written there; undefined if they may. */
function whyNot(folder: string): string | undefined {
  if (folder === dirname(folder)) return 'is the root of the file system';
  const within = relative(PROJECT, folder);
  const [first = '', second] = within.split(sep);
  const isSource = SOURCES.includes(first) && !(first === 'reports' && second === 'out');
  if (within === '' || isSource) return "holds the project's own sources";
  if (look(folder)?.isDirectory() === false) return 'is not a folder';
  // A folder cannot be overwritten, and a pipe would block forever.
  const odd = FILE_NAMES.find((file) => look(join(folder, file))?.isFile() === false);
  if (odd !== undefined) return `has a ${odd} that is not a regular file`;
  const foreign = DOCUMENT_NAMES.find((document) => existsSync(join(folder, document)));
  return foreign === undefined || hasReport(folder) ? undefined : `has a file ${foreign} that no report wrote`;
}

/** The beginning of compliance.json shows who wrote it. */
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

/** One by one, because Node's recursive mkdir never returns on a file system that takes no folders, such as /proc. */
function make(folder: string): void {
  if (existsSync(folder)) return;
  make(dirname(folder));
  mkdirSync(folder);
}
