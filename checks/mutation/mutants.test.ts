import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { readSources } from '../imports';
import { PROJECT } from '../lanes';
import { compiled, withSwitches } from './instrument';
import { changed, mutantsOf } from './mutants';
import { partOf } from './parts';
import { SWITCH } from './switch';

/** The texts that one operator makes of a line. */
const made = (text: string, operator: string): readonly string[] =>
  mutantsOf('x.ts', text)
    .filter((mutant) => mutant.operator === operator)
    .map((mutant) => changed(text, mutant));

describe('the operator', () => {
  for (const [operator, text, expected] of [
    ['comparison', 'a <= b', ['a < b']],
    ['arithmetic', 'a & b', ['a | b']],
    ['logic', 'a && b', ['a || b']],
    ['nullish', 'x = a ?? b', ['x = b']],
    ['negation', 'x = !a', ['x = a']],
    ['condition-true', 'if (a) b();', ['if ((true as boolean)) b();']],
    ['condition-false', 'x = a ? b : c', ['x = (false as boolean) ? b : c']],
    ['number', 'x = [0x10, 7n]', ['x = [17, 7n]', 'x = [0x10, 8n]']],
    ['boolean', 'x = true', ['x = false']],
    ['string', "x = 'a'", ['x = "a_"']],
    ['errno', "x = ['EINVAL', ERRNO.EBUSY]", ["x = ['EOPNOTSUPP', ERRNO.EBUSY]", "x = ['EINVAL', ERRNO.EINVAL]"]],
    ['size', 'x = u32(4)', ['x = u16(4)']],
    ['method', 'x = a.some(b)', ['x = a.every(b)']],
    ['left-out', 'x = a.filter(b).map(c)', ['x = a.map(c)']],
    ['swap', 'x = f(a, b)', ['x = f(b, a)']],
    ['removal', 'x = [a, b]', ['x = [b]', 'x = [a]']],
    ['removal', 'x = { a: 1 }', ['x = { }']],
    ['statement', 'a();', [';']],
    ['return', 'function f() { return a; }', ['function f() { return undefined; }']],
  ] as const)
    test(`${operator} changes ${text}`, () => assert.deepEqual(made(text, operator), expected));

  test('leaves types, imports, names, sentences and thrown errors alone', () => {
    const text = [
      "import { a } from './a';",
      "type B = 1 | 'b';",
      "export const c: 'c' = a;",
      "throw new RangeError('c: expected 1');",
      "({ 'd': e } = a);",
      "export const e = 'Two words.';",
    ].join('\n');
    assert.deepEqual(
      mutantsOf('x.ts', text).filter(({ operator }) => operator !== 'statement'),
      [],
    );
  });
});

test('a change of what a refusal cites is told apart', () => {
  const rule = (name: string, errno: string): string =>
    `{ name: '${name}', clause: 'A-1', errno: '${errno}', says: 'It is.', field: 'f', broken: () => true }`;
  const citations = (text: string): readonly string[] =>
    mutantsOf('x.ts', text)
      .filter(({ isCitation }) => isCitation)
      .map(({ operator, was }) => `${operator} ${was}`);
  const cited = (name: string): readonly string[] => [
    `removal name: '${name}', `,
    "removal clause: 'A-1', ",
    "removal says: 'It is.', ",
    "removal field: 'f', ",
    `string '${name}'`,
    "string 'A-1'",
    "string 'f'",
  ];
  assert.deepEqual(citations(`x = [${rule('a', 'EINVAL')}]`).toSorted(), cited('a').toSorted());
  const pair = (other: string): string => `x = [${rule('a', 'EINVAL')}, ${rule('b', other)}]`;
  assert.equal(citations(pair('EINVAL')).filter((text) => text.startsWith('swap')).length, 1);
  assert.equal(citations(pair('EBUSY')).filter((text) => text.startsWith('swap')).length, 0);
  assert.deepEqual(citations("x = { name: 'a', where: () => b(1) }"), ['removal , where: () => b(1)', 'number 1']);
  assert.deepEqual(citations('x = { where: describe(1) }'), []);
});

test('a mutant has its place in its id', () => {
  const [mutant] = mutantsOf('engine/x.ts', '\nx = a < b;\n').filter(({ operator }) => operator === 'comparison');
  assert.equal(mutant?.id, 'engine/x.ts:2:7:comparison');
  assert.equal(mutant.line, 2);
});

describe('a file with switches', () => {
  const text =
    'const list = [1, 2].filter((each) => each < 2 && !off);\nif (list.length > 0) { say(list?.at(0)?.big ?? 5); }';
  const numbered = mutantsOf('x.ts', text).map((mutant, number) => ({ number, mutant }));
  const run = (code: string, active?: number): unknown => {
    const said: unknown[] = [];
    const say = (value: unknown): number => said.push(value);
    const isActive = (number: number): boolean => number === active;
    try {
      runInNewContext(code, { off: false, say, [SWITCH]: isActive });
    } catch (error) {
      return String(error);
    }
    return said;
  };

  test('is the original while no mutant is active', () =>
    assert.deepEqual(run(compiled(withSwitches(text, numbered), 'x.ts')), [5]));

  test('is each mutant while that is active', () => {
    const switched = compiled(withSwitches(text, numbered), 'x.ts');
    assert.ok(numbered.length > 15);
    for (const { number, mutant } of numbered)
      assert.deepEqual(run(switched, number), run(compiled(changed(text, mutant), 'x.ts')), mutant.id);
  });
});

test('each mutant of this project has an id of its own, and each file with switches can be parsed', () => {
  const sources = [...readSources(PROJECT)].filter(([file]) => partOf(file) !== undefined);
  const mutants = sources.flatMap(([file, text]) => mutantsOf(file, text));
  assert.equal(new Set(mutants.map(({ id }) => id)).size, mutants.length);
  assert.ok(mutants.length > 10_000);
});
