/** How a report's lines look on this terminal, and which commands they contain. */
import { join, relative } from 'node:path';
import { PROJECT } from '../engine/installation';
import { shellWords } from '../reports/again';
import type { Terminal } from '../reports/summary';
import type { RunParameters } from '../steps/scene';

/** As the command line has it. */
export interface ColourOption {
  /** False: no colour. Default: colour on a terminal, unless the environment has NO_COLOR. */
  readonly color?: boolean;
}

/** Whether what is printed is coloured. */
export const isColoured = ({ color = true }: ColourOption): boolean =>
  color && process.stdout.isTTY && process.stdout.hasColors();

/** How this command is called: by its path, if that is short. */
function programName(): string {
  const path = relative(process.cwd(), join(__dirname, 'livepatch-conformance'));
  return path.startsWith('..') ? 'livepatch-conformance' : path;
}

/** The options that make this run. */
function optionsFor(run: RunParameters): readonly string[] {
  const { target, revision, label, hypervisor, connect, tool, forgets = [] } = run;
  const path = (file: string): string => relative(process.cwd(), file);
  if (tool !== undefined) {
    const driven = hypervisor === undefined ? [] : ['--hypervisor', path(hypervisor)];
    return ['--tool', path(tool.path), ...driven, '--label', label];
  }
  return [
    '--target',
    target,
    ...(hypervisor === undefined
      ? ['--revision', String(revision)]
      : ['--hypervisor', path(hypervisor), '--label', label]),
    ...(connect === undefined ? [] : ['--connect', connect]),
    ...forgets.flatMap((rule) => ['--forget', rule]),
  ];
}

/** `runs`: by key. For other runs, the lines contain what the report knows. */
export function terminalFor(
  options: ColourOption,
  runs: ReadonlyMap<string, RunParameters> = new Map(),
  project = PROJECT,
): Terminal {
  const { GITHUB_ACTIONS, GITHUB_WORKSPACE } = process.env;
  const commands = Object.fromEntries([...runs].map(([key, run]) => [key, shellWords(optionsFor(run))]));
  return {
    colour: isColoured(options),
    program: programName(),
    project,
    folder: process.cwd(),
    commands,
    ...(GITHUB_ACTIONS === 'true' && { workspace: GITHUB_WORKSPACE ?? process.cwd() }),
  };
}
