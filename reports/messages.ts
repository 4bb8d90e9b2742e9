/**
 * Cucumber messages from files: newline-delimited JSON, one or several runs in a file, one after the other.
 *
 * A run that was interrupted ends in the middle of a line. That line is left out; any other line that is no message is
 * an error, since what it said is lost. Files are read piece by piece and streams handed on one by one: all messages of
 * a whole run of the suite at once would take more memory than everything else that it needs.
 */
import { closeSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Envelope } from '@cucumber/messages';
import { reasonOf, userError } from '../engine/user-error';

/** The messages of one run of Cucumber, in their order. */
export interface MessageStream {
  readonly file: string;
  /** Without those of which no report tells anything. */
  readonly envelopes: readonly Envelope[];
}

const META = '{"meta":';
/** A third of all bytes, and nothing that a report tells. */
const UNUSED = /^\{"(?:testStepStarted|source|stepDefinition|parameterType)":.*\}\}\r?$/s;
const NOTHING: Envelope = {};
/** Bytes. Larger ones would be large objects to V8, which it is slow to be rid of. */
const PIECE = 1 << 16;

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

/** The envelope with what a report tells of it: what Cucumber matched in a step's words is half of all that is kept. */
function lean(envelope: Envelope): Envelope {
  const { testCase } = envelope;
  if (testCase === undefined) return envelope;
  const { id, pickleId, testSteps } = testCase;
  return {
    testCase: {
      id,
      pickleId,
      testSteps: testSteps.map(({ stepDefinitionIds: _ids, stepMatchArgumentsLists: _lists, ...step }) => step),
    },
  };
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A broken line and the next run's first may stand on one line where files were joined: split them again. */
function partsOf(line: string): readonly string[] {
  const meta = line.indexOf(META, 1);
  return meta < 0 || parseLine(line) !== undefined ? [line] : [line.slice(0, meta), line.slice(meta)];
}

function* linesOf(pieces: Iterable<string>): Generator<Line> {
  let number = 0;
  let rest = '';
  for (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { number: ++number, text };
  }
  yield { number: ++number, text: rest };
}

/**
 * The streams in a text that comes in pieces. `file` is for the messages. UserError where a line in the midst of a run
 * is broken.
 */
export function* parseMessages(pieces: Iterable<string>, file: string): Generator<MessageStream> {
  const refuse = (line: number): Error =>
    userError(`${file}, line ${line} is not a Cucumber message: run the suite again to have the file written anew.`);
  let envelopes: Envelope[] | undefined;
  let broken: number | undefined;
  for (const { number, text } of linesOf(pieces)) {
    if (text.trim() === '') continue;
    for (const part of partsOf(text)) {
      const envelope = broken === undefined && UNUSED.test(part) ? NOTHING : parseLine(part);
      if (broken !== undefined && envelope?.meta === undefined) throw refuse(broken);
      broken = envelope === undefined ? number : undefined;
      if (envelope === undefined) continue;
      if (envelope.meta !== undefined && envelopes !== undefined) {
        yield { file, envelopes };
        envelopes = undefined;
      }
      envelopes ??= [];
      if (envelope !== NOTHING) envelopes.push(lean(envelope));
    }
  }
  if (broken !== undefined && envelopes === undefined) throw refuse(broken);
  if (envelopes !== undefined) yield { file, envelopes };
}

function* bytesOf(file: string): Generator<Buffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(PIECE);
    for (let size = readSync(descriptor, buffer); size > 0; size = readSync(descriptor, buffer))
      yield buffer.subarray(0, size);
  } catch (error) {
    throw userError(`The messages cannot be read (${reasonOf(error)}): name a file that a run has written.`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function* textOf(file: string): Generator<string> {
  const decoder = new StringDecoder('utf8');
  for (const bytes of bytesOf(file)) yield decoder.write(bytes);
  yield decoder.end();
}

/** The streams of several files. UserError where one cannot be read or is broken. */
export function* readMessages(files: readonly string[]): Generator<MessageStream> {
  for (const file of files) yield* parseMessages(textOf(file), file);
}

const NEWLINE = '\n'.charCodeAt(0);

/** Joins files into another, which may be one of them, so that a broken last line stays one. */
export function joinMessages(files: readonly string[], joined: string): void {
  const written = `${joined}.part`;
  const descriptor = openSync(written, 'w');
  try {
    for (const file of files) {
      let last = NEWLINE;
      for (const bytes of bytesOf(file)) {
        writeSync(descriptor, bytes);
        last = bytes.at(-1) ?? last;
      }
      if (last !== NEWLINE) writeSync(descriptor, '\n');
    }
  } finally {
    closeSync(descriptor);
  }
  renameSync(written, joined);
}
