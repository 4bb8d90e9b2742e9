/** The messages of the runs as they come, in a file of newline-delimited JSON: all that the reports are made from. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Envelope } from '@cucumber/messages';
import { reasonOf, userError } from '../engine/user-error';

export interface Recording {
  readonly file: string;
  readonly record: (envelope: Envelope) => void;
  /** What comes later is dropped, and so is a scenario that has not come to its end. */
  readonly close: () => void;
}

/**
 * Starts the file anew. A scenario is written whole, at its end, so that the file is valid at any moment: whoever
 * stops the run keeps what was done. Throws a user error where the file cannot be written.
 */
export function openRecording(file: string): Recording {
  const descriptor = openForWriting(file);
  const unfinished = new Map<string, string>();
  let open = true;

  function record(envelope: Envelope): void {
    if (!open) return;
    const line = `${JSON.stringify(envelope)}\n`;
    const scenario = scenarioOf(envelope);
    if (scenario === undefined) {
      writeSync(descriptor, line);
      return;
    }
    const lines = (unfinished.get(scenario) ?? '') + line;
    if (envelope.testCaseFinished === undefined) {
      unfinished.set(scenario, lines);
    } else {
      unfinished.delete(scenario);
      writeSync(descriptor, lines);
    }
  }

  function close(): void {
    if (open) closeSync(descriptor);
    open = false;
  }

  return { file, record, close };
}

/** The attempt at a scenario that a message is about; with several processes they come in turns. */
function scenarioOf(envelope: Envelope): string | undefined {
  return (
    envelope.testCaseStarted?.id ??
    envelope.testStepStarted?.testCaseStartedId ??
    envelope.testStepFinished?.testCaseStartedId ??
    envelope.attachment?.testCaseStartedId ??
    envelope.testCaseFinished?.testCaseStartedId
  );
}

function openForWriting(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw userError(`The file ${file} cannot be written (${reasonOf(error)}): name another folder with --out.`);
  }
}
