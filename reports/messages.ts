/**
 * Cucumber messages from files: newline-delimited JSON, one or several runs in a file, one after the other.
 *
 * A run that was interrupted ends in the middle of a line. That line is left out; any other line that is no message is
 * an error, since what it said is lost. Files are read piece by piece and streams handed on one by one: all messages of
 * a whole run of the suite at once would take more memory than everything else that it needs.
 */
import { closeSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Envelope } from '@cucumber/messages';
import { isObject } from '../engine/shape';
import { reasonOf, userError } from '../engine/user-error';
import { complaintAbout, createAttachmentCheck, createReferenceCheck, isEnvelope } from './envelopes';

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
/** Characters. The longest line of the suite's own is a hundredth of this. */
const LONGEST_LINE = 1 << 26;

/** The value of a line, as long as it is an object: the messages' shapes are looked at later. */
function parseLine(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
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

/** Lines. What a long one consists of is put together once, at its end. */
function* linesOf(pieces: Iterable<string>, file: string): Generator<Line> {
  let number = 1;
  let length = 0;
  let parts: string[] = [];
  for (const piece of pieces) {
    for (const [at, part] of piece.split('\n').entries()) {
      if (at > 0) {
        yield { number: number++, text: parts.join('') };
        [parts, length] = [[], 0];
      }
      parts.push(part);
      length += part.length;
      if (length > LONGEST_LINE)
        throw userError(
          `${file}, line ${number} is longer than ${LONGEST_LINE >> 20} MiB: name a file that a run has written.`,
        );
    }
  }
  yield { number, text: parts.join('') };
}

/** The messages of one stream, checked as they come. */
interface Reading {
  readonly add: (given: object, line: number) => void;
  readonly end: () => MessageStream;
}

function createReading(file: string): Reading {
  const envelopes: Envelope[] = [];
  const references = createReferenceCheck();
  const checkAttachment = createAttachmentCheck();
  const refuse = (line: number, complaint: string): Error =>
    userError(`${file}, line ${line}: ${complaint}; run the suite again to have the file written anew.`);
  return {
    add(given, line) {
      if (given === NOTHING) return;
      if (!isEnvelope(given)) throw refuse(line, complaintAbout(given));
      const complaint = checkAttachment(given);
      if (complaint !== undefined) throw refuse(line, complaint);
      references.add(given, line);
      envelopes.push(lean(given));
    },
    end() {
      const dangling = references.dangling();
      if (dangling !== undefined)
        throw refuse(dangling.line, `no message of its run has the ${dangling.referent} ${dangling.id}`);
      return { file, envelopes };
    },
  };
}

/**
 * The streams in a text that comes in pieces. `file` is for the messages. UserError where a line in the midst of a run
 * is broken, or a message lacks something or refers to one that is not there.
 */
export function* parseMessages(pieces: Iterable<string>, file: string): Generator<MessageStream> {
  const refuse = (line: number): Error =>
    userError(`${file}, line ${line} is not a Cucumber message: run the suite again to have the file written anew.`);
  let reading: Reading | undefined;
  let broken: number | undefined;
  for (const { number, text } of linesOf(pieces, file)) {
    if (text.trim() === '') continue;
    for (const part of partsOf(text)) {
      const given = broken === undefined && UNUSED.test(part) ? NOTHING : parseLine(part);
      const isStart = given !== undefined && 'meta' in given;
      if (broken !== undefined && (!isStart || reading === undefined)) throw refuse(broken);
      broken = given === undefined ? number : undefined;
      if (given === undefined) continue;
      if (isStart && reading !== undefined) {
        yield reading.end();
        reading = undefined;
      }
      reading ??= createReading(file);
      reading.add(given, number);
    }
  }
  if (broken !== undefined && reading === undefined) throw refuse(broken);
  if (reading !== undefined) yield reading.end();
}

/** `from`: bytes to be left out, of a file that has places. */
function* bytesOf(file: string, from = 0): Generator<Buffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(PIECE);
    // A pipe has no places: what comes next is read.
    let place = from === 0 ? null : from;
    for (;;) {
      const size = readSync(descriptor, buffer, 0, PIECE, place);
      if (size === 0) return;
      yield buffer.subarray(0, size);
      place = place === null ? null : place + size;
    }
  } catch (error) {
    throw userError(`The messages cannot be read (${reasonOf(error)}): name a file that a run has written.`);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const NEWLINE = Buffer.from('\n');

/** `keep` gets all bytes, and a newline where the last one is none: so a broken last line stays one. */
function* textOf(file: string, keep: (bytes: Uint8Array) => void, from?: number): Generator<string> {
  const decoder = new StringDecoder('utf8');
  let last = NEWLINE.at(-1);
  for (const bytes of bytesOf(file, from)) {
    keep(bytes);
    last = bytes.at(-1);
    yield decoder.write(bytes);
  }
  if (last !== NEWLINE.at(-1)) keep(NEWLINE);
  yield decoder.end();
}

/** The streams of several files, whose bytes `keep` gets too: a pipe can be read once. UserError where one cannot be read or is broken. */
export function* readMessages(
  files: readonly string[],
  keep: (bytes: Uint8Array) => void = () => undefined,
): Generator<MessageStream> {
  for (const file of files) yield* parseMessages(textOf(file, keep), file);
}

/** Reads a file that grows by whole streams: each call gives those that have come since the last one. */
export function createGrowingReader(file: string): () => Generator<MessageStream> {
  let offset = 0;
  const count = (bytes: Uint8Array): void => {
    offset += bytes.length;
  };
  return () => parseMessages(textOf(file, count, offset), file);
}

/** A file that several are joined into, one of which it may be: it is there only once all were read. */
export interface JoinedFile {
  readonly add: (bytes: Uint8Array) => void;
  readonly finish: () => void;
  /** Leaves what was there before. */
  readonly discard: () => void;
}

export function openJoined(file: string): JoinedFile {
  const part = `${file}.part`;
  const descriptor = openSync(part, 'w');
  return {
    add: (bytes) => writeFileSync(descriptor, bytes),
    finish: () => {
      renameSync(part, file);
      closeSync(descriptor);
    },
    discard: () => {
      closeSync(descriptor);
      rmSync(part);
    },
  };
}
