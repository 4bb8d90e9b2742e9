/**
 * Puts mutated code into this process in place of the files' own, which stay as they are, and chooses the mutant. Also
 * loaded by `node -r` in processes that tests start: then the environment names a file with the texts.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { relative, resolve } from 'node:path';
import { isObject } from '../../engine/shape';

/** The function that mutated code calls with the number of a mutant, to ask whether it is active. */
export const SWITCH = '__mutant';
/** Names the file with the `Mutation` of the processes that tests start. */
export const VARIABLE = 'LIVEPATCH_MUTATION';

export interface Mutation {
  /** The folder that the paths of `texts` begin at. */
  readonly project: string;
  /** JavaScript by file. */
  readonly texts: Readonly<Record<string, string>>;
  readonly active?: readonly number[];
  /** A file that gets the numbers of the mutants that were reached. */
  readonly reached?: string | undefined;
}

type Loader = (module: { readonly _compile: (text: string, file: string) => void }, file: string) => void;

const isLoader = (value: unknown): value is Loader => typeof value === 'function';

let activeNumbers: readonly number[] = [];
const reachedNumbers = new Set<number>();

/** Activates these mutants and no others. */
export function activate(numbers: readonly number[]): void {
  activeNumbers = numbers;
}

/** The numbers of mutants that were reached since the last call. */
export function takeReached(): readonly number[] {
  const taken = [...reachedNumbers];
  reachedNumbers.clear();
  return taken;
}

/** From now on, Node loads these texts. */
export function install({ project, texts, active = [] }: Mutation): void {
  activate(active);
  const isActive = (number: number): boolean => {
    reachedNumbers.add(number);
    return activeNumbers.includes(number);
  };
  Object.assign(globalThis, { [SWITCH]: isActive });
  const extensions: unknown = Reflect.get(Module, '_extensions');
  if (!isObject(extensions)) throw new TypeError('Module: expected loaders by extension, got none');
  for (const extension of ['.ts', '.tsx']) {
    const own = extensions[extension];
    if (!isLoader(own)) throw new TypeError(`Module: expected a loader of ${extension}, got none`);
    const load: Loader = (module, file) => {
      const text = texts[relative(project, file)];
      if (text === undefined) own(module, file);
      else module._compile(text, file);
    };
    Object.assign(extensions, { [extension]: load });
  }
}

const named = process.env[VARIABLE];
if (named !== undefined) {
  const mutation = JSON.parse(readFileSync(resolve(named), 'utf8')) as Mutation;
  install(mutation);
  const { reached } = mutation;
  if (reached !== undefined) process.on('exit', () => appendFileSync(reached, `${takeReached().join(' ')} `));
}
