import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWords, quickenMatching } from './matching';

test('the first words are those before a parameter, an option or a choice, whole words only', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['the payload is applied', 'the payload is applied'],
    ['the call returns {errno}', 'the call returns '],
    ['its name{string} is', 'its '],
    ['{int} byte(s) of it', ''],
    ['the byte(s) of it', 'the '],
    ['the payload/function is', 'the '],
    ['a \\{brace}', 'a '],
  ];
  for (const [source, words] of cases) assert.equal(firstWords(source), words, source);
});

/** An expression of Cucumber's kind that says what it was asked. */
function expressionOf(source: string, regexp: RegExp) {
  const asked: string[] = [];
  const match = (text: string): object | null => {
    asked.push(text);
    return regexp.exec(text);
  };
  return { source, match, asked };
}

test('a text is matched once, and not at all where it begins otherwise', () => {
  const returns = expressionOf('the call returns {errno}', /^the call returns (-E\w+|0)$/);
  quickenMatching({ stepDefinitions: [{ expression: returns }] });
  const texts = ['the call returns 0', 'the call returns -EINVAL', 'the call returns it', 'the CPU runs'];
  const matched = [...texts, ...texts].map((text) => returns.match(text) !== null);
  assert.deepEqual(matched, [true, true, false, false, true, true, false, false]);
  assert.deepEqual(returns.asked, texts.slice(0, 3));
});

test('steps that are held otherwise than expected are a mistake', () => {
  assert.throws(() => quickenMatching({}), TypeError);
  assert.throws(() => quickenMatching({ stepDefinitions: [{ pattern: 'a step' }] }), TypeError);
});
