/**
 * Puts mutated code into this process in place of the files' own, which stay as they are, and chooses the mutant. Also
 * loaded by `node -r` in processes that tests start: then the environment names a file with the texts.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join, relative, resolve } from 'node:path';
import { TYPESCRIPT } from '../../engine/installation';
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

/** Of a process whose own processes have the same mutants. */
interface Shared {
  /** What they read when they start, and where they write which mutants they have reached. */
  readonly file: string;
  readonly reached: string;
  readonly mutation: Mutation;
}

let shared: Shared | undefined;

/** Activates these mutants and no others. */
export function activate(numbers: readonly number[]): void {
  activeNumbers = numbers;
  if (shared === undefined) return;
  const { file, reached, mutation } = shared;
  writeFileSync(file, JSON.stringify({ ...mutation, active: numbers, reached } satisfies Mutation));
}

/** The numbers of mutants that were reached since the last call, here and in processes that have ended since. */
export function takeReached(): readonly number[] {
  if (shared !== undefined && existsSync(shared.reached)) {
    for (const number of readFileSync(shared.reached, 'utf8').split(' ').filter(Boolean))
      reachedNumbers.add(Number(number));
    rmSync(shared.reached);
  }
  const taken = [...reachedNumbers];
  reachedNumbers.clear();
  return taken;
}

/** From now on, processes that this one starts have its mutants. `folder` is for what they read and write. */
export function share(mutation: Mutation, folder: string): void {
  shared = { file: join(folder, 'mutation.json'), reached: join(folder, 'reached'), mutation };
  activate(mutation.active ?? []);
  const preloaded = [TYPESCRIPT, __filename].map((file) => `-r ${JSON.stringify(file)}`);
  Object.assign(process.env, { NODE_OPTIONS: preloaded.join(' '), [VARIABLE]: shared.file });
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
