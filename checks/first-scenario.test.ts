/** The tutorial, performed: its scenarios are run as it says, and come out as it says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT } from './lanes';

const text = readFileSync(join(PROJECT, 'docs', 'first-scenario.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
/** The terminal indents what the tutorial shows. */
const inOneLine = (lines: string): string => lines.replace(/\s+/g, ' ').trim();
const commands = [...text.matchAll(/^ {4}bin\/livepatch-conformance (run first\.feature .*)$/gm)].map(
  ([, words = '']) => words.split(' '),
);

test('the tutorial comes out as it says, on the reference', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [guess = '', corrected = ''] = blocks('gherkin');
  const [wrong = '', forgetful = ''] = blocks('text').map(inOneLine);
  const perform = (feature: string, words: readonly string[] = []): { status: number | null; said: string } => {
    assert.ok(words.includes('reference'));
    writeFileSync(join(folder, 'first.feature'), feature);
    const command = [join(PROJECT, 'bin', 'livepatch-conformance'), ...words];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
    return { status, said: inOneLine(stdout + stderr) };
  };

  const first = perform(guess, commands[0]);
  assert.equal(first.status, 1);
  assert.ok(first.said.includes(wrong), first.said);

  assert.equal(perform(corrected, commands[1]).status, 0);

  const last = perform(corrected, commands[2]);
  assert.equal(last.status, 1);
  assert.ok(last.said.includes(forgetful), last.said);
});
