/**
 * Processes of runs that die or are stopped. Each takes a second to start: what can be shown with one is shown with
 * one.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Envelope } from '@cucumber/messages';
import { TYPESCRIPT } from '../engine/installation';
import { CRASH_MEDIA_TYPE } from '../engine/evidence';
import { readMessages } from '../reports/messages';
import { isFailure, type Run } from '../reports/model';
import { mergeRuns } from '../reports/runs';
import { planRuns } from './cucumber';
import { listenForInterruption } from './interruption';
import { showProgress } from './progress';
import { runAll } from './run-all';
import { type Scratch, scratch } from './testdata/scratch';

/** A feature with a scenario for each of these steps. */
const featureOf = (...steps: readonly string[]): string =>
  ['Feature: f', ...steps.flatMap((step) => [`  Scenario: ${step}`, `    Given ${step}`, '    And all is well'])].join(
    '\n',
  );

const messagesOf = ({ out }: Scratch): string => join(out, 'messages.ndjson');
const runsOf = (project: Scratch): readonly Run[] => mergeRuns(readMessages([messagesOf(project)])).runs;
const envelopesOf = (project: Scratch): readonly Envelope[] =>
  readFileSync(messagesOf(project), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Envelope);

/** Each scenario by its name, and whether it passed, failed or has no result. */
const outcomesOf = ({ scenarios }: Run): readonly string[] =>
  scenarios.map(({ name, status }) => `${name}: ${isFailure(status) ? 'failed' : status}`);

function assertNothingLeft({ out }: Scratch): void {
  const parts = readdirSync(out).filter((name) => name.startsWith('messages.') && name !== 'messages.ndjson');
  assert.deepEqual(parts, []);
}

function withNodeOptions(context: TestContext, options: string): void {
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = options;
  context.after(() => {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  });
}

test('a scenario that kills its process fails, and the rest of the run goes on', async (context) => {
  const deaths = {
    'the process dies of SIGSEGV': 'SIGSEGV',
    'the process aborts': 'SIGABRT',
    'the process exits with 3': 'exit status 3',
    'the process exits with 0': 'exit status 0',
  };
  const steps = Object.keys(deaths);
  const project = scratch(context, featureOf('all is well', ...steps, 'it fails', 'all is well'));
  assert.equal(await project.run({ revision: '1' }), 1);

  const [run, ...others] = runsOf(project);
  assert.ok(run);
  assert.deepEqual([run.key, run.interrupted, others.length], ['reference/1', false, 0]);
  assert.deepEqual(outcomesOf(run), [
    'all is well: passed',
    ...steps.map((step) => `${step}: failed`),
    'it fails: failed',
    'all is well: passed',
  ]);
  const envelopes = envelopesOf(project);
  const messages = envelopes.flatMap(({ testStepFinished }) => testStepFinished?.testStepResult.message ?? []);
  const bodies = envelopes.flatMap(({ attachment }) =>
    attachment?.mediaType === CRASH_MEDIA_TYPE ? [JSON.parse(attachment.body) as unknown] : [],
  );
  const reasons = Object.values(deaths);
  assert.deepEqual(
    messages.slice(0, reasons.length),
    reasons.map((how) => `the emulator crashed: ${how}`),
  );
  assert.deepEqual(
    bodies,
    reasons.map((how) => ({ how })),
  );
  // All of a scenario's steps have a result: the step that died, and the one after it.
  assert.deepEqual(
    run.scenarios[1]?.steps.map(({ keyword, status }) => [keyword, isFailure(status) ? 'failed' : status]),
    [
      ['Given', 'failed'],
      ['And', 'skipped'],
    ],
  );
  const shown = project.lines.join('');
  assert.match(
    shown,
    /^reference\/1: the emulator crashed \(SIGSEGV\) in "the process dies of SIGSEGV", features\/a\.feature:5\./m,
  );
  assert.match(shown, /^reference\/1: 2 passed, 5 not passed, 0 skipped of 7 scenarios/m);
  assertNothingLeft(project);
});

