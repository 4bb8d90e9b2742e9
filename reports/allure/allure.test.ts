import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, describe, it } from 'node:test';
import type { Category } from 'allure-js-commons/sdk';
import type { TestResult } from 'allure-js-commons';
import { buildReport } from '../report';
import type { Report, Step } from '../model';
import { CATALOGUE, SUITE, crashed, deviating, messages, renamed, shard, stream, timeless } from '../testdata/streams';
import { CATEGORIES } from './categories';
import { openAllureResults, writeAllureResults } from './index';

const GOLDEN = join(__dirname, '..', 'testdata', 'golden', 'allure-result.json');

async function report(): Promise<Report> {
  const all = timeless(await messages());
  const streams = [stream(all), stream(renamed(all, 'xen/2'))];
  return buildReport(streams, { suite: SUITE, catalogue: CATALOGUE, knownDeviations: [deviating('xen/2', 'fails')] });
}

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'allure-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function resultsIn(out: string): readonly TestResult[] {
  const folder = join(out, 'allure-results');
  const files = readdirSync(folder).filter((file) => file.endsWith('-result.json'));
  const results = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as TestResult);
  return results.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}

const of = (results: readonly TestResult[], run: string): readonly TestResult[] =>
  results.filter(({ fullName }) => fullName?.endsWith(` on ${run}`));

function categoryOf({ statusDetails: { message = '' } }: TestResult): string | undefined {
  const own = CATEGORIES.filter(({ messageRegex }) => {
    const expression = String(messageRegex).replace('(?s)', '');
    return new RegExp(`^(?:${expression})$`, 's').test(message);
  });
  assert.ok(own.length <= 1, message);
  return own[0]?.name;
}

