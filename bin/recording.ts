/** The messages of a run as they come, in a file of newline-delimited JSON: all that the reports are made from. */
import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Envelope } from '@cucumber/messages';
import { reasonOf, userError } from '../engine/user-error';

export interface Recording {
  readonly record: (envelope: Envelope) => void;
  /** What comes later is dropped. */
  readonly close: () => void;
}

/**
 * Starts the file anew. A step may end the process: all that led to it is in the file before it begins. So the file may
 * end with a scenario that has not; `cutOff` takes it off.
 */
export function openRecording(file: string): Recording {
  const descriptor = writing(file, () => openSync(file, 'w'));
  /** Not written yet: a step's end and its evidence go to the file with the next one's beginning. */
  let lines = '';
  let inScenario = false;
  let open = true;

  function write(): void {
    writing(file, () => writeFileSync(descriptor, lines));
    lines = '';
  }

  function record(envelope: Envelope): void {
    if (!open) return;
    lines += `${JSON.stringify(envelope)}\n`;
    inScenario = envelope.testCaseFinished === undefined && (inScenario || envelope.testCaseStarted !== undefined);
    if (!inScenario || envelope.testStepStarted !== undefined) write();
  }

  function close(): void {
    if (open) closeSync(descriptor);
    open = false;
  }

  return { record, close };
}

/** Takes off a line that was not written to its end. */
export function cutHalfLine(file: string): void {
  cut(file, wholeLines(readFileSync(file)).length);
}

/** Takes off a scenario that has not ended. */
export function cutOff(file: string): void {
  const lines = wholeLines(readFileSync(file));
  const started = lines.lastIndexOf('\n{"testCaseStarted":');
  const isRunning = started > lines.lastIndexOf('\n{"testCaseFinished":');
  cut(file, isRunning ? started + 1 : lines.length);
}

const wholeLines = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf('\n') + 1);

function cut(file: string, size: number): void {
  if (size < statSync(file).size) writing(file, () => truncateSync(file, size));
}

/** Does what writes the file. Throws a user error where it cannot be written. */
export function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw userError(`The file ${path} cannot be written (${reasonOf(error)}): name another folder with --out.`);
  }
}
