import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AttachmentContentEncoding, type Envelope } from '@cucumber/messages';
import { isUserError } from '../engine/user-error';
import { cutHalfLine, cutOff, openRecording } from './recording';

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

test('what led to a step is written before the step begins, and each message once', (context) => {
  const file = join(temporaryFolder(context), 'm.ndjson');
  const { record, close } = openRecording(file);
  [hook, started('a'), step, attachment].forEach(record);
  assert.deepEqual(written(file), [hook, started('a'), step]);
  record(step);
  assert.deepEqual(written(file), [hook, started('a'), step, attachment, step]);
  [finished('a'), started('b'), finished('b'), hook].forEach(record);
  close();
  assert.deepEqual(written(file).slice(5), [finished('a'), started('b'), finished('b'), hook]);
});

test('a scenario that has not ended is cut off, and so is half a line', (context) => {
  const file = join(temporaryFolder(context), 'm.ndjson');
  const whole = [hook, started('a'), step, finished('a'), hook];
  const half = JSON.stringify(finished('b')).slice(0, -1);
  for (const [rest, end] of [
    [[], ''],
    [[started('b'), step], ''],
    [[started('b'), step], half],
    [[], half],
  ] as const) {
    const lines = [...whole, ...rest].map((envelope) => `${JSON.stringify(envelope)}\n`);
    writeFileSync(file, lines.join('') + end);
    cutHalfLine(file);
    assert.deepEqual(written(file), [...whole, ...rest]);
    cutOff(file);
    assert.deepEqual(written(file), whole);
  }
});

test('what comes after the end of a recording is dropped', (context) => {
  const file = join(temporaryFolder(context), 'm.ndjson');
  const { record, close } = openRecording(file);
  record(hook);
  close();
  record(hook);
  close();
  assert.deepEqual(written(file), [hook]);
});

test('a file that cannot be written is refused in a sentence', (context) => {
  const folder = temporaryFolder(context);
  assert.throws(() => openRecording(folder), isUserError);
});

test('a disk that is full is reported in a sentence', { skip: !existsSync('/dev/full') }, () => {
  const { record, close } = openRecording('/dev/full');
  assert.throws(() => record(hook), isUserError);
  close();
});
