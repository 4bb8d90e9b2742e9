import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Rule } from './rule';
import { check, each, firstBrokenOf, rulesOf, type Check } from './sequence';

const rule = (name: string, broken: Rule<number>['broken']): Rule<number> => ({
  name,
  clause: 'X-1',
  errno: 'EINVAL',
  says: 'It is so.',
  refused: 'It is not so.',
  broken,
});
const EVEN = rule('even', (n) => n % 2 !== 0);
const SMALL = rule('small', (n) => n > 9);
const where = (n: number) => ({ name: String(n) });
const context = { revision: 2, forgotten: new Set<string>() } as const;
const cited = (checks: readonly Check<readonly number[]>[], numbers: readonly number[]) => {
  const refusal = firstBrokenOf(checks, numbers, context);
  return refusal && [refusal.rule, refusal.where];
};

const numbers = (own: readonly number[]) => own;
const even = check([EVEN], (n: number) => n, where);
const small = check([SMALL], (n: number) => n, where);

describe('a sequence of checks', () => {
  it('asks one table of all items before the next, or all tables of one item', () => {
    assert.deepEqual(cited([each(numbers)(even), each(numbers)(small)], [10, 1]), ['even', '1']);
    assert.deepEqual(cited([each(numbers)(even, small)], [10, 1]), ['small', '10']);
  });

  it('asks nothing after a refusal', () => {
    const asked: number[] = [];
    const noting = check([EVEN], (n: number) => (asked.push(n), n), where);
    cited([each(numbers)(noting)], [2, 3, 4]);
    assert.deepEqual(asked, [2, 3]);
  });

  it('has its rules in the order in which they are asked first, once each', () => {
    assert.deepEqual(rulesOf([each(numbers)(small, even), each(numbers)(small)]), [SMALL, EVEN]);
  });
});
