import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { createRunnersAhead } from '../runner-process';
import { asFeature, tryScenario } from './try';

async function tried(context: TestContext, text: string): Promise<{ readonly status: number; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'try-test-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'a.feature');
  writeFileSync(file, text);
  const lines: string[] = [];
  const status = await tryScenario(file, { color: false }, createRunnersAhead(false), (line) => lines.push(line));
  return { status, said: lines.join('\n') };
}

test('steps get a scenario, and a scenario a feature; a feature is left as it is', () => {
  const steps = 'Given "p" is loaded\n';
  for (const text of ['', ' # Given a comment\n', '\u007fELF\0']) assert.throws(() => asFeature(text), isUserError);
  assert.equal(asFeature(steps), `Feature: What if?\nScenario: What if?\n${steps}`);
  assert.equal(asFeature(`Scenario: a\n${steps}`), `Feature: What if?\nScenario: a\n${steps}`);
  assert.equal(asFeature(`@x\nFeature: b\nScenario: a\n${steps}`), `@x\nFeature: b\nScenario: a\n${steps}`);
});

test('steps run on all targets, each step once, with the evidence of those that have the same together', async (context) => {
  const { status, said } = await tried(context, 'Given "p" is loaded\nThen LIST shows nothing\n');
  assert.equal(status, 1);
  assert.match(said, /^reference\/1 .*\n│ reference\/2 /);
  assert.match(said, /\n✔ ✔.* {2}Given "p" is loaded\n +reference\/1:\n +UPLOAD p size=\S+ → 0\n +reference\/2/);
  assert.match(said, /\n✖ ✖.* {2}Then LIST shows nothing\n/);
  assert.match(said, /\n +expected {2}\[\]\n +found {5}\[\["p","CHECKED"/);
});

test('words that are no step make a scenario without steps, which shows nothing', async (context) => {
  const { status, said } = await tried(context, 'Scenario: a\n  nonsense\n');
  assert.equal(status, 1);
  assert.match(said, /\n\na\nNot exercised: it has no steps\.$/);
});

test('a text without a scenario, and a file that is not there, are refused in a sentence', async (context) => {
  await assert.rejects(tried(context, 'Feature: nothing\n'), isUserError);
  await assert.rejects(
    tryScenario('/no/such/file', {}, createRunnersAhead(false), () => undefined),
    isUserError,
  );
});
