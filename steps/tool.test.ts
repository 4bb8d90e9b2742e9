/**
 * Bugs that xen-livepatch once had are put back into it, by a script around it or in a copy of it. Each is noticed by a
 * scenario with the bug's tag. The steps run one by one, without the runner.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Pickle, PickleStep } from '@cucumber/messages';
import { wordBytes } from '../engine/bytes';
import { findTool, toolCommand, type Tool } from '../engine/client';
import { createReference, type Reference } from '../engine/reference';
import { isUserError } from '../engine/user-error';
import { Mismatch } from './expect';
import { definitionOf, definitionsAtHand, execute, isAboutTool, picklesOf, type Definition } from './play.fixtures';
import { createScene, ownVersions, type Scene } from './scene';

const PROJECT = join(__dirname, '..');
const FEATURES = join(PROJECT, 'features', 'toolstack');

const ALL: readonly Pickle[] = readdirSync(FEATURES).flatMap((file) =>
  picklesOf(readFileSync(join(FEATURES, file), 'utf8')),
);
const withTag = (tag: string): readonly Pickle[] =>
  ALL.filter(({ tags }) => tags.some(({ name }) => name === `@${tag}`));

/** The tool that the tests are about; or the sentence that says why it cannot be had. */
function toolAtHand(): Tool | string {
  try {
    return findTool('debian-12', () => undefined);
  } catch (error) {
    if (isUserError(error)) return error.message;
    throw error;
  }
}

/** A bug: a shell script around the tool, which its function `tool` calls, and what replaces bytes of the tool. */
interface Bug {
  readonly tag: string;
  readonly was: string;
  readonly script: string;
  readonly patch?: { readonly from: Buffer; readonly to: Buffer };
}

/** Scripts that run the tool as it should be: Debian 12's takes incomplete commands, which bug-52 is about. */
const EXACT = `case "$1" in
  help|list|upload|load|apply|revert|unload|replace|'') ;;
  *) [ -z "$1" ] || { echo "Unrecognised command '$1' -- try 'xen-livepatch help'" >&2; exit 1; } ;;
esac
`;
const HONEST = `${EXACT}tool "$@"`;

/** The 30 ms that the tool's code has as a number. */
const TIME = Buffer.from(wordBytes(30_000_000n, 4));

const BUGS: readonly Bug[] = [
  {
    tag: 'bug-18',
    was: 'the state that it is to be in afterwards was printed as the one that it has to be in',
    script: `${EXACT}tool "$@" 2>said; status=$?; sed 's/^Expected state: CHECKED/Expected state: unknown/' said >&2; exit $status`,
  },
  {
    tag: 'bug-20',
    was: 'the default time was asked for',
    script: HONEST,
    patch: { from: TIME, to: Buffer.alloc(TIME.length) },
  },
  {
    tag: 'bug-20',
    was: 'what had not ended was asked for again',
    script: `${EXACT}tool "$@"; status=$?; [ $status != 2 ] || { tool "$@"; status=$?; }; exit $status`,
  },
  {
    tag: 'bug-21',
    was: 'a time-out had the status of a failure',
    script: `${EXACT}tool "$@"; status=$?; [ $status != 2 ] || exit 1; exit $status`,
  },
  { tag: 'bug-52', was: 'the beginning of a command was taken for it', script: 'tool "$@"' },
  {
    tag: 'bug-53',
    was: 'each first word was taken for --force',
    script: `[ $# -gt 1 ] || { tool help; exit 1; }; shift; ${HONEST}`,
  },
];

const own = toolAtHand();
const skip = typeof own === 'string' ? own : false;

