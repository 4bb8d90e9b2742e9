import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findXenOfBuild, foreignImage } from '../engine/xen';
import { createReference } from '../engine/reference';
import type { EmulatedTarget } from '../engine/target';
import { parseExplanations } from './differences';
import { RECORDED } from './recorded';
import { judgeReference, measureReference, referenceText, type OnReference } from './reference';

const TABLE = join(__dirname, 'reference.yaml');
const explanations = parseExplanations(TABLE, readFileSync(TABLE, 'utf8'));
const file = findXenOfBuild(RECORDED.buildId);
const skip = file === undefined ? `the Xen that was recorded, ${RECORDED.version}, has not been fetched` : false;

describe('the reference on the image of the booted Xen', { skip }, () => {
  let reference: EmulatedTarget;
  let cases: readonly OnReference[];
  before(() => {
    reference = createReference({ revision: 2, foreign: foreignImage(file ?? '') });
    cases = measureReference(reference, join(__dirname, 'data'));
  });
  after(() => reference.close());

  test('differs from it where a clause says so, which it cites, and nowhere else', () => {
    const { differences, gone } = judgeReference(cases, explanations);
    assert.deepEqual(
      { unexplained: differences.filter(({ because }) => because === undefined), gone },
      { unexplained: [], gone: [] },
    );
  });

  test('answers as it did in more than 99 of 100 of those that it survived', () => {
    const answered = cases.filter(({ compared }) => compared.includes('upload'));
    const equal = answered.filter(({ differences }) => differences.length === 0);
    assert.ok(equal.length / answered.length > 0.99, `${equal.length} of ${answered.length}`);
  });

  test('goes on where it died', () =>
    assert.deepEqual(
      cases.filter(({ stopped }) => stopped !== undefined),
      [],
    ));
});

describe('a difference of the reference', () => {
  const differing = (clause: string | undefined): OnReference => ({
    id: 'a1',
    note: 'odd',
    clause,
    compared: ['upload'],
    differences: [{ field: 'upload', booted: 0, here: -22 }],
  });
  const table = parseExplanations('t.yaml', "- because: 'FUNC-9: opaque is zero.'\n  differences: [a1/upload]");

  test('is counted by its clause, and told with its explanation', () =>
    assert.deepEqual(referenceText([differing('FUNC-9')], table), [
      'cases as on the booted Xen: 0 of 1 (0.0 %)',
      '  upload    0 of 1',
      'different, by clause: FUNC-9 1',
      'FUNC-9: opaque is zero.',
      '  a1/upload odd: 0 there, -22 here',
    ]));

  for (const clause of ['FUNC-8', undefined])
    test(`is not explained by a clause where ${clause ?? 'none'} is cited`, () => {
      const [found] = judgeReference([differing(clause)], table).differences;
      assert.deepEqual([found?.place, found?.because], ['a1/upload', undefined]);
      assert.ok(referenceText([differing(clause)], table).includes('Not explained:'));
    });
});
