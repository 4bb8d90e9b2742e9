import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRANSITIONS } from '../engine/abi/transitions';
import { loadCatalogue } from '../features/catalogue';
import { checkFeature, checkTransitions, notShown, staleDeviations, strayDeviations, wronglyShown } from './catalogue';
import { readFeature } from './features';

const catalogue = loadCatalogue();
const read = (text: string) => readFeature('features/a.feature', text);

/** The problems of a feature, as `line: sentence`. */
const problems = (text: string): readonly string[] =>
  checkFeature(read(text), catalogue).map(({ line, says }) => `${line}: ${says}`);

/** A feature of one scenario with these tags and this title, on its lines 2 and 3. */
const scenario = (tags: string, title: string): string => `Feature: f\n  ${tags}\n  Scenario: ${title}\n`;

const GOOD = `@F-14 @bug-12 @B3 @C5
Feature: nops

  @FUNC-6 @needs-stale-code
  Scenario: FUNC-6: a size of 0 is refused
    Given nothing

  Scenario Outline: FUNC-8: the version is <version>
    Given nothing

    @FUNC-8 @revision-1
    Examples:
      | version |
      | 1       |

    @V2-FUNC-2 @revision-2
    Examples:
      | version |
      | 2       |

  @V2-FUNC-2 @revision-2
  Rule: in revision 2

    @V2-FUNC-5
    Scenario: V2-FUNC-2: the version is 2
      Given nothing
`;

test('a feature that keeps the rules has no problems', () => {
  assert.deepEqual(problems(GOOD), []);
});

test('tags are inherited from Feature, Rule, Scenario and Examples', () => {
  const { tags, scenarios } = read(GOOD);
  assert.deepEqual(
    scenarios.map(({ cases }) => cases.map((each) => each.tags.join(' '))),
    [
      ['F-14 bug-12 B3 C5 FUNC-6 needs-stale-code'],
      ['F-14 bug-12 B3 C5 FUNC-8 revision-1', 'F-14 bug-12 B3 C5 V2-FUNC-2 revision-2'],
      ['F-14 bug-12 B3 C5 V2-FUNC-2 revision-2 V2-FUNC-5'],
    ],
  );
  assert.deepEqual(
    tags.filter(({ name }) => name === 'V2-FUNC-2'),
    [
      { name: 'V2-FUNC-2', line: 16 },
      { name: 'V2-FUNC-2', line: 21 },
    ],
  );
});

const BAD: readonly (readonly [string, string, readonly string[]])[] = [
  ['what is no Gherkin', 'Feature: f\n  Scenario: s\n    Given nothing\n    Perhaps\n', ['4: (4:5): expected: #EOF']],
  ['an unknown tag', `@slow\n${scenario('@FUNC-6', 'FUNC-6: s')}`, ['1: unknown tag @slow']],
  ['a clause that is none', scenario('@FUNC-6 @FUNC-99', 'FUNC-6: s'), ['2: unknown tag @FUNC-99']],
  ['a finding that is none', scenario('@FUNC-6 @F-999', 'FUNC-6: s'), ['2: unknown tag @F-999']],
  [
    'a bug that is none',
    scenario('@FUNC-6 @bug-999 @B999 @C0', 'FUNC-6: s'),
    ['bug-999', 'B999', 'C0'].map((name) => `2: unknown tag @${name}`),
  ],
  ['a need that there is none of', scenario('@FUNC-6 @needs-luck', 'FUNC-6: s'), ['2: unknown tag @needs-luck']],
  ['no clause', scenario('@F-1', 'FUNC-6: s'), ['3: no clause is named: FUNC-6: s']],
  [
    'no clause for one block of Examples',
    'Feature: f\n  Scenario Outline: FUNC-6: s\n    @FUNC-6\n    Examples:\n      | a |\n\n    Examples:\n      | a |\n',
    ['7: no clause is named: FUNC-6: s'],
  ],
  [
    'a title without a clause',
    scenario('@FUNC-6', 'a size of 0'),
    ['3: the title has to begin with one of its clauses and a colon: a size of 0'],
  ],
  [
    'a title with another clause',
    scenario('@FUNC-6', 'FUNC-60: s'),
    ['3: the title has to begin with one of its clauses and a colon: FUNC-60: s'],
  ],
  [
    'a title without a colon',
    scenario('@FUNC-6', 'FUNC-6 s'),
    ['3: the title has to begin with one of its clauses and a colon: FUNC-6 s'],
  ],
  [
    'a title twice',
    `${scenario('@FUNC-6', 'FUNC-6: s')}\n  @FUNC-6\n  Scenario: FUNC-6: s\n`,
    ['6: line 3 has the same title: FUNC-6: s'],
  ],
  [
    'a superseded clause in both revisions',
    scenario('@FUNC-8', 'FUNC-8: s'),
    ['3: FUNC-8 is superseded by V2-FUNC-2: @revision-1 is missing'],
  ],
  [
    'a clause of revision 2 in both revisions',
    scenario('@V2-FUNC-2', 'V2-FUNC-2: s'),
    ['3: V2-FUNC-2 is of revision 2: @revision-2 is missing'],
  ],
  [
    'a clause of revision 2 in revision 1',
    scenario('@V2-FUNC-2 @revision-1', 'V2-FUNC-2: s'),
    ['3: V2-FUNC-2 is of revision 2: @revision-2 is missing'],
  ],
  [
    'both revisions as conditions',
    scenario('@FUNC-6 @revision-1 @revision-2', 'FUNC-6: s'),
    ['3: with both @revision-1 and @revision-2 it would run in neither'],
  ],
];