describe('bugs of the tool', { skip }, () => {
  let reference: Reference;
  let definitions: readonly Definition[];
  let folder: string;
  before(async () => {
    reference = createReference({ revision: 2, forgotten: new Set(['list-stated-room']) });
    definitions = await definitionsAtHand();
    folder = mkdtempSync(join(tmpdir(), 'livepatch-bugs-'));
  });
  after(() => {
    reference.close();
    rmSync(folder, { recursive: true });
  });

  /** The real tool, or a copy with other bytes. */
  function real(patch: Bug['patch']): Tool {
    assert.ok(typeof own !== 'string');
    if (patch === undefined) return own;
    const bytes = readFileSync(own.path);
    const at = bytes.indexOf(patch.from);
    assert.ok(at > 0 && bytes.indexOf(patch.from, at + 1) < 0, 'the bytes are there once');
    patch.to.copy(bytes, at);
    const path = join(folder, 'copy');
    writeFileSync(path, bytes, { mode: 0o700 });
    return { ...own, path };
  }

  /** A tool that is a script around it. */
  function wrapped(script: string, patch?: Bug['patch']): Tool {
    const path = join(folder, 'wrapper');
    const words = toolCommand(real(patch), '')
      .words.map((word) => `'${word}'`)
      .join(' ');
    writeFileSync(path, `#!/bin/sh\nexport LD_PRELOAD=\ntool() { ${words} "$@"; }\n${script}\n`, { mode: 0o700 });
    return { name: 'xen-livepatch 4.17.7', path };
  }

  /** What the step says if it does not find what it is to find. */
  async function mismatchOf(scene: Scene, step: PickleStep): Promise<string | undefined> {
    try {
      await execute(definitions, { scene, attach: () => undefined }, step);
      return undefined;
    } catch (error) {
      if (error instanceof Mismatch) return error.message;
      throw error;
    }
  }

  /** The text of the step that fails, and what it says; undefined if none does. */
  async function play(
    { steps }: Pickle,
    tool: Tool,
  ): Promise<{ readonly text: string; readonly said: string } | undefined> {
    reference.reset();
    reference.log();
    const scene = createScene(reference, ownVersions(reference), false, tool);
    try {
      for (const step of steps) {
        const said = await mismatchOf(scene, step);
        if (said !== undefined) return { text: step.text, said };
      }
    } finally {
      await scene.session?.close();
    }
    return undefined;
  }

  for (const { tag, was, script, patch } of BUGS)
    it(`are noticed: ${tag}, ${was}`, async () => {
      const scenarios = withTag(tag);
      const failures: string[] = [];
      for (const scenario of scenarios) {
        assert.equal(await play(scenario, wrapped(HONEST)), undefined, scenario.name);
        const failed = await play(scenario, wrapped(script, patch));
        if (failed !== undefined) failures.push(scenario.name);
      }
      assert.notDeepEqual(failures, []);
    });

  const lies = picklesOf(readFileSync(join(__dirname, 'testdata', 'tool.feature'), 'utf8'));
  for (const scenario of lies)
    it(`has a step that notices: ${scenario.name}`, async () => {
      assert.equal((await play(scenario, wrapped(HONEST)))?.text, scenario.steps.at(-1)?.text);
    });

  it('says what was expected and found, in the words of testdata/tool-mismatches.txt', async () => {
    const told: string[] = [];
    for (const scenario of lies) told.push(scenario.name, `  ${(await play(scenario, wrapped(HONEST)))?.said ?? ''}`);
    const text = `${told.join('\n')}\n`;
    const file = join(__dirname, 'testdata', 'tool-mismatches.txt');
    if (process.env['GOLDEN'] === 'write') writeFileSync(file, text);
    assert.deepEqual(text.split('\n'), readFileSync(file, 'utf8').split('\n'));
  });

  it('has a scenario here for each step that compares', () => {
    const tried = new Set(lies.map(({ steps }) => definitionOf(definitions, steps.at(-1)?.text ?? '').pattern));
    const own = definitions.filter(({ keyword, pattern }) => keyword === 'Then' && isAboutTool(pattern));
    assert.deepEqual(
      own.map(({ pattern }) => pattern).filter((pattern) => !tried.has(pattern)),
      [],
    );
  });
});
