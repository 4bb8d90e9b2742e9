import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { cacheFolderOf, PROJECT } from './installation';

describe('TypeScript that was compiled before', () => {
  let folder = '';
  let project = '';
  /** What the script printed, and whether the compiler was loaded for it. */
  const runIn = (place: string, environment: Readonly<Record<string, string>> = {}): string => {
    const loader = join(place, 'engine', 'typescript.js');
    const script = `require(${JSON.stringify(join(place, 'say.ts'))});
      console.log(Object.keys(require.cache).some((file) => /ts-node/.test(file)) ? 'compiled' : 'kept');`;
    const env = { ...process.env, ...environment };
    return execFileSync(process.execPath, ['-r', loader, '-e', script], { encoding: 'utf8', env }).trim();
  };
  const create = (place: string): void => {
    mkdirSync(join(place, 'engine'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json', 'engine/typescript.js'])
      cpSync(join(PROJECT, file), join(place, file));
    symlinkSync(join(PROJECT, 'node_modules'), join(place, 'node_modules'));
    writeFileSync(join(place, 'say.ts'), "const word: string = 'one';\nconsole.log(word);\n");
  };
  const compiled = (): string => join(project, '.cache', 'compiled');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'typescript-'));
    project = join(folder, 'clone');
    create(project);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is not compiled again', () => {
    assert.equal(runIn(project), 'one\ncompiled');
    assert.equal(runIn(project), 'one\nkept');
  });

  test('is compiled again once it or the settings change, in the same place', () => {
    runIn(project);
    writeFileSync(join(project, 'say.ts'), "console.log('two' as string);\n");
    assert.equal(runIn(project), 'two\ncompiled');
    writeFileSync(join(project, 'package.json'), '{"name": "other"}');
    assert.equal(runIn(project), 'two\ncompiled');
    assert.equal(runIn(project), 'two\nkept');
    assert.equal(readdirSync(compiled()).length, 1);
  });

  test('is compiled again where it was not kept whole', () => {
    runIn(project);
    for (const name of readdirSync(compiled())) writeFileSync(join(compiled(), name), "console.log('bro");
    assert.equal(runIn(project), 'one\ncompiled');
  });

  test('is compiled each time where nothing can be kept', () => {
    writeFileSync(join(project, '.cache'), 'a file in the place of the folder');
    assert.equal(runIn(project), 'one\ncompiled');
    assert.equal(runIn(project), 'one\ncompiled');
  });

  test('is not kept for files of tests, outside the project and in its cache', () => {
    mkdirSync(join(project, '.cache', 'scratch'), { recursive: true });
    for (const file of [join(folder, 'outside.ts'), join(project, '.cache', 'scratch', 'inside.ts')])
      writeFileSync(file, 'export const one: number = 1;\n');
    writeFileSync(join(project, 'say.ts'), "import '../outside';\nimport './.cache/scratch/inside';\n");
    runIn(project);
    assert.equal(runIn(project), 'compiled');
    assert.equal(readdirSync(compiled()).length, 1);
  });

  test("of a package is kept in the user's cache", () => {
    const place = join(folder, 'node_modules', 'livepatch-conformance');
    create(place);
    const cache = join(folder, 'cache');
    assert.equal(runIn(place, { XDG_CACHE_HOME: cache }), 'one\ncompiled');
    assert.equal(runIn(place, { XDG_CACHE_HOME: cache }), 'one\nkept');
    assert.ok(existsSync(join(cacheFolderOf(place, { XDG_CACHE_HOME: cache }), 'compiled')));
    assert.ok(!existsSync(join(place, '.cache')));
  });

  test('shows its own lines in an error', () => {
    writeFileSync(
      join(project, 'say.ts'),
      "interface Gone {\n  a: 1;\n}\nconsole.log(new Error('x').stack?.split('\\n')[1]);\n",
    );
    for (const state of ['compiled', 'kept']) assert.match(runIn(project), new RegExp(`say\\.ts:4:13\\)?\n${state}$`));
  });
});
