import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutantsOf } from './mutants';
import { startWorker } from './processes';
import { mutationOf, reachOf } from './reach';

const CODE = 'export const isSmall = (x: number): boolean => x < 10;\nexport const unused = (): number => 5;\n';
const TEST = `
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, beforeEach, describe, test } from 'node:test';
import { isSmall } from './code';
let [begun, each] = [0, 0];
describe('a number', () => {
  before(() => { begun += 1; });
  beforeEach(() => { each += 1; });
  test('nine is small', () => assert.ok(begun === 1 && each > 0 && isSmall(9)));
  test('ten is not', (t) => {
    t.after(() => assert.equal(begun, 1));
    assert.ok(!isSmall(10));
  });
});
describe('what is skipped', { skip: 'why' }, () => {
  test('fails', () => assert.fail());
});
let isFirst = true;
test('what passes once only is no test', () => {
  assert.ok(isFirst);
  isFirst = false;
});
test('another process has the same mutant', () => {
  execFileSync(process.execPath, ['-e', 'if (require("./code").isSmall(10)) process.exit(1)'], { cwd: __dirname });
});
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
  const reach = await reachOf(mutationOf(project, sources, numbered), join(project, 'kept'), '', ['code.test.ts']);
  assert.deepEqual(
    reach.byScenario.map(({ scenario, mutants }) => [scenario, mutants]),
    [3, 1, 0].map((scenario) => [scenario, [0, 1]]),
  );
  const worker = await startWorker(mutationOf(project, sources, numbered), ['code.test.ts']);
  assert.ok(!('kind' in worker), JSON.stringify(worker));
  t.after(worker.close);
  const outcomeOf = async (mutant: number): Promise<string> => {
    const trial = await worker.run([mutant], [0, 1, 3]);
    return trial.kind === 'killed' ? trial.by : trial.kind;
  };
  assert.equal(await outcomeOf(0), 'ten is not');
  assert.equal(await outcomeOf(2), 'survived');
  const trial = await worker.run([0], [3]);
  assert.ok(trial.kind === 'killed' && trial.isSound, 'in a process that a test starts');
  assert.deepEqual(readdirSync(project).sort(), ['code.test.ts', 'code.ts', 'kept']);
  assert.equal(readFileSync(join(project, 'code.ts'), 'utf8'), CODE);
});
