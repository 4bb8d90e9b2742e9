/** Requests and answers as bytes. */
import { asBuffer } from '../bytes';
import { ANSWER_HEAD, MAGIC, MOST_DATA, REQUEST, REQUEST_HEAD, type RequestKind } from './protocol';

const WORDS = 6;

export interface Request {
  readonly kind: RequestKind;
  readonly arguments?: readonly bigint[];
  readonly data?: Uint8Array;
}

/** One that has arrived, but for its data. */
export interface RequestHead {
  /** Undefined if there is no request of that number. */
  readonly kind: RequestKind | undefined;
  readonly sequence: number;
  /** Bytes of data. */
  readonly length: number;
  /** Six, unsigned. */
  readonly words: readonly bigint[];
}

export interface Answer {
  readonly sequence: number;
  readonly result: bigint;
  readonly data: Uint8Array;
}

/** RangeError for more arguments or data than a frame has room for. */
export function encodeRequest({ kind, arguments: given = [], data = new Uint8Array(0) }: Request, sequence: number) {
  if (given.length > WORDS) throw new RangeError(`request: expected at most ${WORDS} arguments, got ${given.length}`);
  if (data.length > MOST_DATA) throw new RangeError(`request: expected at most ${MOST_DATA} bytes, got ${data.length}`);
  const words = Object.fromEntries(given.map((word, index) => [`argument${index}`, BigInt.asUintN(64, word)]));
  const head = { magic: MAGIC.request, kind: REQUEST[kind], sequence, length: data.length, ...words };
  return new Uint8Array(Buffer.concat([REQUEST_HEAD.encode(head), data]));
}

const KINDS: ReadonlyMap<number, RequestKind> = new Map(
  Object.entries(REQUEST).map(([kind, number]) => [number, kind as RequestKind]),
);

export function decodeRequestHead(bytes: Uint8Array): RequestHead {
  const { kind, sequence, length, ...rest } = REQUEST_HEAD.decode(bytes);
  const { argument0, argument1, argument2, argument3, argument4, argument5 } = rest;
  const words = [argument0, argument1, argument2, argument3, argument4, argument5];
  return { kind: KINDS.get(kind), sequence, length, words };
}

/** RangeError for more data than a frame has room for. */
export function encodeAnswer({ sequence, result, data }: Answer): Uint8Array {
  if (data.length > MOST_DATA) throw new RangeError(`answer: expected at most ${MOST_DATA} bytes, got ${data.length}`);
  const head = { magic: MAGIC.answer, sequence, length: data.length, result: BigInt.asUintN(64, result) };
  return new Uint8Array(Buffer.concat([ANSWER_HEAD.encode(head), data]));
}

export interface AnswerReader {
  /** Takes what has arrived. */
  readonly add: (bytes: Uint8Array) => void;
  /** The next answer that is whole. */
  readonly next: () => Answer | undefined;
  /** Forgets what has arrived so far. */
  readonly clear: () => void;
}

const START = Buffer.from(Uint32Array.of(MAGIC.answer).buffer);

export function createAnswerReader(): AnswerReader {
  let rest: Buffer = Buffer.alloc(0);
  return {
    add(bytes) {
      rest = rest.length === 0 ? asBuffer(bytes) : Buffer.concat([rest, bytes]);
    },
    next() {
      const at = rest.indexOf(START);
      // The beginning of a magic number may have arrived.
      rest = rest.subarray(at < 0 ? Math.max(0, rest.length - START.length + 1) : at);
      if (at < 0 || rest.length < ANSWER_HEAD.size) return undefined;
      const { sequence, length, result } = ANSWER_HEAD.decode(rest);
      const end = ANSWER_HEAD.size + length;
      if (length <= MOST_DATA && rest.length < end) return undefined;
      const data = new Uint8Array(rest.subarray(ANSWER_HEAD.size, end));
      rest = rest.subarray(length <= MOST_DATA ? end : START.length);
      return { sequence, result: BigInt.asIntN(64, result), data };
    },
    clear() {
      rest = Buffer.alloc(0);
    },
  };
}