for (const [what, text, expected] of BAD) {
  test(`a feature with ${what} is reported`, () => {
    const found = problems(text);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [index, start] of expected.entries()) assert(found[index]?.startsWith(start), found[index]);
  });
}

/** A feature whose Examples say these rows of the transition table, the first in line 5. */
const table = (rows: readonly (readonly string[])[]) =>
  read(
    `@STATE-1\nFeature: f\n  Scenario Outline: STATE-1: s\n    Examples:\n      | action | state | outcome | next | rc |\n` +
      rows
        .map(([state, action, outcome, next]) => `      | ${action} | ${state} | ${outcome} | ${next} | 0 |\n`)
        .join(''),
  );
const ROWS = TRANSITIONS.map(({ state, action, outcome, next }) => [state, action, outcome, next]);

test('outlines that have the whole transition table together are complete', () => {
  assert.deepEqual(checkTransitions([table(ROWS.slice(0, 5)), table(ROWS.slice(4))]), []);
});

test('a row of the transition table that no outline has is reported', () => {
  assert.deepEqual(checkTransitions([table(ROWS.slice(1))]), [
    { file: 'engine/abi/transitions.ts', says: 'no outline has the row CHECKED UNLOAD success gone' },
  ]);
});

test('a row that contradicts the transition table is reported', () => {
  const wrong = [
    ['CHECKED', 'REVERT', 'success', 'CHECKED'],
    ['APPLIED', 'REVERT', 'success', 'APPLIED'],
  ];
  const file = 'features/a.feature';
  assert.deepEqual(checkTransitions([table([...wrong, ...ROWS])]), [
    { file, line: 6, says: 'the transition table has no such row: CHECKED REVERT success CHECKED' },
    { file, line: 7, says: 'the transition table has CHECKED: APPLIED REVERT success APPLIED' },
  ]);
});

test('Examples without all four columns are no part of the transition table', () => {
  const other = read(
    '@FUNC-6\nFeature: f\n  Scenario Outline: FUNC-6: s\n    Examples:\n      | state |\n      | LOST |\n',
  );
  assert.deepEqual(checkTransitions([other, table(ROWS)]), []);
});

test('testable clauses that no scenario shows are problems in each revision they hold in', () => {
  const says = (text: string) => notShown([read(text)], catalogue).map((problem) => problem.says);
  const missing = (revision: number, id: string): string => `no scenario of revision ${revision} shows ${id}`;
  const bare = says('Feature: f\n');
  assert(bare.includes(missing(1, 'FUNC-6')) && bare.includes(missing(2, 'FUNC-6')));
  assert(bare.includes(missing(1, 'FUNC-8')) && !bare.includes(missing(2, 'FUNC-8')));
  assert(bare.includes(missing(2, 'V2-FUNC-2')) && !bare.includes(missing(1, 'V2-FUNC-2')));
  assert(!bare.includes(missing(1, 'GEN-1')));

  const shown = says(GOOD);
  assert(!shown.includes(missing(1, 'FUNC-6')) && !shown.includes(missing(2, 'FUNC-6')));
  assert(shown.includes(missing(1, 'FUNC-7')));
  const later = says(scenario('@FUNC-6 @revision-2', 'FUNC-6: a'));
  assert(later.includes(missing(1, 'FUNC-6')) && !later.includes(missing(2, 'FUNC-6')));
});

