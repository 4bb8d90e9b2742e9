import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isUserError, userError } from '../../engine/user-error';
import { showProgress } from '../progress';
import type { XenAtHand } from '../runs';
import { type RunOptions, run } from './run';

const PROJECT = resolve(__dirname, '../..');

const STEPS = `
import { Given } from '@cucumber/cucumber';
Given('all is well', function () {
  const { target, hypervisor } = this.parameters;
  if (target !== (hypervisor === undefined ? 'reference' : 'xen')) throw new Error('no target');
});
Given('it fails', () => { throw new Error('it failed'); });
Given('Ctrl-C is pressed', () => { process.kill(process.pid, 'SIGINT'); });
Given('it takes a while', () => { for (const end = performance.now() + 100; performance.now() < end;); });
`;

const FEATURE = `Feature: scratch
  Scenario: good
    Given all is well

  @revision-2
  Scenario: of the second revision
    Given all is well

  @bad
  Scenario: bad
    Given it fails

  @unwritten
  Scenario: unwritten
    Given nobody wrote this

  @stop
  Scenario: stop
    Given Ctrl-C is pressed

  @stop
  Scenario Outline: long
    Given it takes a while
    Examples:
      | time |
      | 1    |
      | 2    |
      | 3    |

  Scenario: last
    Given all is well
`;

interface Scratch {
  readonly project: string;
  readonly out: string;
  readonly run: (options?: Partial<RunOptions>, features?: readonly string[]) => Promise<number>;
  /** What was shown. */
  readonly lines: string[];
  /** Number of scenarios whose end is in the message file. */
  readonly recorded: () => number;
}

/** As if there were one file, and nothing to be fetched. */
function provideXen(name: string): XenAtHand {
  if (name === 'xen-syms') return { file: name, revision: 2, name: 'Xen 4.18.0 (xen-syms)' };
  throw userError(name.startsWith('debian-') ? 'it cannot be fetched' : `${name} is no Xen`);
}

/** A project with one feature. Inside the real one, since that is where its steps find Cucumber. */
function scratch(context: TestContext): Scratch {
  mkdirSync(join(PROJECT, '.cache'), { recursive: true });
  const project = mkdtempSync(join(PROJECT, '.cache', 'scratch-'));
  context.after(() => {
    rmSync(project, { recursive: true });
  });
  mkdirSync(join(project, 'steps'));
  mkdirSync(join(project, 'features'));
  writeFileSync(join(project, 'cucumber.json'), readFileSync(join(PROJECT, 'cucumber.json')));
  writeFileSync(join(project, 'steps', 'steps.ts'), STEPS);
  writeFileSync(join(project, 'features', 'a.feature'), FEATURE);
  // Node loads a file once; here several runs of one process need their hook.
  Reflect.deleteProperty(require.cache, require.resolve('../interruptible'));
  const out = join(project, 'out');
  const lines: string[] = [];
  const progress = showProgress({ write: (text) => lines.push(text), interactive: false, columns: 80 });
  return {
    project,
    out,
    lines,
    run: (options, features = []) =>
      run(
        features,
        { target: 'reference', revision: 'all', out, ...options },
        { project, progress, provide: () => undefined, provideXen },
      ),
    recorded: () => readFileSync(join(out, 'messages.ndjson'), 'utf8').split('"testCaseFinished"').length - 1,
  };
}

test('each revision runs its own scenarios, and the report says that all is well', async (context) => {
  const { run, lines, recorded, out } = scratch(context);
  assert.equal(await run({ tags: 'not @bad and not @unwritten and not @stop' }), 0);
  assert.match(lines[0] ?? '', /^reference\/1: 2 passed, 0 not passed, 0 skipped of 2 scenarios/);
  assert.match(lines[1] ?? '', /^reference\/2: 3 passed, 0 not passed, 0 skipped of 3 scenarios/);
  assert.equal(recorded(), 5);
  assert.ok(existsSync(join(out, 'index.html')));
  assert.ok(existsSync(join(out, 'allure-results')));
});

test('results for Allure can be left out', async (context) => {
  const { run, out } = scratch(context);
  assert.equal(await run({ tags: 'not @bad and not @unwritten and not @stop', allure: false }), 0);
  assert.ok(!existsSync(join(out, 'allure-results')));
});

test('all targets are run, a Xen in the revision that it speaks', async (context) => {
  const { run, lines } = scratch(context);
  const tags = 'not @bad and not @unwritten and not @stop';
  assert.equal(await run({ target: 'all', hypervisor: 'xen-syms', tags }), 0);
  assert.match(lines[2] ?? '', /^xen\/2: 3 passed, 0 not passed, 0 skipped of 3 scenarios/);
});

