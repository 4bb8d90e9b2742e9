/**
 * Cucumber messages from files: newline-delimited JSON, one or several runs in a file, one after the other.
 *
 * A run that was interrupted ends in the middle of a line. That line is left out; any other line that is no message is
 * an error, since what it said is lost.
 */
import { readFileSync } from 'node:fs';
import type { Envelope } from '@cucumber/messages';
import { reasonOf, userError } from '../engine/user-error';

/** The messages of one run of Cucumber, in their order. */
export interface MessageStream {
  readonly file: string;
  readonly envelopes: readonly Envelope[];
}

const META = '{"meta":';

function isEnvelope(value: unknown): value is Envelope {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseLine(line: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEnvelope(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A broken line and the next run's first may stand on one line where files were joined: split them again. */
function linesOf(text: string): readonly Line[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const number = index + 1;
    const meta = line.indexOf(META, 1);
    if (line.trim() === '') return [];
    if (meta < 0 || parseLine(line) !== undefined) return [{ number, text: line }];
    return [line.slice(0, meta), line.slice(meta)].map((part) => ({ number, text: part }));
  });
}

/** The streams in `text`. `file` is for the messages. UserError where a line in the midst of a run is broken. */
export function parseMessages(text: string, file: string): readonly MessageStream[] {
  const streams: { readonly file: string; readonly envelopes: Envelope[] }[] = [];
  const refuse = (line: number): Error =>
    userError(`${file}, line ${line} is not a Cucumber message: run the suite again to have the file written anew.`);
  let broken: number | undefined;
  for (const { number, text: line } of linesOf(text)) {
    const envelope = parseLine(line);
    if (broken !== undefined && envelope?.meta === undefined) throw refuse(broken);
    broken = envelope === undefined ? number : undefined;
    if (envelope === undefined) continue;
    if (envelope.meta !== undefined || streams.length === 0) streams.push({ file, envelopes: [] });
    streams.at(-1)?.envelopes.push(envelope);
  }
  if (broken !== undefined && streams.length === 0) throw refuse(broken);
  return streams;
}

/** The text of a file of messages. UserError where it cannot be read. */
export function readMessageFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw userError(`The messages cannot be read (${reasonOf(error)}): name a file that a run has written.`);
  }
}

/** The streams of several files. UserError where one cannot be read or is broken. */
export function readMessages(files: readonly string[]): readonly MessageStream[] {
  return files.flatMap((file) => parseMessages(readMessageFile(file), file));
}
