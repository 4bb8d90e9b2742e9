import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Envelope } from '@cucumber/messages';
import { explainUndefined } from './undefined';

const STEPS = ['{string} is uploaded', '{string} is loaded( and applied)', 'the hypercall returns {errno}'];

/** The messages of one step, with this result. */
function messagesOf(text: string, status: string): readonly Envelope[] {
  const lines = [
    { pickle: { id: 'p', uri: 'a', name: 'a', language: 'en', tags: [], astNodeIds: [], steps: [{ id: 's', text }] } },
    { testCase: { id: 'c', pickleId: 'p', testSteps: [{ id: 't', pickleStepId: 's' }] } },
    { testStepFinished: { testCaseStartedId: 'r', testStepId: 't', testStepResult: { status } } },
  ];
  return JSON.parse(JSON.stringify(lines)) as readonly Envelope[];
}

const explained = (text: string, status: string): string | undefined =>
  messagesOf(text, status)
    .map(explainUndefined(() => STEPS))
    .at(-1)?.testStepFinished?.testStepResult.message;

test('the message of a sentence without a step names it, and the nearest steps, the nearest first', () => {
  const [first, , nearest] = explained('"p" is uplaoded', 'UNDEFINED')?.split('\n') ?? [];
  assert.equal(first, 'There is no step for this sentence: "p" is uplaoded');
  assert.equal(nearest, '  {string} is uploaded');
});

test('other results are passed on as they are', () => {
  assert.equal(explained('"p" is uploaded', 'FAILED'), undefined);
});
