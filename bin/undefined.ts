/** A sentence that nobody wrote a step for, named with the steps that look most like it. */
import type { Envelope } from '@cucumber/messages';
import { nearestOf } from '../engine/nearest';

/** A sentence without what differs from use to use, and without what may be left out. */
const plain = (sentence: string): string =>
  sentence
    .replace(/\([^)]*\)/g, '')
    .replace(/\/[^\s{}"/]+/g, '')
    .replace(/\{\w*\}|"[^"]*"|\b\d+\b/g, '…');

const isUndefined = (status: string): boolean => status === 'UNDEFINED';

function explanation(sentence: string, sentences: readonly string[]): string {
  const near = nearestOf(sentence, sentences, plain).map((each) => `  ${each}`);
  return [`No step is written for this sentence: ${sentence}`, 'The steps that look most like it:', ...near].join('\n');
}

/** Passes messages on; the result of an undefined step says its sentence and the nearest ones of `sentences`. */
export function explainUndefined(sentences: () => readonly string[]): (envelope: Envelope) => Envelope {
  /** By step of a pickle, then by step of a test case. */
  const written = new Map<string, string>();
  const texts = new Map<string, string>();
  return (envelope) => {
    const { pickle, testCase, testStepFinished } = envelope;
    for (const { id, text } of pickle?.steps ?? []) written.set(id, text);
    for (const { id, pickleStepId = '' } of testCase?.testSteps ?? []) {
      const text = written.get(pickleStepId);
      if (text !== undefined) texts.set(id, text);
    }
    if (testStepFinished === undefined || !isUndefined(testStepFinished.testStepResult.status)) return envelope;
    const { testStepId, testCaseStartedId, timestamp, testStepResult } = testStepFinished;
    const { status, duration } = testStepResult;
    const message = explanation(texts.get(testStepId) ?? '', sentences());
    return {
      testStepFinished: { testStepId, testCaseStartedId, timestamp, testStepResult: { status, duration, message } },
    };
  };
}
