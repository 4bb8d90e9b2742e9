/** Writes the messages of a run as they come to a file of newline-delimited JSON. Reports are made from it alone. */
import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import type { Envelope } from '@cucumber/messages';
import { reasonOf, userError } from '../engine/user-error';

export interface Recording {
  readonly record: (envelope: Envelope) => void;
  /** Drops everything that comes later. */
  readonly close: () => void;
}

/**
 * Empties the file first. A step may end the process, so everything before it is written before it begins. So the last
 * scenario in the file may be incomplete; `cutOff` removes it.
 */
export function openRecording(file: string): Recording {
  const descriptor = writing(file, () => openSync(file, 'w'));
  /** Not written yet: the end of a step and its evidence are written when the next step begins. */
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

/** Removes an incomplete last line. */
export function cutHalfLine(file: string): void {
  cut(file, wholeLines(readFileSync(file)).length);
}

/** Removes a scenario that has not ended. */
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

/** Does what writes the file. Throws a user error that says what to do instead where it cannot be written. */
export function writing<Result>(path: string, write: () => Result, instead = 'another folder with --out'): Result {
  try {
    return write();
  } catch (error) {
    throw userError(`The file ${path} cannot be written (${reasonOf(error)}): name ${instead}.`);
  }
}
