/** docs/check.md, performed: each command on a sample that shows its answer is called, and answers so. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT } from './lanes';

const text = readFileSync(join(PROJECT, 'docs', 'check.md'), 'utf8');
/** A command, and the block that follows it: some of the lines that it prints. */
const SHOWN = [
  ...text.matchAll(/^ {4}bin\/livepatch-conformance (check payloads\/[^\n]*)\n\n```text\n(.*?)^```/gms),
].map(([, words = '', lines = '']) => ({ words: words.split(' '), lines: lines.trimEnd().split('\n') }));
/** The terminal indents what the page shows. */
const inOneLine = (lines: string): string => lines.replace(/\s+/g, ' ');

test('the page shows both a good file and a BAD one', () => {
  const verdicts = SHOWN.map(({ lines: [first = ''] }) => first.replace(/^.*: /, ''));
  assert.ok(verdicts.includes('good') && verdicts.includes('BAD'), verdicts.join());
});

for (const { words, lines } of SHOWN)
  test(`the page tells the answer of ${words.join(' ')}`, () => {
    const command = [join(PROJECT, 'bin', 'livepatch-conformance'), ...words];
    const { status, stdout } = spawnSync(process.execPath, command, { cwd: PROJECT, encoding: 'utf8' });
    assert.equal(status, lines[0]?.endsWith(': good') ? 0 : 1);
    const said = inOneLine(stdout);
    for (const line of lines) assert.ok(said.includes(line), `${line}\n${stdout}`);
  });
