import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Progress, showProgress } from './progress';

/** What a run of four scenarios, of which three come to their end, shows. */
function shownOn(terminal: { readonly interactive: boolean; readonly columns?: number }): string {
  let shown = '';
  let time = 0;
  const screen = { columns: 80, ...terminal, write: (text: string) => (shown += text) };
  const progress: Progress = showProgress(screen, () => (time += 500));
  progress.say('hello');
  progress.begin('reference/1', 4);
  progress.ended('reference/1', 'passed');
  progress.ended('reference/1', 'failed');
  progress.ended('reference/1', 'skipped');
  progress.end('reference/1');
  return shown;
}

test('a file gets a plain line for a run, and not one for a scenario', () => {
  const lines = shownOn({ interactive: false }).split('\n');
  assert.deepEqual(lines.slice(0, 1), ['hello']);
  assert.match(
    lines[1] ?? '',
    /^reference\/1: 1 passed, 1 not passed, 1 skipped, 1 not run of 4 scenarios in \d+\.\d s$/,
  );
  assert.deepEqual(lines.slice(2), ['']);
});

test('a terminal gets one line that is rewritten, and a last one that stays', () => {
  const shown = shownOn({ interactive: true });
  assert.ok(shown.includes('\r\u001b[2Kreference/1  0/4  0 not passed  0 skipped'));
  assert.ok(shown.includes('\r\u001b[2Kreference/1  3/4  1 not passed  1 skipped'));
  assert.match(shown, /\u001b\[2Kreference\/1: 1 passed[^\n]*\n$/);
});

test('runs that are under way at the same time have a line each', () => {
  let shown = '';
  const screen = { columns: 80, interactive: true, write: (text: string) => (shown += text) };
  const progress = showProgress(screen, () => 0);
  progress.begin('reference/1', 4);
  progress.begin('xen/2', 5);
  shown = '';
  progress.say('hello');
  const up = '\r\u001b[2K\u001b[1A\r\u001b[2K';
  const first = 'reference/1  0/4  0 not passed  0 skipped';
  const second = 'xen/2  0/5  0 not passed  0 skipped';
  assert.equal(shown, `${up}hello\n\r\u001b[2K${first}\n${second}`);
  shown = '';
  progress.end('reference/1');
  assert.match(shown.replace(up, '^'), /^\^reference\/1: 0 passed[^\n]*\n\r\u001b\[2Kxen\/2 [^\n]*$/);
});

test('a narrow terminal gets no line that it would wrap', () => {
  const rewritten = shownOn({ interactive: true, columns: 12 }).split('\r\u001b[2K').slice(2, -1);
  assert.deepEqual(rewritten, Array(4).fill('reference/1'));
});
