import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesWithoutWords } from './blank-lines';
import { stringify } from 'yaml';
import { TRANSITIONS } from '../engine/abi/transitions';
import { loadCatalogue, parseCatalogue } from './catalogue';

const CLAUSE = {
  id: 'FUNC-6',
  section: '.livepatch.funcs',
  level: 'MUST',
  revision: 1,
  document: 'The size is not 0.',
  source: [291, 292],
  testable: true,
};
const CHOICE = {
  id: 'FUNC-7',
  section: '.livepatch.funcs',
  level: 'SILENT',
  revision: 1,
  choice: 'The error is -EINVAL.',
  because: 'The document names no error.',
  like: 'Xen',
  testable: true,
};
const SUCCESSOR = { ...CLAUSE, id: 'V2-FUNC-2', revision: 2 };
const FINDING = {
  id: 'F-1',
  title: 'No error is named',
  kind: 'gap',
  section: '.livepatch.funcs',
  places: [{ revision: 1, lines: [10, 12] }],
  text: 'It is silent.',
  clauses: ['FUNC-6'],
  practice: [{ who: 'Xen', does: 'It returns -EINVAL.' }],
  proposal: 'The error is -EINVAL.',
  status: 'open',
  paper: 'Nothing shows it.',
};

/** What is said of clauses (and findings) that are not as they should be, a line each. */
function problems(clauses: unknown, findings: unknown = [], bugs: unknown = []): readonly string[] {
  try {
    parseCatalogue(stringify(clauses), stringify(findings), stringify(bugs));
  } catch (error) {
    assert(error instanceof RangeError);
    return error.message.split('\n');
  }
  return [];
}

test('the catalogue is valid and in the order of the document', () => {
  const { clauses, findings, clause } = loadCatalogue();
  const revisions = clauses.map(({ revision }) => revision);
  assert.deepEqual(revisions, revisions.toSorted());
  const groups = clauses.map(({ id }) => id.replace(/\d+$/, ''));
  for (const [index, { id }] of clauses.entries()) {
    assert.equal(id, `${groups[index]}${index - groups.indexOf(groups[index] ?? '') + 1}`);
  }
  assert.deepEqual(
    findings.map(({ id }) => id),
    findings.map((_, index) => `F-${index + 1}`),
  );
  assert.equal(clause('FUNC-8').supersededBy, 'V2-FUNC-2');
  assert.throws(() => clause('FUNC-99'), RangeError);
});

test('each clause of the transition table is in the catalogue', () => {
  const { clause } = loadCatalogue();
  for (const transition of TRANSITIONS) assert.equal(clause(transition.clause).section, 'State transition table');
});

test('a clause and a finding are read as they stand', () => {
  const superseded = { ...CLAUSE, supersededBy: 'V2-FUNC-2' };
  const untestable = { ...CLAUSE, id: 'GEN-1', level: 'INFO', testable: false, why: 'It is for a tool.' };
  const catalogue = parseCatalogue(stringify([superseded, CHOICE, untestable, SUCCESSOR]), stringify([FINDING]));
  assert.deepEqual(catalogue.clauses, [superseded, CHOICE, untestable, SUCCESSOR]);
  assert.deepEqual(catalogue.findings, [FINDING]);
});

const BAD_CLAUSES: readonly (readonly [string, readonly object[], string])[] = [
  ['an unknown key', [{ ...CLAUSE, listing: 'x' }], 'FUNC-6: unknown key listing'],
  ['an id that is there twice', [CLAUSE, CLAUSE], 'FUNC-6: the id is there twice'],
  [
    'no id',
    [{ ...CLAUSE, id: undefined }],
    'clauses.yaml, entry 1: expected an id such as FUNC-6 or V2-FUNC-4, got nothing',
  ],
  ['no section', [{ ...CLAUSE, section: '' }], 'FUNC-6: expected a section, got ""'],
  [
    'a bad level',
    [{ ...CLAUSE, level: 'WILL' }],
    'FUNC-6: expected a level (MUST, SHOULD, MAY, FACT, SILENT, INFO), got "WILL"',
  ],
  ['a bad revision', [{ ...CLAUSE, revision: 3 }], 'FUNC-6: expected revision 1 or 2, got 3'],
  ['a revision that its id denies', [{ ...CLAUSE, revision: 2 }], 'FUNC-6: does not fit revision 2'],
  [
    'an unknown successor',
    [{ ...CLAUSE, supersededBy: 'V2-FUNC-9' }],
    'FUNC-6: superseded by V2-FUNC-9, which is no clause',
  ],
  [
    'a successor of revision 1',
    [
      { ...CLAUSE, supersededBy: 'FUNC-7' },
      { ...CLAUSE, id: 'FUNC-7' },
    ],
    'FUNC-6: expected a clause of revision 1 superseded by one of revision 2, got FUNC-7',
  ],
  [
    'no claim',
    [{ ...CLAUSE, document: ' ' }],
    'FUNC-6: expected what the document says (document), or a choice, got " "',
  ],
  [
    'lines that the document does not have',
    [{ ...CLAUSE, source: [1160, 1162] }],
    'FUNC-6: expected first and last line of revision 1 (source), got [1160,1162]',
  ],
  ['two origins', [{ ...CHOICE, source: [1, 2] }], 'FUNC-7: has source beside choice'],
  [
    'no reason for its choice',
    [{ ...CHOICE, because: '' }],
    'FUNC-7: expected what the document leaves open (because), got ""',
  ],
  ['a level for a choice', [{ ...CHOICE, level: 'MUST' }], 'FUNC-7: is SILENT where and only where it is a choice'],
  [
    'silence that the document breaks',
    [{ ...CLAUSE, level: 'SILENT' }],
    'FUNC-6: is SILENT where and only where it is a choice',
  ],
  ['no word on testability', [{ ...CLAUSE, testable: 'yes' }], 'FUNC-6: expected testable true or false, got "yes"'],
  [
    'no reason why it is not testable',
    [{ ...CLAUSE, testable: false }],
    'FUNC-6: expected a reason (why), since it is not testable, got nothing',
  ],
  [
    'a reason though it is testable',
    [{ ...CLAUSE, why: 'no' }],
    'FUNC-6: has a reason why it is not testable, but is testable',
  ],
  ['somebody else to ask', [{ ...CLAUSE, asks: 'maker' }], 'FUNC-6: expected asks to be caller, got "maker"'],
  ['INFO that is testable', [{ ...CLAUSE, level: 'INFO' }], 'FUNC-6: is INFO, which cannot be testable'],
];

