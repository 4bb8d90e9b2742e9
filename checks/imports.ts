/** Who imports whom in the project. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { preProcessFile } from 'typescript';

/** The text of each TypeScript file, by its path in the project. */
export type Sources = ReadonlyMap<string, string>;

/** An import of one file of the project by another. */
export interface Import {
  readonly from: string;
  readonly line: number;
  readonly to: string;
}

/** The imports between files of the project. Imports of packages and of other kinds of files are ignored. */
export function importsOf(sources: Sources): readonly Import[] {
  const fileOf = (path: string): string | undefined =>
    ['.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => `${path}${end}`).find((file) => sources.has(file));
  return [...sources].flatMap(([from, text]) =>
    preProcessFile(text).importedFiles.flatMap(({ fileName, pos }): readonly Import[] => {
      const to = fileName.startsWith('.') ? fileOf(posix.join(posix.dirname(from), fileName)) : undefined;
      return to === undefined ? [] : [{ from, line: text.slice(0, pos).split('\n').length, to }];
    }),
  );
}

/** All TypeScript files of a project's folders, except hidden and installed ones. */
export function readSources(project: string): Sources {
  const folders = readdirSync(project, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => name);
  const files = folders.flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((file) => posix.join(folder, file)),
  );
  return new Map(
    files
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
      .map((file) => [file, readFileSync(join(project, file), 'utf8')]),
  );
}
