import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutantsOf } from './mutants';
import { mutationOf } from './reach';
import { runTests } from './tests';

const CODE = 'export const isSmall = (x: number): boolean => x < 10;\nexport const unused = (): number => 5;\n';
const TEST = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSmall } from './code';
test('nine is small', () => assert.ok(isSmall(9)));
test('ten is not', () => assert.ok(!isSmall(10)));
`;

test('unit tests notice a mutant that they reach, in a project whose files stay as they are', async (t) => {
  const project = mkdtempSync(join(tmpdir(), 'mutated-'));
  t.after(() => rmSync(project, { recursive: true }));
  writeFileSync(join(project, 'code.ts'), CODE);
  writeFileSync(join(project, 'code.test.ts'), TEST);
  const numbered = mutantsOf('code.ts', CODE).map((mutant, number) => ({ number, mutant }));
  assert.deepEqual(
    numbered.map(({ mutant: { id } }) => id),
    ['code.ts:1:50:comparison', 'code.ts:1:52:number', 'code.ts:2:37:number'],
  );
  const sources = new Map([['code.ts', CODE]]);
  const outcomeOf = (...active: readonly number[]): ReturnType<typeof runTests> =>
    runTests(mutationOf(project, sources, numbered, active), ['code.test.ts']);
  assert.deepEqual(await outcomeOf(), { failed: undefined, reached: [0, 1] });
  assert.equal((await outcomeOf(0)).failed, 'ten is not');
  assert.equal((await outcomeOf(2)).failed, undefined);
  assert.deepEqual(readdirSync(project).sort(), ['code.test.ts', 'code.ts']);
  assert.equal(readFileSync(join(project, 'code.ts'), 'utf8'), CODE);
});
