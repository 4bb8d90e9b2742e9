import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AttachmentContentEncoding, type Envelope } from '@cucumber/messages';
import { isUserError } from '../engine/user-error';
import { openRecording } from './recording';

const timestamp = { seconds: 0, nanos: 0 };
const started = (id: string): Envelope => ({ testCaseStarted: { id, attempt: 0, testCaseId: 'x', timestamp } });
const finished = (id: string): Envelope => ({
  testCaseFinished: { testCaseStartedId: id, timestamp, willBeRetried: false },
});
const hook: Envelope = { testRunHookStarted: { id: 'h', testRunStartedId: 'r', hookId: 'k', timestamp } };

const step: Envelope = { testStepStarted: { testCaseStartedId: 'a', testStepId: 's', timestamp } };
const attachment: Envelope = {
  attachment: { body: 'é', contentEncoding: AttachmentContentEncoding.IDENTITY, mediaType: 'text/plain' },
};

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

test('a scenario is written whole, at its end', (context) => {
  const ended = join(temporaryFolder(context), 'm.ndjson');
  const { record, close } = openRecording({ ended });
  [hook, started('a'), step].forEach(record);
  assert.deepEqual(written(ended), [hook]);
  record(finished('a'));
  assert.deepEqual(written(ended), [hook, started('a'), step, finished('a')]);
  [started('b'), finished('b'), hook].forEach(record);
  close();
  assert.deepEqual(written(ended).slice(4), [started('b'), finished('b'), hook]);
});

test('what led to a step is noted before the step begins, and cleared when its scenario has ended', (context) => {
  const folder = temporaryFolder(context);
  const running = join(folder, 'r.ndjson');
  const { record, close } = openRecording({ ended: join(folder, 'm.ndjson'), running });
  for (const id of ['a', 'b']) {
    [started(id), step, attachment].forEach(record);
    assert.deepEqual(written(running), [started(id), step]);
    record(step);
    assert.deepEqual(written(running), [started(id), step, attachment, step]);
    record(finished(id));
    assert.deepEqual(written(running), []);
  }
  close();
});

test('a scenario that was broken off is not in the file, nor is what comes after the end', (context) => {
  const ended = join(temporaryFolder(context), 'm.ndjson');
  const { record, close } = openRecording({ ended });
  record(started('a'));
  close();
  record(finished('a'));
  record(hook);
  close();
  assert.deepEqual(written(ended), []);
});

test('a file that cannot be written is refused in a sentence', (context) => {
  const folder = temporaryFolder(context);
  assert.throws(() => openRecording({ ended: folder }), isUserError);
});

test('a disk that is full is reported in a sentence', { skip: !existsSync('/dev/full') }, () => {
  const { record, close } = openRecording({ ended: '/dev/full' });
  assert.throws(() => record(hook), isUserError);
  close();
});
