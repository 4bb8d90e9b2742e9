import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { changeOf, listedAs, readEquivalents } from './equivalent';
import { interval } from './interval';
import type { Outcome } from './measure';
import { mutantsOf } from './mutants';
import { linesOf, summarize } from './report';

const FILE = 'engine/abi/x.ts';
const TEXT = 'export const a = b < 1;\n';
const SOURCES = new Map([[FILE, TEXT]]);
const MUTANTS = mutantsOf(FILE, TEXT);
const [COMPARISON, NUMBER] = MUTANTS;
const ROW = { file: FILE, line: TEXT.trim(), change: 'comparison: < becomes <=', why: 'b is never 1.' };

const outcomes = (...given: readonly Outcome[]): ReadonlyMap<string, Outcome> =>
  new Map(given.map((outcome, at) => [MUTANTS[at]?.id ?? '', outcome]));

test("Wilson's interval is as published", () => {
  const rounded = (count: number, total: number): readonly number[] =>
    interval(count, total).map((share) => Math.round(share * 1000) / 1000);
  assert.deepEqual(rounded(237, 295), [0.754, 0.845]);
  assert.deepEqual(rounded(10, 10), [0.722, 1]);
  assert.deepEqual(rounded(0, 10), [0, 0.278]);
  assert.deepEqual(rounded(0, 0), [0, 1]);
  assert.throws(() => interval(2, 1), RangeError);
});

describe('a mutant that is listed as equivalent', () => {
  assert.ok(COMPARISON !== undefined && NUMBER !== undefined);

  test('is found by its file, the text of its line and its change', () => {
    assert.equal(changeOf(COMPARISON), ROW.change);
    assert.equal(listedAs(COMPARISON, [ROW], SOURCES), ROW);
    assert.equal(listedAs(NUMBER, [ROW], SOURCES), undefined);
    for (const other of [{ file: 'y.ts' }, { line: 'a' }, { change: 'comparison: < becomes >' }])
      assert.equal(listedAs(COMPARISON, [{ ...ROW, ...other }], SOURCES), undefined);
  });

  test('is not counted', () => {
    const { code, wrong } = summarize(MUTANTS, outcomes('nothing', 'features'), [ROW], SOURCES, 3);
    assert.deepEqual(wrong, []);
    assert.deepEqual(code, {
      seed: 3,
      parts: [
        {
          name: 'engine/abi',
          total: 1,
          equivalent: 1,
          citations: 0,
          features: { noticed: 1, from: 20.7, to: 100 },
          all: { noticed: 1, from: 20.7, to: 100 },
        },
      ],
      survivors: [],
    });
  });

  test('is an error if it is noticed', () =>
    assert.deepEqual(summarize(MUTANTS, outcomes('tests', 'features'), [ROW], SOURCES, 3).wrong, [COMPARISON.id]));
});

test('survivors have their line and change, and what was not measured is not counted', () => {
  const { code } = summarize(MUTANTS, outcomes('nothing'), [], SOURCES, null);
  assert.deepEqual(code.survivors, [{ file: FILE, line: 1, text: TEXT.trim(), change: ROW.change }]);
  assert.deepEqual(linesOf(code), [
    'of 1 changes of engine/abi, features notice 0 % (0 to 79), with unit tests 0 % (0 to 79); 0 are listed as equivalent',
  ]);
});

test('a row without a reason is refused in a sentence', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'equivalent-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rows.yaml');
  writeFileSync(file, '- { file: x.ts, line: a, change: b }\n');
  assert.throws(() => readEquivalents(file), isUserError);
  writeFileSync(file, '- { file: x.ts, line: a, change: b, why: c }\n');
  assert.deepEqual(readEquivalents(file), [{ file: 'x.ts', line: 'a', change: 'b', why: 'c' }]);
});
