import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findDebianXen, foreignImage } from '..';
import { createJudge } from '../../check/judge';
import { createReference } from '../../reference';
import type { Target } from '../../target';
import { readRecorded } from './data';
import { judge, parseExplanations } from './differences';
import { judgeCase, type OnReference } from './reference';

const TABLE = join(__dirname, 'reference.yaml');
const explanations = parseExplanations(TABLE, readFileSync(TABLE, 'utf8'));
const file = findDebianXen();
const skip = file === undefined ? "Debian's Xen has not been fetched: run the features with --target xen once" : false;

describe('the reference on the image of the booted Xen', { skip }, () => {
  let reference: Target;
  let cases: readonly OnReference[];
  before(() => {
    reference = createReference({ revision: 2, foreign: foreignImage(file ?? '') });
    const judgeIt = createJudge(reference);
    const recorded = readRecorded(join(__dirname, 'data'));
    cases = recorded.cases.map((one) => judgeCase(judgeIt, recorded, one));
  });
  after(() => reference.close());

  test('differs from it where a clause says so, and nowhere else', () => {
    const { differences, gone } = judge(cases, explanations);
    assert.deepEqual(
      { unexplained: differences.filter(({ because }) => because === undefined), gone },
      { unexplained: [], gone: [] },
    );
  });

  test('answers as it did, or cites the clause by which it does not, in more than 99 of 100', () => {
    const compared = cases.filter((one) => one.compared.length > 0);
    const good = compared.filter(({ clause, differences }) => differences.length === 0 || clause !== undefined);
    assert.ok(good.length / compared.length > 0.99, `${good.length} of ${compared.length}`);
  });

  test('cites the clause of the explanation', () => {
    for (const { id, clause, differences } of cases)
      for (const { field } of differences)
        if (clause !== undefined)
          assert.match(explanations.get(`${id}/${field}`) ?? '', new RegExp(`^${clause}: `), id);
  });

  test('goes on where it died', () =>
    assert.deepEqual(
      cases.filter(({ stopped }) => stopped !== undefined),
      [],
    ));
});
