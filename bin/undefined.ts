/** Reports a sentence without a step, with the steps that are most similar to it. */
import type { Envelope } from '@cucumber/messages';
import { nearestOf } from '../engine/nearest';

/** A sentence without parameters and optional words. */
const plain = (sentence: string): string =>
  sentence
    .replace(/\([^)]*\)/g, '')
    .replace(/\/[^\s{}"/]+/g, '')
    .replace(/\{\w*\}|"[^"]*"|\b\d+\b/g, '…');

const isUndefined = (status: string): boolean => status === 'UNDEFINED';

function explanation(sentence: string, sentences: readonly string[]): string {
  const near = nearestOf(sentence, sentences, plain).map((each) => `  ${each}`);
  return [`There is no step for this sentence: ${sentence}`, 'The most similar steps are:', ...near].join('\n');
}

/** Passes messages on. The result of an undefined step gets its sentence and the nearest ones of `sentences`. */
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
