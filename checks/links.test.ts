/** Links and commands in the documents: what they name is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { groupBy } from '../reports/lists';
import { PROJECT } from './lanes';

const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const filesIn = (folder: string, end: string): readonly string[] =>
  readdirSync(join(PROJECT, folder))
    .filter((file) => file.endsWith(end))
    .map((file) => join(folder, file));

const DOCUMENTS = [...filesIn('.', '.md'), ...filesIn('docs', '.md'), 'features/VOCABULARY.md'];
const RECIPES = filesIn('docs/ci', '.yml');

/** A heading as GitHub makes an anchor of it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsIn = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

interface Call {
  readonly command: string;
  readonly options: readonly string[];
  readonly file: string;
}

const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)];

/** Calls of the command in a document, or in the scripts of a recipe. */
function callsIn(file: string): readonly Call[] {
  const text = file.endsWith('.yml') ? textsIn(parse(read(file))).join('\n') : read(file);
  return [...text.matchAll(/(?:bin\/|npx |\$ )livepatch-conformance ([a-z]+)([^\n`|;&>]*)/g)].map(
    ([, command = '', rest = '']) => ({ command, options: rest.match(/--[a-z-]+/g) ?? [], file }),
  );
}

function optionsOf(command: string): readonly string[] {
  const call = [join(PROJECT, 'bin', 'livepatch-conformance'), command, '--help'];
  const { status, stdout } = spawnSync(process.execPath, call, { encoding: 'utf8' });
  // The help of all commands is the answer to one that there is not.
  assert.ok(status === 0 && stdout.includes(`livepatch-conformance ${command} `), `there is no command ${command}`);
  return stdout.match(/^ +(-\w, )?(--[a-z-]+)/gm)?.map((option) => option.replace(/^.*?--/, '--')) ?? [];
}

describe('the documents', () => {
  for (const file of DOCUMENTS)
    it(`${file} links to what is there`, () => {
      const links = [...read(file).matchAll(/\]\(([^)\s:]*)\)/g)].map(([, link = '']) => link);
      const dead = links.filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? file : join(dirname(file), path);
        if (!existsSync(join(PROJECT, target))) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchorsIn(target).includes(anchor);
      });
      assert.deepEqual(dead, []);
    });

  it('call commands, with options, that there are', () => {
    const calls = [...DOCUMENTS, ...RECIPES].flatMap(callsIn);
    assert.notEqual(calls.length, 0);
    for (const [command, own] of groupBy(calls, (call) => call.command)) {
      const known = optionsOf(command);
      const unknown = own.flatMap(({ file, options }) =>
        options.filter((option) => !known.includes(option)).map((option) => `${file}: ${command} ${option}`),
      );
      assert.deepEqual(unknown, []);
    }
  });

  it('give recipes for CI that parse, and of which each calls the command', () => {
    assert.deepEqual(RECIPES, ['docs/ci/github.yml', 'docs/ci/gitlab.yml']);
    for (const file of RECIPES) {
      const recipe: unknown = parse(read(file));
      assert.ok(typeof recipe === 'object' && recipe !== null, file);
      assert.notEqual(callsIn(file).length, 0, file);
    }
  });
});
