/** The command that runs one scenario again, in a form that the reader can call. */
import { relative, resolve } from 'node:path';
import type { Scenario } from './model';

/** What such a command depends on. */
export interface Again {
  /** How the command is called. */
  readonly program: string;
  /** The folder that a report's feature paths are relative to. */
  readonly project: string;
  /** The reader's working folder. */
  readonly folder: string;
  /** By run key: the options that make such a run. For other runs they are made from the report. */
  readonly commands: Readonly<Record<string, string>>;
}

/** Words that need no quotes. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`);

/** The words, quoted for a shell. */
export const shellWords = (words: readonly string[]): string => words.map(quoted).join(' ');

/** A report made from messages alone does not know the path of a Xen's xen-syms. */
function optionsOf({ label, revision, key, isOfTool }: Scenario['run'], commands: Again['commands']): string {
  const known = Object.hasOwn(commands, key) ? commands[key] : undefined;
  if (known !== undefined) return known;
  if (isOfTool === true) return `--tool TOOL --label ${quoted(label)}`;
  return label === 'reference'
    ? `--target reference --revision ${revision ?? 'all'}`
    : `--target xen --hypervisor XEN-SYMS --label ${quoted(label)}`;
}

export function againOf({ run, uri, line }: Pick<Scenario, 'run' | 'uri' | 'line'>, again: Again): string {
  const { program, project, folder, commands } = again;
  const path = relative(folder, resolve(project, uri));
  return `${program} run ${optionsOf(run, commands)} ${quoted(`${path}:${line}`)}`;
}
