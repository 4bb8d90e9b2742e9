/**
 * Cucumber messages from files: newline-delimited JSON, one or several runs in a file, one after the other.
 *
 * An interrupted run may end in the middle of a line, and that line is left out. Any other line that is no message is
 * an error, because its content is lost. Files are read in pieces and streams are returned one by one: all messages of
 * a whole run at once would take more memory than everything else.
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
  /** Without messages that no report uses. */
  readonly envelopes: readonly Envelope[];
}

const META = '{"meta":';
/** A third of all bytes, and no report uses them. */
const UNUSED = /^\{"(?:testStepStarted|source|stepDefinition|parameterType)":.*\}\}\r?$/s;
const NOTHING: Envelope = {};
/** In bytes. V8 frees larger objects slowly. */
const PIECE = 1 << 16;
/** In characters. The longest line that the suite writes is a hundredth of this. */
const LONGEST_LINE = 1 << 26;

/** The value of a line, if it is an object. Shapes are checked later. */
function parseLine(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The envelope without what no report uses. The match arguments of steps alone would be half of the memory. */
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

/** If files were joined, a broken last line and the first line of the next run may be on one line. They are split. */
function partsOf(line: string): readonly string[] {
  const meta = line.indexOf(META, 1);
  return meta < 0 || parseLine(line) !== undefined ? [line] : [line.slice(0, meta), line.slice(meta)];
}

/** Splits text into lines. The pieces of a long line are joined once, at its end. */
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

/** The messages of one stream, which are checked as they come. */
interface Reading {
  readonly add: (given: object, line: number) => void;
  readonly end: () => MessageStream;
}

function createReading(file: string): Reading {
  const envelopes: Envelope[] = [];
  const references = createReferenceCheck();
  const checkAttachment = createAttachmentCheck();
  const refuse = (line: number, complaint: string): Error =>
    userError(`${file}, line ${line}: ${complaint}; run the suite again to write the file again.`);
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
 * The streams in a text that comes in pieces. `file` is for error messages. UserError if a line within a run is broken,
 * or if a message lacks something or refers to a missing one.
 */
export function* parseMessages(pieces: Iterable<string>, file: string): Generator<MessageStream> {
  const refuse = (line: number): Error =>
    userError(`${file}, line ${line} is not a Cucumber message: run the suite again to write the file again.`);
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

/** `from`: how many bytes to skip, in a regular file. */
function* bytesOf(file: string, from = 0): Generator<Buffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const buffer = Buffer.alloc(PIECE);
    // A pipe is read from where it is.
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

/** `keep` gets all bytes, and a newline if the last byte is none, so that a broken last line stays separate. */
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

/**
 * The streams of several files. `keep` gets their bytes too, because a pipe can only be read once. UserError if a file
 * cannot be read or is broken.
 */
export function* readMessages(
  files: readonly string[],
  keep: (bytes: Uint8Array) => void = () => undefined,
): Generator<MessageStream> {
  for (const file of files) yield* parseMessages(textOf(file, keep), file);
}

/** Reads a file that grows by whole streams. Each call returns those that are new since the last call. */
export function createGrowingReader(file: string): () => Generator<MessageStream> {
  let offset = 0;
  const count = (bytes: Uint8Array): void => {
    offset += bytes.length;
  };
  return () => parseMessages(textOf(file, count, offset), file);
}

/** Joins several files into one, which may itself be one of them. It is replaced only after all were read. */
export interface JoinedFile {
  readonly add: (bytes: Uint8Array) => void;
  readonly finish: () => void;
  /** Leaves the old file. */
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
