import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isUserError } from '../engine/user-error';
import { buildWords } from './changes-text';
import { compareReports, compareRuns, countRegressions, isOtherBuild } from './compare';
import { writeCompliance } from './compliance';
import type { Report } from './model';
import { OUTCOMES, type Outcome, type RunRecord } from './changes';
import { readRecord, recordsOf } from './record';
import { buildReport, isNoWorse } from './report';
import { run, scenario } from './testdata/made';
import { CATALOGUE, SUITE, deviating, interrupted, messages, renamed, stream } from './testdata/streams';

type Results = Readonly<Record<string, Outcome | `known-deviation ${string}`>>;

/** A run of these scenarios and verdicts. */
function record(key: string, results: Results, verdicts: Readonly<Record<string, string>> = {}): RunRecord {
  const scenarios = Object.entries(results).map(([id, result]) => {
    const [outcome, deviation = null] = result.split(' ');
    const known = OUTCOMES.find((each) => each === outcome);
    assert.ok(known);
    return [id, { id, uri: 'a.feature', name: id, example: {}, outcome: known, deviation }] as const;
  });
  return {
    key,
    hypervisor: { name: 'Xen', buildId: key },
    isPart: false,
    verdicts: new Map(Object.entries(verdicts)),
    scenarios: new Map(scenarios),
  };
}

const courses = (from: RunRecord, to: RunRecord): readonly string[] =>
  compareRuns(from, to).scenarios.map(({ id, course }) => `${id} ${course}`);

describe('the difference of two runs', () => {
  it('names both builds where they are not the same, by name or build-id', () => {
    const run = record('xen/2', {});
    const words = (hypervisor: RunRecord['hypervisor']) => buildWords(compareRuns(run, { ...run, hypervisor }));
    assert.equal(words(run.hypervisor), undefined);
    assert.equal(words({ name: 'Xen', buildId: 'other' }), 'another build: Xen, build-id xen/2 -> Xen, build-id other');
    assert.equal(
      words({ name: 'Xen 5', buildId: 'xen/2' }),
      'another build: Xen, build-id xen/2 -> Xen 5, build-id xen/2',
    );
  });

  it('is none where the results are the same', () => {
    const run = record('xen/2', { a: 'passed', b: 'known-deviation x' }, { 'A-1': 'conforms' });
    const { clauses, scenarios, deviations } = compareRuns(run, run);
    assert.deepEqual(
      { clauses, scenarios, deviations },
      { clauses: [], scenarios: [], deviations: { came: [], went: [] } },
    );
  });

  it('is worse where a scenario passed, or failed as recorded, and now does less', () => {
    const before = record('xen/2', {
      a: 'passed',
      b: 'passed',
      c: 'passed',
      d: 'known-deviation x',
      e: 'failed',
      f: 'skipped',
    });
    const now = record('xen/2', {
      a: 'known-deviation y',
      b: 'skipped',
      c: 'failed',
      d: 'crashed',
      e: 'failed',
      f: 'failed',
    });
    assert.deepEqual(courses(before, now), ['a worse', 'b worse', 'c worse', 'd worse', 'f worse']);
    assert.deepEqual(courses(now, before), ['a better', 'b better', 'c better', 'd better', 'f better']);
  });

  it('is worse or better by how good each outcome and verdict is', () => {
    const outcomes = [['passed'], ['skipped', 'no-result', 'known-deviation x'], ['failed', 'crashed']] as const;
    const verdicts = [['conforms'], ['differs', 'not-implemented', 'not-exercised'], ['deviates'], ['not-testable']];
    const pairsOf = <Value>(ranks: readonly (readonly Value[])[]) => {
      const all = ranks.flatMap((values, rank) => values.map((value) => ({ value, rank })));
      return all.flatMap((from) => all.filter((to) => to !== from).map((to) => ({ from, to })));
    };
    const expected = (from: number, to: number): string => (from === to ? 'other' : from < to ? 'worse' : 'better');
    for (const { from, to } of pairsOf<Results[string]>(outcomes))
      assert.deepEqual(
        courses(record('a/1', { x: from.value }), record('a/1', { x: to.value })),
        [`x ${expected(from.rank, to.rank)}`],
        `${from.value}, then ${to.value}`,
      );
    for (const { from, to } of pairsOf(verdicts)) {
      const [was, is] = [record('a/1', {}, { 'A-1': from.value }), record('a/1', {}, { 'A-1': to.value })];
      const course = [from.value, to.value].includes('not-testable') ? 'other' : expected(from.rank, to.rank);
      assert.deepEqual(compareRuns(was, is).clauses, [{ clause: 'A-1', from: from.value, to: to.value, course }]);
    }
  });

  it('is neither where the deviation is another one, or only one run has the scenario', () => {
    const before = record('xen/2', { a: 'known-deviation x', gone: 'passed' });
    const now = record('xen/2', { a: 'known-deviation y', added: 'failed' });
    assert.deepEqual(courses(before, now), ['a other', 'added other', 'gone other']);
    assert.deepEqual(compareRuns(before, now).deviations, { came: ['y'], went: ['x'] });
  });

  it('says of clauses what became of their verdicts', () => {
    const before = record('xen/2', {}, { 'A-1': 'conforms', 'A-2': 'deviates', 'A-3': 'differs', 'A-4': 'conforms' });
    const now = record(
      'xen/2',
      {},
      { 'A-1': 'known-deviation', 'A-2': 'conforms', 'A-3': 'not-exercised', 'A-5': 'conforms' },
    );
    assert.deepEqual(compareRuns(before, now).clauses, [
      { clause: 'A-1', from: 'conforms', to: 'known-deviation', course: 'worse' },
      { clause: 'A-2', from: 'deviates', to: 'conforms', course: 'better' },
      { clause: 'A-3', from: 'differs', to: 'not-exercised', course: 'other' },
      { clause: 'A-5', from: null, to: 'conforms', course: 'other' },
      { clause: 'A-4', from: 'conforms', to: null, course: 'other' },
    ]);
  });

  it('misses nothing in a run of some scenarios only', () => {
    const before = record('xen/2', { a: 'passed', b: 'known-deviation x' }, { 'A-1': 'conforms', 'A-2': 'conforms' });
    const part = record('xen/2', { a: 'failed' }, { 'A-1': 'deviates', 'A-2': 'not-exercised' });
    const { clauses, scenarios, deviations } = compareRuns(before, { ...part, isPart: true });
    assert.deepEqual(
      clauses.map(({ clause }) => clause),
      ['A-1'],
    );
    assert.deepEqual(
      scenarios.map(({ id }) => id),
      ['a'],
    );
    assert.deepEqual(deviations, { came: [], went: [] });
  });
});