test('a process that has no memory left is reported as such', async (context) => {
  withNodeOptions(context, '--max-old-space-size=150');
  const project = scratch(context, featureOf('the process uses up its memory'));
  assert.equal(await project.run({ revision: '1' }), 1);
  assert.match(
    project.lines.join(''),
    /crashed \(out of memory\) in "the process uses up its memory".*the last scenario\.$/m,
  );
  assert.equal(runsOf(project)[0]?.interrupted, false);
});

for (const options of [{ order: 'random:3' }, { shard: '2/2' }, { tags: 'not @other', parallel: 2 }] as const) {
  test(`after a crash each scenario is run once, with ${JSON.stringify(options)}`, async (context) => {
    const outline =
      '  Scenario Outline: row\n    Given all is well\n    Examples:\n      | n |\n      | 1 |\n      | 2 |\n';
    const project = scratch(context, `${featureOf('all is well', 'the process aborts', 'all is well')}\n${outline}`);
    assert.equal(await project.run({ revision: '1', ...options }), 1);
    const [run] = runsOf(project);
    const expected = 'shard' in options ? [5, 15] : [2, 5, 8, 15, 16];
    assert.ok(run);
    assert.deepEqual(
      run.scenarios.map(({ line, attempts }) => [line, attempts]),
      expected.map((line) => [line, 1]),
    );
  });
}

test('a run in which too many scenarios crash is given up', async (context) => {
  const project = scratch(context, featureOf(...Array<string>(4).fill('the process aborts')));
  const interruption = listenForInterruption();
  const run = { target: 'reference', revision: 1, label: 'reference' } as const;
  const plans = await planRuns(project.project, [run], { paths: [], tags: '', shard: '', order: 'defined' });
  const progress = showProgress({ write: (text) => project.lines.push(text), interactive: false, columns: 80 });
  const messages = join(project.project, 'messages.ndjson');
  const options = { messages, processes: 1, parts: 1, progress, interruption, mostCrashes: 2 };
  assert.equal(await runAll(plans, options), 'broken');
  interruption.forget();
  const [merged] = mergeRuns(readMessages([messages])).runs;
  assert.equal(merged?.interrupted, true);
  assert.deepEqual(
    merged.scenarios.map(({ status }) => (isFailure(status) ? 'failed' : status)),
    ['failed', 'failed', 'unknown', 'unknown'],
  );
  assert.match(
    project.lines.join(''),
    /The rest is not run\.\nreference\/1: 0 passed, 2 not passed, 0 skipped, 2 not run/,
  );
});

test('a process that dies twice before its first scenario ends its run', async (context) => {
  const project = scratch(context, featureOf('all is well'));
  writeFileSync(join(project.project, 'steps', 'deadly.ts'), 'process.kill(process.pid, "SIGABRT"); for (;;);\n');
  assert.equal(await project.run({ revision: '1' }), 1);
  const lines = project.lines.filter((line) => line.includes('died (SIGABRT) before its first scenario'));
  assert.deepEqual(
    lines.map((line) => line.replace(/.*scenario\. /, '')),
    ['The run starts again in a new process.\n', 'The rest is not run.\n'],
  );
  assertNothingLeft(project);
});

test('a process that dies before it has written anything leaves nothing to be joined', async (context) => {
  const project = scratch(context, featureOf('all is well'));
  const kills = join(project.project, 'kills.js');
  writeFileSync(kills, `if (process.argv[1]?.endsWith('runner.ts')) process.kill(process.pid, 'SIGKILL');`);
  withNodeOptions(context, `--require ${kills}`);
  assert.equal(await project.run({ revision: '1' }), 1);
  assert.match(project.lines.join(''), /died \(SIGKILL\) before its first scenario\. The rest is not run\./);
  assertNothingLeft(project);
});

test('what fails outside the scenarios is reported, and what the user can help ends the command', async (context) => {
  const project = scratch(context, featureOf('all is well'));
  const hooks = join(project.project, 'steps', 'hooks.ts');
  const failing = (error: string): void =>
    writeFileSync(hooks, `require('@cucumber/cucumber').BeforeAll(() => { throw ${error}; });\n`);
  failing('new Error("no luck")');
  assert.equal(await project.run({ revision: '1' }), 1);
  assert.match(project.lines.join(''), /reference\/1: the run failed outside its scenarios: .*no luck/s);
  failing('Object.assign(new Error("Plug it in."), { name: "UserError" })');
  await assert.rejects(project.run({ revision: 'all' }), { name: 'UserError', message: 'Plug it in.' });
  assertNothingLeft(project);
});

