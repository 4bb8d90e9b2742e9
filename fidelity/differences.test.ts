import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { costLine, fieldLines, fidelityText } from '.';
import { isExplained, judge, parseExplanations } from './differences';
import { compare, type Replayed } from './replay';

const step = (number: number, booted: object, here: object): Replayed => ({
  id: 's1',
  step: number,
  note: 'late',
  ...compare({ ...booted }, { ...here }, ['ret', 'status']),
});
const LATE = parseExplanations('t.yaml', '- because: it comes late\n  differences: [s1/1/ret]');

describe('agreement', () => {
  test('compares the fields that one of the two has', () => {
    assert.deepEqual(compare({ ret: 0 }, { ret: 0 }, ['ret', 'status']), { compared: ['ret'], differences: [] });
    assert.deepEqual(compare({ ret: 0 }, {}, ['ret']).differences, [{ field: 'ret', booted: 0, here: undefined }]);
  });

  test('counts by field', () => {
    const results = [step(0, { ret: 0, status: [] }, { ret: 0, status: [] }), step(1, { ret: 0 }, { ret: -16 })];
    assert.deepEqual(fieldLines(results), ['  ret       1 of 2', '  status    1 of 1']);
  });

  test('a difference needs its explanation, an explanation its difference', () => {
    const differs = [step(1, { ret: -16 }, { ret: 0 })];
    const agrees = [step(1, { ret: 0 }, { ret: 0 })];
    assert.equal(isExplained(judge(differs, LATE)), true);
    assert.equal(isExplained(judge(differs, new Map())), false);
    assert.deepEqual(judge(agrees, LATE), { differences: [], gone: ['s1/1/ret'] });
    assert.equal(isExplained(judge(agrees, LATE)), false);
    assert.equal(isExplained(judge([step(2, { ret: -16 }, { ret: 0 })], LATE)), false);
  });

  test('says what differs and why', () => {
    const agreement = { cases: [], steps: [step(1, { ret: -16 }, { ret: 0 })], milliseconds: [1, 2, 3] };
    const lines = fidelityText({ ...agreement, memory: { before: 2 ** 20, after: 2 ** 21 } }, LATE);
    assert.deepEqual(lines.slice(-3), [
      '2.0 ms a case in the median, 30000 cases a minute; 1 MiB of memory before, 2 MiB after',
      'it comes late',
      '  s1/1/ret late: -16 there, 0 here',
    ]);
  });

  test('of nothing costs nothing', () => {
    assert.match(costLine({ milliseconds: [], memory: { before: 0, after: 0 } }), /^0\.0 ms .* 0 cases a minute/);
  });
});

describe('the table of differences', () => {
  test("the project's own can be read", () => {
    const file = join(__dirname, 'differences.yaml');
    assert.doesNotThrow(() => parseExplanations(file, readFileSync(file, 'utf8')));
  });

  for (const [what, content, message] of [
    ['no YAML', '- [', /^t\.yaml: expected YAML/],
    ['no list', 'a: b', /^t\.yaml: expected a list of because/],
    ['no explanation', '- differences: [a]', /^t\.yaml: expected a list of because/],
    ['a place twice', '- {because: x, differences: [a/b, a/b]}', /^t\.yaml: expected each place once, got a\/b twice/],
  ] as const)
    test(`${what} is refused`, () => {
      assert.throws(() => parseExplanations('t.yaml', content), { name: 'UserError', message });
    });

  test('may be empty', () => assert.equal(parseExplanations('t.yaml', '# none\n').size, 0));
});