describe('what changed since an earlier report', () => {
  const earlier = (...runs: readonly RunRecord[]) => ({ file: 'earlier', version: '1', runs });

  it('pairs runs by their keys, and names those that have no other', () => {
    const [a, b, c] = [record('a/1', { x: 'passed' }), record('b/1', {}), record('c/1', { x: 'failed', y: 'failed' })];
    const { comparisons, newRuns, goneRuns } = compareReports(earlier(a, b), [a, c]);
    assert.deepEqual(
      comparisons.map(({ before, now }) => [before.key, now.key]),
      [['a/1', 'a/1']],
    );
    assert.deepEqual(
      newRuns.map(({ key, outcomes }) => [key, outcomes]),
      [['c/1', { failed: 2 }]],
    );
    assert.deepEqual(
      goneRuns.map(({ key }) => key),
      ['b/1'],
    );
  });

  it('compares a single run with a single run whatever their keys', () => {
    const changes = compareReports(earlier(record('a/1', { x: 'passed' })), [record('b/2', { x: 'failed' })]);
    assert.deepEqual(
      changes.comparisons.map(({ before, now }) => [before.key, now.key]),
      [['a/1', 'b/2']],
    );
    assert.equal(countRegressions(changes), 1);
  });
});

describe('a report', () => {
  const worse = compareReports(
    { file: 'a', version: '1', runs: [record('a/1', { x: 'passed' }, { 'A-1': 'conforms' })] },
    [record('a/1', { x: 'failed' }, { 'A-1': 'deviates' })],
  );
  const same = { ...worse, comparisons: [] };
  const runs = [run([scenario('passed')]), run([])];

  it('is no worse than an earlier one without regressions and losses', () => {
    assert.equal(countRegressions(worse), 2);
    assert.equal(isNoWorse({ changes: same, problems: [], runs }), true);
    assert.equal(isNoWorse({ changes: worse, problems: [], runs }), false);
    assert.equal(isNoWorse({ changes: same, problems: ['lost'], runs }), false);
    assert.equal(isNoWorse({ changes: same, problems: [], runs: [run([])] }), false);
    assert.equal(isNoWorse({ changes: same, problems: [], runs: [] }), false);
    assert.throws(() => isNoWorse({ changes: null, problems: [], runs }), RangeError);
  });

  it('has a run of another build if that has another name or build-id', () => {
    const [comparison] = worse.comparisons;
    assert.ok(comparison !== undefined);
    const { before: was } = comparison;
    const other = (more: object): boolean =>
      isOtherBuild({ ...comparison, now: { ...was, hypervisor: { ...was.hypervisor, ...more } } });
    assert.deepEqual([other({}), other({ name: 'b' }), other({ buildId: 'b' })], [false, true, true]);
  });
});

