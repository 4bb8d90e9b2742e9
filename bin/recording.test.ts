import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Envelope } from '@cucumber/messages';
import { isUserError } from '../engine/user-error';
import { openRecording } from './recording';

const timestamp = { seconds: 0, nanos: 0 };
const started = (id: string): Envelope => ({ testCaseStarted: { id, attempt: 0, testCaseId: 'x', timestamp } });
const finished = (id: string): Envelope => ({
  testCaseFinished: { testCaseStartedId: id, timestamp, willBeRetried: false },
});
const hook: Envelope = { testRunHookStarted: { id: 'h', testRunStartedId: 'r', hookId: 'k', timestamp } };

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const written = (file: string): readonly unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

test('scenarios that run in turns are written whole, each at its end', (context) => {
  const { file, record, close } = openRecording(join(temporaryFolder(context), 'm.ndjson'));
  [started('a'), started('b'), hook].forEach(record);
  assert.deepEqual(written(file), [hook]);
  record(finished('b'));
  assert.deepEqual(written(file), [hook, started('b'), finished('b')]);
  record(finished('a'));
  close();
  assert.deepEqual(written(file).slice(3), [started('a'), finished('a')]);
});

test('a scenario that was broken off is not in the file, nor is what comes after the end', (context) => {
  const { file, record, close } = openRecording(join(temporaryFolder(context), 'm.ndjson'));
  record(started('a'));
  close();
  record(finished('a'));
  record(hook);
  close();
  assert.deepEqual(written(file), []);
});

test('a file that cannot be written is refused in a sentence', (context) => {
  const folder = temporaryFolder(context);
  assert.throws(() => openRecording(folder), isUserError);
});
