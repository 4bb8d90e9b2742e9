import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { FEATURE, scratch } from '../testdata/scratch';
import type { RunOptions } from './run';

test('each revision runs its own scenarios, and the report says that all is well', async (context) => {
  const { run, lines, recorded, out } = scratch(context);
  assert.equal(await run({ tags: 'not @bad and not @unwritten and not @stop' }), 0);
  assert.match(lines.join(''), /^reference\/1: 2 passed, 0 not passed, 0 skipped of 2 scenarios/m);
  assert.match(lines.join(''), /^reference\/2: 3 passed, 0 not passed, 0 skipped of 3 scenarios/m);
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
  assert.match(lines.join(''), /^xen\/2: 3 passed, 0 not passed, 0 skipped of 3 scenarios/m);
});

test('a Xen that nobody named and that cannot be had is left out, with a notice', async (context) => {
  const { run, lines } = scratch(context);
  assert.equal(await run({ target: 'all', tags: 'not @bad and not @unwritten and not @stop' }), 0);
  for (const [index, release] of ['debian-11', 'debian-12', 'debian-13'].entries())
    assert.match(lines[index] ?? '', new RegExp(`^${release} is left out: it cannot be fetched`));
  assert.ok(lines.some((line) => line.startsWith('reference/1: 2 passed')));
});

test('Xens that nobody named are not even looked for where they would not be run', async (context) => {
  const { run, lines } = scratch(context);
  assert.equal(await run({ target: 'all', revision: '1', tags: 'not @bad and not @unwritten and not @stop' }), 0);
  assert.match(lines[0] ?? '', /^Debian's Xens are left out: they have revision 2/);
  assert.match(lines[1] ?? '', /^reference\/1: 2 passed/);
});

test('options that do not fit the targets are refused before a Xen is looked for', async (context) => {
  const { run, lines } = scratch(context);
  await assert.rejects(run({ target: 'all', connect: 'unix:/agent' }), /--connect is for the target remote/);
  assert.deepEqual(lines, []);
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

test('a call that cannot be carried out is refused before anything is written', async (context) => {
  const { run, out, project } = scratch(context);
  const good = join(project, 'features', 'a.feature');
  const broken = join(project, 'broken.feature');
  const pipe = join(project, 'pipe.feature');
  spawnSync('mkfifo', [pipe]);
  writeFileSync(broken, 'Feature: b\n  Scenario: c\n    Given all is well\n  Nonsense\n');
  const calls: readonly (readonly [Partial<RunOptions>, readonly string[], RegExp])[] = [
    [{}, ['no-such.feature'], /There is no feature no-such\.feature/],
    [{}, [join(project, 'cucumber.json')], /There is no feature .*cucumber\.json/],
    [{}, [pipe], /There is no feature .*pipe\.feature/],
    [{}, [broken], /cannot be parsed/],
    [{ tags: '@a and (' }, [], /is not a tag expression/],
    [{ tags: '@bda' }, [], /No scenario has the tag @bda: did you mean one of @bad, /],
    [{ tags: '@bad and @stop' }, [], /No scenario is selected/],
    [{ target: 'xen' }, [], /No Xen is left to run/],
    [{ target: 'xen', hypervisor: 'debian-12' }, [], /it cannot be fetched/],
    [{ target: 'all', hypervisor: 'debian-all' }, [], /No Xen is left to run/],
    [{ target: 'xen', hypervisor: 'other' }, [], /other is no Xen/],
    [{ target: 'all', hypervisor: 'other' }, [], /other is no Xen/],
    [{ target: 'xen', hypervisor: 'xen-syms', revision: '1' }, [], /has revision 2/],
    [{ target: 'all', hypervisor: 'xen-syms', revision: '1' }, [], /has revision 2/],
    [{ target: 'reference', hypervisor: 'xen-syms' }, [], /--hypervisor is for the targets xen/],
    [{ out: join(broken, 'out') }, [good], /cannot be written/],
    [{ out: '/proc/no-such' }, [good], /cannot be written/],
  ];
  for (const [options, features, sentence] of calls) {
    await assert.rejects(run(options, features), (error) => isUserError(error) && sentence.test(error.message));
  }
  assert.ok(!existsSync(out));
});

test('scenarios are chosen by their titles; what is not a regular expression is refused', async (context) => {
  const { run, recorded } = scratch(context);
  assert.equal(await run({ revision: '1', name: ['^go{2}d$', 'last'] }), 0);
  assert.equal(recorded(), 2);
  await assert.rejects(
    run({ name: ['('] }),
    (error) => isUserError(error) && error.message.includes('is not a regular expression'),
  );
});

test('--last-failed runs, of each run, what was not as expected in the last report there', async (context) => {
  const { run, recorded, lines } = scratch(context);
  const tags = 'not @stop';
  await assert.rejects(
    run({ lastFailed: true, tags }),
    (error) => isUserError(error) && error.message.includes('run once'),
  );
  assert.equal(await run({ tags }), 1);
  assert.equal(recorded(), 9);
  assert.equal(await run({ lastFailed: true, tags }), 1);
  assert.equal(recorded(), 4);
  assert.match(lines.join(''), /reference\/1: 0 passed, 2 not passed, 0 skipped of 2 scenarios/);
  assert.equal(await run({ tags: '@revision-2' }), 0);
  await assert.rejects(
    run({ lastFailed: true }),
    (error) => isUserError(error) && error.message.includes('Everything was as expected'),
  );
});

test('--fail-fast ends all runs at the first failure, and the report has what was done', async (context) => {
  const { run, recorded, lines } = scratch(context);
  assert.equal(await run({ failFast: true, revision: '1', tags: 'not @unwritten' }), 1);
  assert.ok(recorded() < 8, `${recorded()}`);
  assert.match(lines.join(''), /reference\/1: stopped, because "bad" is not as expected \(--fail-fast\)/);
  assert.doesNotMatch(lines.join(''), /Interrupted:/);
});

test('--accept writes a file that --deviations reads; a file that is none is refused before anything is run', async (context) => {
  const { run, project, lines, out } = scratch(context);
  const file = join(project, 'mine.yaml');
  assert.equal(await run({ accept: file, tags: '@bad' }), 1);
  assert.match(lines.join(''), /\nFailures accepted: 0\..*\nFailures not accepted, .*: 2\./);
  assert.equal(await run({ deviations: [file], tags: 'not (@bad or @unwritten or @stop)' }), 0);
  rmSync(out, { recursive: true });
  await assert.rejects(run({ deviations: [join(project, 'cucumber.json')] }), isUserError);
  await assert.rejects(run({ accept: join(project, 'no folder', 'mine.yaml') }), /another file with --accept/);
  assert.ok(!existsSync(out));
});