describe('Allure results', () => {
  it('show as passed only what passed, and of what kind each failure is', async (t) => {
    const out = temporaryFolder(t);
    writeAllureResults(await report(), out);
    const results = resultsIn(out);
    assert.equal(results.length, 32);
    const shown = of(results, 'reference/1').map((result) => {
      const line = /:(\d+) on/.exec(result.fullName ?? '')?.[1] ?? '';
      return [line, result.status, categoryOf(result)].filter((part) => part !== undefined).join(' ');
    });
    assert.deepEqual(
      [...shown].sort((a, b) => Number.parseInt(a) - Number.parseInt(b)),
      [
        '7 passed',
        '11 failed Deviation',
        '16 broken Suite error',
        '20 broken Suite error',
        '24 broken Suite error',
        '28 skipped',
        '32 broken Suite error',
        '36 broken Suite error',
        '40 passed',
        '44 passed',
        '48 failed Deviation',
        '52 skipped',
        '62 passed',
        '63 passed',
        '68 passed',
        '75 broken Suite error',
      ],
    );
    const known = of(results, 'xen/2').find(({ name }) => name === 'fails');
    assert.ok(known);
    assert.deepEqual([known.status, categoryOf(known)], ['skipped', 'Known deviation']);
    const tags = known.labels.filter(({ name }) => name === 'tag').map(({ value }) => value);
    assert.deepEqual(tags.slice(-2), ['known-deviation', 'other']);
    assert.match(known.statusDetails.message ?? '', /^Known deviation other: Error: expected 1, found 2/);
  });

  it('tell a hypervisor that stopped from one that departs, and both from an error of the suite, by the evidence', async (t) => {
    const built = await report();
    const categoryWith = (events: Step['events']): string | undefined => {
      const out = temporaryFolder(t);
      const runs = built.runs.map((run) => ({
        ...run,
        scenarios: run.scenarios.map((scenario) => ({
          ...scenario,
          steps: scenario.steps.map((step) => ({ ...step, events })),
        })),
      }));
      writeAllureResults({ ...built, runs }, out);
      const failed = resultsIn(out).find(({ name }) => name === 'fails');
      assert.ok(failed);
      return categoryOf(failed);
    };
    const stop = { kind: 'stop', where: 'x', why: 'BUG', registers: {}, backtrace: [], console: [] } as const;
    assert.equal(categoryWith([stop]), 'Hypervisor crashed');
    assert.equal(categoryWith([{ kind: 'mismatch', what: 'x', expected: '1', found: '2' }]), 'Deviation');
    assert.equal(categoryWith([]), 'Suite error');
  });

  it('have one story, so that a scenario of several clauses is counted once', async (t) => {
    const out = temporaryFolder(t);
    const built = await report();
    const both = CATALOGUE.clauses.slice(0, 2).map(({ id }) => id);
    const runs = built.runs.map((run) => ({
      ...run,
      scenarios: run.scenarios.map((scenario) => ({ ...scenario, name: `${both[1]}: it is so`, tags: both })),
    }));
    writeAllureResults({ ...built, runs }, out);
    for (const { labels } of resultsIn(out))
      assert.deepEqual(
        labels.filter(({ name }) => name === 'story').map(({ value }) => value),
        both.slice(1),
      );
  });

  it('have the document as epic, feature and story, steps with evidence, and a history that outlives moved lines', async (t) => {
    const out = temporaryFolder(t);
    const built = await report();
    writeAllureResults(built, out);
    const hostile = of(resultsIn(out), 'xen/2').find(({ name }) => name?.includes('<script>'));
    const text = `${JSON.stringify(hostile, null, 2)}\n`;
    if (process.env['GOLDEN'] === 'write') writeFileSync(GOLDEN, text);
    assert.equal(text, readFileSync(GOLDEN, 'utf8'));
    const evidence = hostile?.steps[0]?.attachments[0];
    assert.ok(evidence);
    const events = JSON.parse(readFileSync(join(out, 'allure-results', evidence.source), 'utf8')) as unknown;
    assert.deepEqual(events, built.runs[1]?.scenarios.at(-1)?.steps[0]?.events);

    const moved = built.runs.map((run) => ({
      ...run,
      scenarios: run.scenarios.map((scenario) => ({ ...scenario, line: scenario.line + 100 })),
    }));
    const ids = (results: readonly TestResult[]): readonly unknown[] =>
      results.map(({ historyId }) => historyId).sort();
    const before = ids(resultsIn(out));
    writeAllureResults({ ...built, runs: moved }, out);
    assert.deepEqual(ids(resultsIn(out)), before);
    assert.equal(new Set(before).size, 32);
  });

  it('are those of the whole report where they were begun before, with a run that was made again since', async (t) => {
    const [whole, begun] = [temporaryFolder(t), temporaryFolder(t)];
    const built = await report();
    writeAllureResults(built, whole);
    const [first, second] = built.runs;
    assert.ok(first !== undefined && second !== undefined);
    const judged = { known: built.known, clauses: CATALOGUE.clauses };
    const results = openAllureResults(begun);
    const scenarios = second.scenarios.map((scenario) => ({ ...scenario, attempts: 7 }));
    results.writeRuns([first, { ...second, scenarios }], judged);
    assert.equal(resultsIn(begun).length, first.scenarios.length + second.scenarios.length);
    rmSync(join(begun, 'allure-results', `${of(resultsIn(begun), first.key)[0]?.uuid}-result.json`));
    results.finish(built);
    assert.equal(
      of(resultsIn(begun), first.key).length,
      first.scenarios.length - 1,
      'a run that is the same was written twice',
    );
    assert.deepEqual(of(resultsIn(begun), second.key), of(resultsIn(whole), second.key));
  });

  it('leave what others have put there, and nothing of an earlier report', async (t) => {
    const out = temporaryFolder(t);
    const folder = join(out, 'allure-results');
    mkdirSync(join(folder, 'mine'), { recursive: true });
    const foreign = ['mine.txt', '0123456789abcdef0123456789abcdef-result.json', 'mine/x.json'];
    for (const name of foreign) writeFileSync(join(folder, name), '{}');
    const built = await report();
    writeAllureResults(built, out);
    writeFileSync(join(folder, 'later.txt'), '');
    // As if another had added to the list, to have more removed than is in the folder.
    writeFileSync(join(out, 'outside.txt'), '');
    writeFileSync(join(folder, 'livepatch-conformance.txt'), '../outside.txt\n..\n', { flag: 'a' });
    writeAllureResults({ ...built, runs: [] }, out);
    assert.deepEqual(readdirSync(out, { recursive: true }).map(String).sort(), [
      'allure-results',
      ...[
        '0123456789abcdef0123456789abcdef-result.json',
        'categories.json',
        'environment.properties',
        'executor.json',
        'later.txt',
        'livepatch-conformance.txt',
        'mine',
        'mine.txt',
        'mine/x.json',
      ].map((name) => `allure-results/${name}`),
      'outside.txt',
    ]);
  });

  it('show a crash of the emulator as broken', async (t) => {
    const out = temporaryFolder(t);
    const parts = [stream(shard(crashed(await messages(), 0), (scenario) => scenario === 0))];
    writeAllureResults(buildReport(parts, { suite: SUITE, catalogue: CATALOGUE, knownDeviations: [] }), out);
    const [result] = resultsIn(out);
    assert.ok(result);
    assert.deepEqual([result.status, categoryOf(result)], ['broken', 'Emulator crashed']);
  });

  it('take the place of earlier ones, and carry the history of the last Allure report on', async (t) => {
    const out = temporaryFolder(t);
    const built = await report();
    writeAllureResults(built, out);
    mkdirSync(join(out, 'allure-report', 'history'), { recursive: true });
    writeFileSync(join(out, 'allure-report', 'history', 'history.json'), '{}');
    writeAllureResults({ ...built, runs: built.runs.slice(0, 1) }, out);
    assert.equal(resultsIn(out).length, 16);
    const folder = join(out, 'allure-results');
    assert.equal(readFileSync(join(folder, 'history', 'history.json'), 'utf8'), '{}');
    const categories = JSON.parse(readFileSync(join(folder, 'categories.json'), 'utf8')) as readonly Category[];
    assert.deepEqual(
      categories.map(({ name }) => name),
      ['Deviation', 'Known deviation', 'Hypervisor crashed', 'Emulator crashed', 'Suite error'],
    );
    assert.match(readFileSync(join(folder, 'environment.properties'), 'utf8'), /^suite=Suite 1\.0\nreference\/1=/);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'executor.json'), 'utf8')), {
      name: 'Suite',
      type: 'local',
      buildName: 'Suite 1.0',
    });
  });
});
