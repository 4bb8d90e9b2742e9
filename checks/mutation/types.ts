/** Whether mutated code compiles. If it does not, nobody can commit it, so it is no mutant. */
import { join } from 'node:path';
import ts from 'typescript';
import type { Sources } from '../imports';
import { changed, type Mutant } from './mutants';

function compilerOptions(project: string): ts.CompilerOptions {
  const file = join(project, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as { readonly config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, project, undefined, file).options;
}

/** Asks the compiler about the types of a mutant's own file. Faster if the mutants of a file come one after another. */
export function createTypeCheck(project: string, sources: Sources): (mutant: Mutant) => boolean {
  const options = compilerOptions(project);
  let current = { path: '', text: '', version: 0 };
  const textOf = (path: string): string | undefined => (path === current.path ? current.text : ts.sys.readFile(path));
  const service = ts.createLanguageService({
    getScriptFileNames: () => [current.path],
    getScriptVersion: (path) => (path === current.path ? String(current.version) : '0'),
    getScriptSnapshot(path) {
      const text = textOf(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => project,
    getCompilationSettings: () => options,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (path) => ts.sys.fileExists(path),
    readFile: textOf,
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
  });
  return (mutant) => {
    const text = changed(sources.get(mutant.file) ?? '', mutant);
    current = { path: join(project, mutant.file), text, version: current.version + 1 };
    return [service.getSyntacticDiagnostics(current.path), service.getSemanticDiagnostics(current.path)].every(
      (problems) => problems.length === 0,
    );
  };
}
