/** The command that runs one scenario again, as its reader can call it. */
import { relative, resolve } from 'node:path';
import type { Scenario } from './model';

/** What a reader's command line has to know. */
export interface Again {
  /** How the command is called. */
  readonly program: string;
  /** The folder from which a report names features. */
  readonly project: string;
  /** The folder that the reader is in. */
  readonly folder: string;
  /** By run key, the options that make such a run; of others, what the report knows of them. */
  readonly commands: Readonly<Record<string, string>>;
}

/** What is typed as it is; all else stands in quotes. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`);

/** The words as a shell takes them. */
export const shellWords = (words: readonly string[]): string => words.map(quoted).join(' ');

/** A report of messages alone does not know where a Xen's xen-syms is. */
function optionsOf({ label, revision, key }: Scenario['run'], commands: Again['commands']): string {
  const known = Object.hasOwn(commands, key) ? commands[key] : undefined;
  if (known !== undefined) return known;
  return label === 'reference'
    ? `--target reference --revision ${revision ?? 'all'}`
    : `--target xen --hypervisor XEN-SYMS --label ${quoted(label)}`;
}

export function againOf({ run, uri, line }: Pick<Scenario, 'run' | 'uri' | 'line'>, again: Again): string {
  const { program, project, folder, commands } = again;
  const path = relative(folder, resolve(project, uri));
  return `${program} run ${optionsOf(run, commands)} ${quoted(`${path}:${line}`)}`;
}
