import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Envelope, PickleStepType, StepDefinitionPatternType } from '@cucumber/messages';
import { commentAbove, documentOf, firstSentence, readVocabulary, unusedRoles, unusedSteps } from './vocabulary';

const FILES: Readonly<Record<string, string>> = {
  'steps/b.steps.ts': '/** Given: what is. Nothing else. */\n',
  'steps/a.steps.ts': '/**\n * When: what\n * happens.\n */\n',
  'steps/kinds.ts': '/** The values. */\n\n/** How it ends. */\nkind({})\nkind({})\n',
};
const sourceOf = (file: string): string => FILES[file] ?? '';

const definition = (id: string, uri: string, source: string): Envelope => ({
  stepDefinition: {
    id,
    sourceReference: { uri },
    pattern: { source, type: StepDefinitionPatternType.CUCUMBER_EXPRESSION },
  },
});

const kind = (name: string, line: number, ...regularExpressions: string[]): Envelope => ({
  parameterType: {
    id: name,
    name,
    regularExpressions,
    preferForRegularExpressionMatch: false,
    useForSnippets: true,
    sourceReference: { uri: 'steps/kinds.ts', location: { line } },
  },
});

/** A scenario's sentences, each with the id of the step that it means. */
const scenario = (
  name: string,
  ...sentences: readonly (readonly [PickleStepType, string, string])[]
): readonly Envelope[] => [
  {
    pickle: {
      id: name,
      uri: 'a.feature',
      name: '',
      language: 'en',
      tags: [],
      astNodeIds: [],
      steps: sentences.map(([type, text], at) => ({ id: `${name}${at}`, astNodeIds: [], type, text })),
    },
  },
  {
    testCase: {
      id: `${name}-case`,
      pickleId: name,
      testSteps: [
        { id: 'hook', hookId: 'h' },
        ...sentences.map(([, , id], at) => ({
          id: `${name}-case${at}`,
          pickleStepId: `${name}${at}`,
          stepDefinitionIds: [id],
        })),
      ],
    },
  },
];

const ENVELOPES: readonly Envelope[] = [
  definition('1', 'steps/b.steps.ts', 'there is {end}'),
  definition('2', 'steps/b.steps.ts', 'there is none'),
  definition('3', 'steps/a.steps.ts', '{string} comes'),
  kind('end', 4, 'GOOD|BAD'),
  kind('other', 5, '\\d'),
  ...scenario('first', [PickleStepType.CONTEXT, 'there is GOOD', '1'], [PickleStepType.ACTION, '"x" comes', '3']),
  ...scenario('second', [PickleStepType.CONTEXT, 'there is BAD', '1']),
];

test('the first sentence of the comment that a file begins with', () => {
  assert.equal(firstSentence('/** One: a.b. Two. */\n'), 'One: a.b.');
  assert.equal(firstSentence('/**\n * One\n * and more. Two.\n */\n'), 'One and more.');
  assert.equal(firstSentence('/** No end */'), 'No end');
  assert.equal(firstSentence('code();\n/** One. */\n'), '');
});

test('the comment above a line', () => {
  assert.equal(commentAbove('/** A. */\nb();\nc();', 2), 'A.');
  assert.equal(commentAbove('/** A. */\nb();\nc();', 3), '');
  assert.equal(commentAbove('b();', 1), '');
});

test('steps by file, each with the first sentence that uses it', () => {
  assert.deepEqual(readVocabulary(ENVELOPES, sourceOf).groups, [
    {
      file: 'steps/a.steps.ts',
      says: 'When: what happens.',
      steps: [{ pattern: '{string} comes', example: 'When "x" comes' }],
    },
    {
      file: 'steps/b.steps.ts',
      says: 'Given: what is.',
      steps: [
        { pattern: 'there is {end}', example: 'Given there is GOOD' },
        { pattern: 'there is none', example: undefined },
      ],
    },
  ]);
});

test('values that steps use, with what their comments say and the words to choose from', () => {
  assert.deepEqual(
    readVocabulary(ENVELOPES, sourceOf).values.map(({ name, says }) => `${name}: ${says}`),
    ['end: How it ends. One of GOOD, BAD.', 'string: Text in quotes: the name of a payload, what a function returns.'],
  );
});

test('steps that no feature uses', () => {
  assert.deepEqual(unusedSteps(readVocabulary(ENVELOPES, sourceOf)), ['steps/b.steps.ts: there is none']);
});

test('roles that features speak of, and those that none does', () => {
  const vocabulary = readVocabulary(
    scenario('one', [PickleStepType.CONTEXT, '"p" makes short_function+0x1 return 1', '1']),
    sourceOf,
  );
  assert.deepEqual(
    vocabulary.roles.map(({ name }) => name),
    ['short_function'],
  );
  assert.ok(unusedRoles(vocabulary).includes('quiet_function'));
});

test('the document has a row for each step and value, with bars escaped', () => {
  const text = documentOf({
    groups: [{ file: 'steps/a.steps.ts', says: 'When.', steps: [{ pattern: 'a|b', example: 'When a|b' }] }],
    values: [{ name: 'end', says: 'How it ends.' }],
    roles: [{ name: 'short_function', is: 'a short one' }],
  });
  assert.match(text, /^\| `short_function` \| a short one \|$/m);
  assert.match(text, /^\| `\{end\}` \| How it ends\. \|$/m);
  assert.match(text, /^## a\.steps\.ts\n\nWhen\.\n\n\| Step \| In a feature \|$/m);
  assert.match(text, /^\| `a\\\|b` \| `When a\\\|b` \|$/m);
  assert.ok(text.endsWith('|\n'));
});