for (const [what, clauses, problem] of BAD_CLAUSES) {
  test(`a clause with ${what} is refused`, () => assert.deepEqual(problems(clauses), [problem]));
}

const BAD_FINDINGS: readonly (readonly [string, unknown, string])[] = [
  ['an unknown key', [{ ...FINDING, scenario: 'x' }], 'F-1: unknown key scenario'],
  ['a bad id', [{ ...FINDING, id: 'X-1' }], 'X-1: expected an id such as F-1, got "X-1"'],
  ['an unknown clause', [{ ...FINDING, clauses: ['FUNC-99'] }], 'F-1: there is no clause FUNC-99'],
  ['what is no clause', [{ ...FINDING, clauses: ['FUNC-6', 6] }], 'F-1: expected a list of clauses, got ["FUNC-6",6]'],
  ['no clause', [{ ...FINDING, clauses: [] }], 'F-1: expected a list of clauses, got []'],
  ['no title', [{ ...FINDING, title: '' }], 'F-1: expected a title, got ""'],
  [
    'an unknown kind',
    [{ ...FINDING, kind: 'wish' }],
    'F-1: expected a kind (contradiction, gap, wrong-example, wrong-number), got "wish"',
  ],
  ['no place', [{ ...FINDING, places: [] }], 'F-1: expected a list of places, got []'],
  [
    'a place past the end of the document',
    [{ ...FINDING, places: [{ revision: 2, lines: [1302, 1303] }] }],
    'F-1: expected first and last line of revision 2, got [1302,1303]',
  ],
  [
    'practice of nobody',
    [{ ...FINDING, practice: [{ does: 'Nothing.' }] }],
    'F-1: expected who does what (practice), got [{"does":"Nothing."}]',
  ],
  ['no proposal', [{ ...FINDING, proposal: undefined }], 'F-1: expected a proposal, got nothing'],
  [
    'an unknown status',
    [{ ...FINDING, status: 'closed' }],
    'F-1: expected a status (open, fixed upstream), got "closed"',
  ],
  [
    'no reason why nothing shows it',
    [{ ...FINDING, paper: ' ' }],
    'F-1: expected the reason why nothing shows it (paper), got " "',
  ],
];

for (const [what, findings, problem] of BAD_FINDINGS) {
  test(`a finding with ${what} is refused`, () => assert.deepEqual(problems([CLAUSE], findings), [problem]));
}

test('each place of a finding begins and ends with a line of words', () => {
  const blank = { 1: new Set(linesWithoutWords(1)), 2: new Set(linesWithoutWords(2)) };
  for (const { id, places } of loadCatalogue().findings)
    for (const { revision, lines } of places)
      for (const line of lines) assert.ok(!blank[revision].has(line), `${id}: line ${line} of revision ${revision}`);
});

test('what is no list of entries is refused', () => {
  assert.deepEqual(problems({}), ['clauses.yaml: expected a list, got {}']);
  assert.deepEqual(problems(['FUNC-6']), ['clauses.yaml, entry 1: expected an id and its fields, got "FUNC-6"']);
});

test('all problems are reported at once', () => {
  assert.equal(problems([{ ...CLAUSE, level: 'WILL', document: '' }], [{ ...FINDING, id: 'F-0' }]).length, 4);
});

test('a bug is read as it stands; one that was fixed names its commit', () => {
  const open = { id: 'B1', revision: 1, text: 'It is followed to nowhere.' };
  const fixed = { id: 'bug-1', commit: 'f9bf994d81', fixed: '4.7.0', revision: 2, text: 'It was.', why: 'No test.' };
  const onArm = { ...fixed, id: 'bug-2', of: 'arm' };
  const shown = { ...open, id: 'B2', deviations: ['relocations-may-be-anywhere'] };
  assert.deepEqual(parseCatalogue('[]', '[]', stringify([fixed, onArm, open, shown])).bugs, [
    { ...fixed, of: 'x86', deviations: [] },
    { ...onArm, deviations: [] },
    { ...open, of: 'x86', deviations: [] },
    { ...shown, of: 'x86' },
  ]);
  assert.deepEqual(problems([], [], [{ ...open, deviations: [] }]), ['B1: expected a list of deviations, got []']);
  for (const commit of [undefined, 'f9bf994'])
    assert.deepEqual(problems([], [], [{ ...fixed, commit }]), [
      `bug-1: expected the commit that fixed it, got ${commit === undefined ? 'nothing' : '"f9bf994"'}`,
    ]);
  assert.deepEqual(problems([], [], [{ ...onArm, why: undefined }]), [
    'bug-2: expected a reason (why), since it is of arm, got nothing',
  ]);
  assert.deepEqual(problems([], [], [{ ...open, of: 'ppc' }]), [
    'B1: expected what it is of (x86, arm, tools), got "ppc"',
  ]);
  assert.match(problems([], [], [{ ...open, id: 'X1' }])[0] ?? '', /expected an id such as bug-12, B9 or C8/);
});
