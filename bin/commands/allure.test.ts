import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isUserError } from '../../engine/user-error';
import { allure, historyIn } from './allure';

test('what is missing for an Allure report is said in a sentence: a run, the command, Java', (t) => {
  const out = mkdtempSync(join(tmpdir(), 'allure-'));
  t.after(() => rmSync(out, { recursive: true }));
  const says = (
    sentence: RegExp,
    parts: { readonly java: () => boolean; readonly command: string | undefined },
  ): void => {
    assert.throws(
      () => allure({ out }, () => undefined, parts),
      (error) => isUserError(error) && sentence.test(error.message),
    );
  };
  says(/make a run first, with the command run/, { java: () => true, command: __filename });
  mkdirSync(join(out, 'allure-results'));
  says(/allure-commandline is not installed: call "npm ci"/, { java: () => true, command: undefined });
  says(/needs Java: "apt-get install/, { java: () => false, command: __filename });
});

test('the Allure report is made without what tells another host of its readers', (t) => {
  const out = mkdtempSync(join(tmpdir(), 'allure-'));
  t.after(() => rmSync(out, { recursive: true }));
  mkdirSync(join(out, 'allure-results'));
  // In place of Allure: writes what it was told.
  const command = join(out, 'allure.js');
  writeFileSync(
    command,
    `const [, , , , , , , to] = process.argv;
    require('fs').mkdirSync(to);
    require('fs').writeFileSync(to + '/index.html', 'analytics off: ' + process.env.ALLURE_NO_ANALYTICS);`,
  );
  const lines: string[] = [];
  assert.equal(
    allure({ out }, (line) => lines.push(line), { java: () => true, command }),
    0,
  );
  const index = join(out, 'allure-report', 'index.html');
  assert.deepEqual(lines, [`Allure report: ${index}`]);
  assert.equal(readFileSync(index, 'utf8'), 'analytics off: true');
});

test('the history is found in a report of one file', () => {
  const file = (name: string, text: string): string => `d('${name}','${Buffer.from(text).toString('base64')}')`;
  const html = `<script>${file('widgets/launch.json', '1')};${file('history/history-trend.json', '[2]')}\n</script>`;
  assert.deepEqual(
    [...historyIn(html)].map(([name, content]) => [name, content.toString()]),
    [['history-trend.json', '[2]']],
  );
});