test('what asks something of a caller is shown by features of tools, and nothing else is', () => {
  const says = (tags: string) =>
    notShown([read(`${tags}\nFeature: f\n  @V2-FLOW-1 @V2-ACT-2\n  Scenario: V2-FLOW-1: a\n`)], catalogue).map(
      (problem) => problem.says,
    );
  const missing = (id: string): string => `no scenario of revision 2 shows ${id}`;
  const ofTool = says('@toolstack @revision-2');
  assert(!ofTool.includes(missing('V2-FLOW-1')) && ofTool.includes(missing('V2-ACT-2')));
  const other = says('@revision-2');
  assert(other.includes(missing('V2-FLOW-1')) && !other.includes(missing('V2-ACT-2')));
});

test('findings and bugs say why no scenario shows them where and only where none does', () => {
  const says = (text: string) => wronglyShown([read(text)], catalogue).map((problem) => problem.says);
  const bare = says('Feature: f\n');
  for (const id of ['F-14', 'bug-12', 'bug-30', 'B3']) assert(bare.includes(`no scenario shows ${id}`));
  for (const id of ['F-3', 'bug-16']) assert(!bare.some((problem) => problem.includes(`${id} `)));
  const shown = says(scenario('@FUNC-6 @F-3 @F-14 @bug-12 @bug-16', 'FUNC-6: a'));
  for (const id of ['F-14', 'bug-12']) assert(!shown.includes(`no scenario shows ${id}`));
  assert(shown.includes('F-3 has paper, and scenarios with its tag'));
  assert(shown.includes('bug-16 has why, and scenarios with its tag'));
});

/** A list of one deviation. */
const recorded = (title: string, rows: readonly Readonly<Record<string, string>>[] = [], clause = 'FUNC-8') => ({
  hypervisor: 'Xen 4.17',
  absences: [],
  patched: [],
  deviations: [
    {
      id: 'other',
      clauses: [clause],
      says: 'It does.',
      does: 'It does not.',
      since: '4.7',
      fails: [{ what: '*', expected: '*', found: '*' }],
      scenarios: [{ uri: 'features/a.feature', title, rows }],
    },
  ],
});

test('a deviation names clauses, scenarios and rows that there are', () => {
  const stale = (...of: Parameters<typeof recorded>): readonly string[] =>
    staleDeviations([read(GOOD)], catalogue, [recorded(...of)]).map(({ says }) => says);
  assert.deepEqual(stale('FUNC-6: *'), []);
  assert.deepEqual(stale('FUNC-8: the version is 2', [{ version: '2' }]), []);
  assert.deepEqual(stale('FUNC-8: the version is *', [{ version: '2' }, { version: '3' }]), [
    'features/a.feature has no scenario: FUNC-8: the version is * {"version":"3"}',
  ]);
  assert.deepEqual(stale('FUNC-6: nothing'), ['features/a.feature has no scenario: FUNC-6: nothing']);
  assert.deepEqual(stale('FUNC-6: *', [], 'FUNC-99'), ['there is no clause FUNC-99']);
});

test('a bug shows by deviations that there are, of scenarios with its tag', () => {
  const stray = (id: string, deviation: string, title = 'FUNC-6: *'): readonly string[] => {
    const bug = { id, of: 'x86', revision: 1, text: 'It is so.', deviations: [deviation] } as const;
    return strayDeviations([read(GOOD)], { bugs: [bug] }, [recorded(title)]).map(
      ({ file, says }) => `${file}: ${says}`,
    );
  };
  assert.deepEqual(stray('B3', 'other'), []);
  assert.deepEqual(stray('B3', 'nothing'), ['features/bugs.yaml, B3: there is no deviation nothing']);
  assert.deepEqual(stray('B4', 'other'), ['features/bugs.yaml, B4: the deviation other has no scenario with its tag']);
  assert.deepEqual(stray('B3', 'other', 'FUNC-7: *'), [
    'features/bugs.yaml, B3: the deviation other has no scenario with its tag',
  ]);
});
