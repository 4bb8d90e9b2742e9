/** The messages of a run as they come, in a file of newline-delimited JSON: all that the reports are made from. */
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import type { Envelope } from '@cucumber/messages';
import { reasonOf, userError } from '../engine/user-error';

/** Where the messages of a process go. */
export interface RecordingFiles {
  /** Holds scenarios that have ended, whole: it is valid at any moment, however the process ends. */
  readonly ended: string;
  /** Holds the scenario that is running, up to the step that is running, for whoever finds the process dead. */
  readonly running?: string;
}

export interface Recording {
  readonly record: (envelope: Envelope) => void;
  /** What comes later is dropped, and so is a scenario that has not ended. */
  readonly close: () => void;
}

/** Starts the files anew. Scenarios come one after the other. Throws a user error where a file cannot be written. */
export function openRecording({ ended, running }: RecordingFiles): Recording {
  const endedFile = openForWriting(ended);
  const note = running === undefined ? undefined : openNote(running);
  /** Of the scenario that is running. */
  let lines = '';
  let noted = 0;
  let inScenario = false;
  let open = true;

  function record(envelope: Envelope): void {
    if (!open) return;
    lines += `${JSON.stringify(envelope)}\n`;
    inScenario ||= envelope.testCaseStarted !== undefined;
    // The step may end the process: what led to it has to be in the file before.
    if (envelope.testStepStarted !== undefined) {
      note?.add(lines.slice(noted));
      noted = lines.length;
    }
    if (inScenario && envelope.testCaseFinished === undefined) return;
    writing(ended, () => writeFileSync(endedFile, lines));
    lines = '';
    noted = 0;
    inScenario = false;
    note?.clear();
  }

  function close(): void {
    if (open) {
      closeSync(endedFile);
      note?.close();
    }
    open = false;
  }

  return { record, close };
}

interface Note {
  readonly add: (text: string) => void;
  readonly clear: () => void;
  readonly close: () => void;
}

/** A file that is cleared as often as a scenario ends. */
function openNote(path: string): Note {
  const descriptor = openForWriting(path);
  let size = 0;
  return {
    add: (text) => {
      const bytes = Buffer.from(text);
      writing(path, () => writeSync(descriptor, bytes, 0, bytes.length, size));
      size += bytes.length;
    },
    clear: () => {
      if (size > 0) ftruncateSync(descriptor);
      size = 0;
    },
    close: () => closeSync(descriptor),
  };
}

const openForWriting = (path: string): number => writing(path, () => openSync(path, 'w'));

/** Does what writes the file. Throws a user error where it cannot be written. */
export function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw userError(`The file ${path} cannot be written (${reasonOf(error)}): name another folder with --out.`);
  }
}