for (const [who, step] of [
  ['the process of a run', 'Ctrl-C is pressed'],
  ['the command', 'the command gets SIGTERM'],
] as const) {
  test(`a signal to ${who} ends all runs and keeps the scenarios that were done`, async (context) => {
    const slow = Array<string>(50).fill('it takes a while');
    const project = scratch(context, featureOf('all is well', step, ...slow));
    assert.equal(await project.run({ parallel: 1 }), 1);
    const [run, ...others] = runsOf(project);
    assert.ok(run);
    assert.equal(others.length, 0, 'expected that the second run does not begin');
    assert.deepEqual(outcomesOf(run).slice(0, 1), ['all is well: passed']);
    assert.equal(outcomesOf(run).at(-1), 'it takes a while: unknown');
    assert.ok(project.lines.some((line) => line.startsWith('Interrupted:')));
    assert.ok(existsSync(join(project.out, 'index.html')));
    assert.equal(process.listenerCount('SIGINT'), 0);
    assertNothingLeft(project);
  });
}

test('when the command is killed, its processes keep what they have done, and end', (context) => {
  const slow = Array<string>(50).fill('it takes a while');
  const project = scratch(context, featureOf('all is well', 'the command gets SIGKILL', ...slow));
  const script = join(project.project, 'command.ts');
  const options = { target: 'reference', revision: '1', out: project.out };
  const surroundings = `{ project: ${JSON.stringify(project.project)}, provide() {}, progress: new Proxy({}, { get: () => () => {} }) }`;
  const command = JSON.stringify(resolve(__dirname, 'commands/run'));
  writeFileSync(script, `require(${command}).run([], ${JSON.stringify(options)}, ${surroundings});\n`);
  // Returns when the last process that has its output has ended.
  const { signal } = spawnSync(process.execPath, ['-r', TYPESCRIPT, script], {
    cwd: resolve(__dirname, '..'),
  });
  assert.equal(signal, 'SIGKILL');
  const [run] = runsOf(project);
  assert.ok(run);
  const outcomes = outcomesOf(run);
  assert.deepEqual(outcomes.slice(0, 2), ['all is well: passed', 'the command gets SIGKILL: passed']);
  assert.equal(outcomes.at(-1), 'it takes a while: unknown');
  assert.equal(run.interrupted, true);
  assertNothingLeft(project);
});

test('parts of a command that was killed together with its processes are removed by the next', async (context) => {
  const project = scratch(context, featureOf('all is well'));
  assert.equal(await project.run({ revision: '1' }), 0);
  const { pid } = spawnSync('true');
  const left = [`messages.${pid}-1.ndjson`, `messages.${pid}-2.ndjson`];
  const foreign = ['messages.old.ndjson', `messages.${process.ppid}-1.ndjson`];
  for (const name of [...left, ...foreign]) writeFileSync(join(project.out, name), '');
  assert.equal(await project.run({ revision: '1' }), 0);
  const present = (name: string): boolean => existsSync(join(project.out, name));
  assert.deepEqual([...left, ...foreign].filter(present), foreign);
});

test('a run that is dealt to several processes has the scenarios that it has in one', async (context) => {
  const steps = ['all is well', 'it fails', 'all is well', 'all is well'];
  const project = scratch(context, featureOf(...steps));
  assert.equal(await project.run({ revision: '1', parallel: 3 }), 1);
  const [run] = runsOf(project);
  assert.ok(run);
  assert.deepEqual(
    outcomesOf(run),
    steps.map((step) => `${step}: ${step === 'it fails' ? 'failed' : 'passed'}`),
  );
  assert.deepEqual(
    project.lines.flatMap((line) => /^reference\/1 \((\d of 3)\): \d passed/.exec(line)?.[1] ?? []).sort(),
    ['1 of 3', '2 of 3', '3 of 3'],
  );
});
