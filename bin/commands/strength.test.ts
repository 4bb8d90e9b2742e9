import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { readStrength } from '../../reports/strength';
import { strength, type Suite } from './strength';
import { strengthOfCode } from './strength-code';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'strength-test-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const RULES = ['magic', 'version', 'os-abi'];

test('a rule is killed by a scenario of its clause, or by any other; else it survives', async (t) => {
  const out = scratch(t);
  const lines: string[] = [];
  const asked: string[] = [];
  const suite: Suite = (rule, tags) => {
    asked.push(`${rule} ${tags}`);
    if (rule === 'magic') return Promise.resolve({ kind: 'killed', by: 'ELF-1: …' });
    if (rule === 'version' && tags === '') return Promise.resolve({ kind: 'killed', by: 'UPL-1: …' });
    return Promise.resolve({ kind: 'survived' });
  };
  const status = await strength(RULES, { out, parallel: 1 }, (line) => lines.push(line), suite);
  assert.equal(status, 1);
  assert.deepEqual(asked, ['magic @ELF-1', 'version @ELF-2', 'version ', 'os-abi @ELF-2', 'os-abi ']);
  assert.deepEqual(readStrength(join(out, 'strength.json')), {
    rules: { total: 3, killed: 2, survivors: ['os-abi'] },
  });
  assert.match(lines.join('\n'), /SURVIVED {2}os-abi \(ELF-2\)\n2 of 3 rules/);
});

test('where the suite cannot be run, nothing is said of the rule, and the command fails', async (t) => {
  const out = scratch(t);
  const suite: Suite = () => Promise.resolve({ kind: 'broken', why: 'no Unicorn' });
  const lines: string[] = [];
  assert.equal(await strength(['magic'], { out }, (line) => lines.push(line), suite), 1);
  assert.match(lines[0] ?? '', /BROKEN +magic: no Unicorn/);
  const { rules } = readStrength(join(out, 'strength.json'));
  assert.deepEqual(rules, { total: 1, killed: 0, survivors: [] });
});

test('all rules killed is status 0', async (t) => {
  const suite: Suite = () => Promise.resolve({ kind: 'killed', by: 'x' });
  assert.equal(await strength([], { out: scratch(t), parallel: 4 }, () => undefined, suite), 0);
});

test('a rule that there is none of, and a file that is no strength.json, are refused in a sentence', async (t) => {
  const out = scratch(t);
  await assert.rejects(
    strength(['no-such-rule'], { out }, () => undefined),
    (error) => isUserError(error) && error.message.startsWith('There is no rule no-such-rule: did you mean one of '),
  );
  for (const file of [join(out, 'missing.json'), __filename, join(__dirname, '../../package.json')]) {
    assert.throws(() => readStrength(file), isUserError);
  }
  assert.throws(() => readFileSync(join(out, 'strength.json')), /ENOENT/);
});

test('where only a package is, the code is not changed, and a sentence says why', (t) =>
  assert.rejects(
    strengthOfCode([], { out: scratch(t) }, scratch(t)),
    (error) => isUserError(error) && error.message.endsWith('run it in a clone of the project.'),
  ));

test('an option of --code is refused without it', async (t) => {
  const out = scratch(t);
  for (const more of [{ sample: 3 }, { seed: 2 }, { resume: true }])
    await assert.rejects(
      strength([], { out, ...more }, () => undefined),
      (error) => isUserError(error) && error.message.includes('add --code'),
    );
});
