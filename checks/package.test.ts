/** What `npm pack` puts into the package: what the commands need, and no more. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { before, describe, it } from 'node:test';
import { dependencies } from '../package.json';
import { groupBy } from '../reports/lists';
import { importsOf, readSources, type Sources } from './imports';
import { PROJECT } from './lanes';

/** Where processes of the command begin; Cucumber loads the steps. */
const ENTRIES = [
  ...['bin/cli.ts', 'bin/runner.ts', 'bin/reporter.ts'],
  ...['engine/check/judge-child.ts', 'engine/fuzz/fuzz-child.ts'],
];
const isSteps = (file: string): boolean =>
  file.startsWith('steps/') && !/\.(test|fixtures)\.ts$|\/testdata\//.test(file);
/** What ts-node loads by itself, and what the launcher loads. */
const LOADERS = ['@cspotcode/source-map-support', '@swc/core', 'ts-node', 'typescript'];

/** All that the files import, by way of others as well. */
function closureOf(files: readonly string[], sources: Sources): ReadonlySet<string> {
  const imports = groupBy(importsOf(sources), ({ from }) => from);
  const reached = new Set(files);
  for (const file of reached) for (const { to } of imports.get(file) ?? []) reached.add(to);
  return reached;
}

/** Packages that a file loads when it runs, not those of which it has types only. */
function packagesIn(file: string, text: string): readonly string[] {
  const imports = text.matchAll(/^import\s+(?!type\b)([^;]*?)\s+from\s+'(@[^'/]+\/[^'/]+|[^'/.@][^'/]*)[^']*'/gm);
  const loaded = [...imports].flatMap(([, clause = '', name = '']) => {
    const values = clause.replace(/[{}]/g, '').split(',');
    return values.every((value) => /^\s*(type\b.*)?$/.test(value)) ? [] : [name];
  });
  // What JSX is compiled to.
  return [...loaded, ...(file.endsWith('.tsx') ? ['preact'] : [])].filter((name) => !name.startsWith('node:'));
}

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

describe('the package', () => {
  const sources = readSources(PROJECT);
  const needed = closureOf([...ENTRIES, ...[...sources.keys()].filter(isSteps)], sources);
  let packed: readonly string[] = [];

  before(() => {
    const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: PROJECT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [own] = JSON.parse(said) as readonly Packed[];
    packed = own?.files.map(({ path }) => path) ?? [];
  });

  it('has each source that the commands load, and no other', () => {
    const code = packed.filter((path) => /\.tsx?$/.test(path));
    assert.deepEqual(
      code.filter((path) => !needed.has(path)),
      [],
      'needed by no command',
    );
    assert.deepEqual(
      [...needed].filter((path) => !code.includes(path)),
      [],
      'missing in the package',
    );
  });

  it('depends on the packages that its sources load, and on no other', () => {
    const loaded = [...needed].flatMap((file) => packagesIn(file, sources.get(file) ?? ''));
    assert.deepEqual([...new Set([...loaded, ...LOADERS])].sort(), Object.keys(dependencies).sort());
  });

  it('has what its documents link to', () => {
    const links = packed
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => {
        const text = readFileSync(join(PROJECT, path), 'utf8');
        return [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) =>
          posix.join(posix.dirname(path), link),
        );
      });
    const isThere = (link: string): boolean =>
      existsSync(join(PROJECT, link)) && packed.some((path) => path === link || path.startsWith(posix.join(link, '/')));
    assert.deepEqual(
      [...new Set(links)].filter((link) => !isThere(link)),
      [],
    );
  });

  it('has nothing that only development needs', () => {
    const foreign = packed.filter((path) => /\.test\.|testdata\/|^(\.|checks\/|bench\/|fidelity\/)/.test(path));
    assert.deepEqual(foreign, []);
  });
});
