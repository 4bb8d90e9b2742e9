import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { loadCatalogue } from './catalogue';
import { loadPassages, parsePassages, unaccounted } from './sentences';

test('clauses and listed passages cover every line of both revisions that holds words', () => {
  const { clauses } = loadCatalogue();
  for (const revision of [1, 2] as const) assert.deepEqual(unaccounted(clauses, loadPassages(), revision), []);
});

test('lines that neither a clause nor a passage covers are found, blank ones left out', () => {
  const passages = parsePassages(
    stringify([
      { revision: 1, lines: [1, 100], why: 'Not looked at.' },
      { revision: 1, lines: [104, 1161], why: 'Not looked at.' },
    ]),
  );
  assert.deepEqual(unaccounted([], passages, 1), [[101, 103]]);
});

const BAD: readonly (readonly [string, object, string])[] = [
  ['no reason', { revision: 1, lines: [1, 2] }, 'expected a reason (why), or the same lines (as), got nothing'],
  [
    'lines past the end',
    { revision: 1, lines: [1, 1162], why: 'x' },
    'expected first and last line of revision 1, got [1,1162]',
  ],
  ['other lines than those it repeats', { revision: 2, lines: [1, 3], as: [1, 2] }, 'lines and as differ in number'],
  ['an unknown key', { revision: 1, lines: [1, 2], why: 'x', text: 'x' }, 'unknown key text'],
];

for (const [what, passage, problem] of BAD) {
  test(`a passage with ${what} is refused`, () => {
    assert.throws(() => parsePassages(stringify([passage])), { message: `sentences.yaml, entry 1: ${problem}` });
  });
}