describe('an earlier compliance.json', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function report(text?: string, known = [deviating('xen/2', 'fails')], cut = false): Promise<Report> {
    const all = cut ? interrupted(await messages(), 4) : await messages();
    const file = join(folder, 'compliance.json');
    if (text !== undefined) writeFileSync(file, text);
    return buildReport([stream(all), stream(renamed(all, 'xen/2'))], {
      suite: SUITE,
      catalogue: CATALOGUE,
      knownDeviations: known,
      baseline: text === undefined ? undefined : readRecord(folder),
    });
  }

  it('has the same records as the report that it is of', async () => {
    const built = await report();
    writeFileSync(join(folder, 'compliance.json'), writeCompliance(built));
    const sorted = (runs: readonly RunRecord[]) =>
      runs.map((run) => ({ ...run, scenarios: [...run.scenarios.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) }));
    assert.deepEqual(sorted(readRecord(folder).runs), sorted(recordsOf(built)));
  });

  it('is told apart from the report by builds, scenarios and deviations, and only what is worse ends it with status 1', async () => {
    const text = writeCompliance(await report());
    const same = await report(text);
    assert.equal(countRegressions(same.changes ?? { comparisons: [] }), 0);
    assert.equal(isNoWorse(same), true);

    const worse = await report(text, []);
    const [, xen] = worse.changes?.comparisons ?? [];
    assert.deepEqual(
      xen?.scenarios.map(({ name, from, to, course }) => [name, from?.deviation, to?.outcome, course]),
      [['fails', 'other', 'failed', 'worse']],
    );
    assert.deepEqual(xen.deviations, { came: [], went: ['other'] });
    assert.equal(isNoWorse(worse), false);
  });

  it('does not make an interrupted run right', async () => {
    assert.equal(isNoWorse(await report(writeCompliance(await report()), undefined, true)), false);
  });

  it('does not mind moved lines', async () => {
    const text = writeCompliance(await report()).replace(/"line": (\d+)/g, (_, line: string) => `"line": ${line}0`);
    assert.deepEqual(
      (await report(text)).changes?.comparisons.flatMap(({ scenarios }) => scenarios),
      [],
    );
  });

  it('never keeps waiting for a file that has no end, or no beginning', () => {
    const pipe = join(folder, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const large = join(folder, 'large');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 40);
    const empty = mkdtempSync(join(folder, 'empty-'));
    for (const file of ['/dev/zero', '/dev/full', empty, pipe, large, join(folder, 'nonexistent')])
      assert.throws(
        () => readRecord(file),
        (error) => isUserError(error) && error.message.startsWith(`${file} is no compliance.json: `),
      );
  });

  it('is refused in a sentence where it is none, or of an older format', () => {
    const file = join(folder, 'other.json');
    for (const [text, sentence] of [
      ['', 'is no compliance.json'],
      ['[]', 'is no compliance.json'],
      ['{"runs":[]}', 'is no compliance.json'],
      ['null', 'is no compliance.json'],
      ['{"runs":[],"clauses":[]}', 'has an older format'],
    ] as const) {
      writeFileSync(file, text);
      assert.throws(
        () => readRecord(file),
        (error) => isUserError(error) && error.message.includes(sentence),
      );
    }
  });
});