test('a Xen that nobody named and that cannot be had is left out, with a notice', async (context) => {
  const { run, lines } = scratch(context);
  assert.equal(await run({ target: 'all', tags: 'not @bad and not @unwritten and not @stop' }), 0);
  for (const [index, release] of ['debian-11', 'debian-12', 'debian-13'].entries())
    assert.match(lines[index] ?? '', new RegExp(`^${release} is left out: it cannot be fetched`));
  assert.match(lines[3] ?? '', /^reference\/1: 2 passed/);
});

test('Xens that nobody named are not even looked for where they would not be run', async (context) => {
  const { run, lines } = scratch(context);
  assert.equal(await run({ target: 'all', revision: '1', tags: 'not @bad and not @unwritten and not @stop' }), 0);
  assert.match(lines[0] ?? '', /^Debian's Xens are left out: they speak revision 2/);
  assert.match(lines[1] ?? '', /^reference\/1: 2 passed/);
});

for (const tag of ['@bad', '@unwritten']) {
  test(`a scenario that is ${tag} makes the status 1`, async (context) => {
    const { run, lines } = scratch(context);
    assert.equal(await run({ tags: tag, revision: '1' }), 1);
    assert.match(lines[0] ?? '', /^reference\/1: 0 passed, 1 not passed/);
  });
}

test("without tags, too, a revision leaves out the other's scenarios", async (context) => {
  const { run, project } = scratch(context);
  const line = FEATURE.split('\n').findIndex((text) => text.includes('@revision-2')) + 2;
  const feature = `${join(project, 'features', 'a.feature')}:${line}`;
  await assert.rejects(run({ revision: '1' }, [feature]), /No scenario is selected/);
  assert.equal(await run({ revision: '2' }, [feature]), 0);
});

test('a scenario is named by its line', async (context) => {
  const { run, recorded, project } = scratch(context);
  assert.equal(await run({ revision: '1' }, [`${join(project, 'features', 'a.feature')}:2`]), 0);
  assert.equal(recorded(), 1);
});

test('a tag that no scenario has is told, wherever it stands in the expression', async (context) => {
  const { run, lines } = scratch(context);
  const tags = '@revision-2 or (@NOPE-9 and not @sotp)';
  assert.equal(await run({ tags, revision: '2' }), 0);
  assert.equal(lines[0], 'No scenario has the tag @NOPE-9: did you mean one of @bad, @stop, @revision-2?\n');
  assert.match(lines[1] ?? '', /^No scenario has the tag @sotp: did you mean one of @stop, /);
  assert.match(lines[2] ?? '', /^reference\/2: 1 passed/);
});

test('Ctrl-C ends the run and keeps the scenarios that were done', async (context) => {
  const { run, lines, recorded, out } = scratch(context);
  assert.equal(await run({ tags: 'not @bad and not @unwritten' }), 1);
  assert.ok(recorded() > 1 && recorded() < 6, `expected some of 6 scenarios, got ${recorded()}`);
  assert.ok(lines.some((line) => line.startsWith('Interrupted:')));
  assert.ok(existsSync(join(out, 'index.html')));
  assert.equal(process.listenerCount('SIGINT'), 0);
});

test('a call that cannot be carried out is refused before anything is written', async (context) => {
  const { run, out, project } = scratch(context);
  const good = join(project, 'features', 'a.feature');
  const broken = join(project, 'broken.feature');
  writeFileSync(broken, 'Feature: b\n  Scenario: c\n    Given all is well\n  Nonsense\n');
  const calls: readonly (readonly [Partial<RunOptions>, readonly string[], RegExp])[] = [
    [{}, ['no-such.feature'], /There is no feature no-such\.feature/],
    [{}, [broken], /cannot be parsed/],
    [{ tags: '@a and (' }, [], /is no tag expression/],
    [{ tags: '@bda' }, [], /No scenario has the tag @bda: did you mean one of @bad, /],
    [{ tags: '@bad and @stop' }, [], /No scenario is selected/],
    [{ target: 'xen' }, [], /No Xen is left to be run/],
    [{ target: 'xen', hypervisor: 'debian-12' }, [], /it cannot be fetched/],
    [{ target: 'all', hypervisor: 'debian-all' }, [], /No Xen is left to be run/],
    [{ target: 'xen', hypervisor: 'other' }, [], /other is no Xen/],
    [{ target: 'all', hypervisor: 'other' }, [], /other is no Xen/],
    [{ target: 'xen', hypervisor: 'xen-syms', revision: '1' }, [], /speaks revision 2/],
    [{ target: 'all', hypervisor: 'xen-syms', revision: '1' }, [], /speaks revision 2/],
    [{ target: 'reference', hypervisor: 'xen-syms' }, [], /--hypervisor is for the target xen/],
    [{ out: join(broken, 'out') }, [good], /cannot be written/],
    [{ out: '/proc/no-such' }, [good], /cannot be written/],
  ];
  for (const [options, features, sentence] of calls) {
    await assert.rejects(run(options, features), (error) => isUserError(error) && sentence.test(error.message));
  }
  assert.ok(!existsSync(out));
});
