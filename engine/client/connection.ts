/** A connection of a tool's preload library: its requests, and its caller's memory. */
import type { Socket } from 'node:net';
import { u32At } from '../bytes';
import { decodeRequestHead, encodeAnswer, encodeRequest, type Request, type RequestHead } from '../agent/frames';
import { ANSWER_HEAD, MAGIC, MOST_CALLER_DATA, REQUEST_HEAD } from '../agent/protocol';
import type { CallerMemory } from './call';

export interface Connection {
  /** The next request; undefined once the other side has gone, or speaks another protocol. */
  readonly nextRequest: () => Promise<RequestHead | undefined>;
  readonly answer: (sequence: number, result: number, data?: Uint8Array) => void;
  readonly caller: CallerMemory;
}

/** The other side has gone, in the middle of something. */
export class Gone extends Error {}

/** Reads whole stretches of a stream. Rejected with `Gone` when it ends before. */
function createReader(socket: Socket): (length: number) => Promise<Buffer> {
  let chunks: Buffer[] = [];
  let size = 0;
  let hasEnded = false;
  let wake = (): void => undefined;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    wake();
  });
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  socket.on('close', end);
  socket.on('end', end);
  return async (length) => {
    while (size < length) {
      if (hasEnded) throw new Gone('the connection has ended');
      await new Promise<void>((done) => {
        wake = done;
      });
    }
    const all = Buffer.concat(chunks, size);
    chunks = [all.subarray(length)];
    size -= length;
    return all.subarray(0, length);
  };
}

const NO_DATA = new Uint8Array(0);
const MAGIC_SIZE = 4;

/** Offset and length of each piece of that many bytes. */
function piecesOf(length: number): readonly (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(length / MOST_CALLER_DATA) }, (_, index) => {
    const offset = index * MOST_CALLER_DATA;
    return [offset, Math.min(MOST_CALLER_DATA, length - offset)] as const;
  });
}

export function createConnection(socket: Socket): Connection {
  const take = createReader(socket);
  let asked = 0;
  let answers: Promise<unknown> = Promise.resolve();

  async function nextAnswer(): Promise<Uint8Array | undefined> {
    const head = await take(ANSWER_HEAD.size);
    const { magic, length, result } = ANSWER_HEAD.decode(head);
    if (magic !== MAGIC.answer || length > MOST_CALLER_DATA) throw new Gone('it is no answer');
    const data = await take(length);
    return result === 0n ? new Uint8Array(data) : undefined;
  }
  /** Answers come in the order of the requests. */
  function ask(request: Request): Promise<Uint8Array | undefined> {
    asked++;
    socket.write(encodeRequest(request, asked));
    const answer = answers.then(nextAnswer);
    answers = answer;
    // Whoever asked hears of it.
    answer.catch(() => undefined);
    return answer;
  }

  return {
    async nextRequest() {
      try {
        const start = await take(MAGIC_SIZE);
        if (u32At(start) !== MAGIC.request) return undefined;
        const head = decodeRequestHead(Buffer.concat([start, await take(REQUEST_HEAD.size - MAGIC_SIZE)]));
        return head.length === 0 ? head : undefined;
      } catch (error) {
        if (error instanceof Gone) return undefined;
        throw error;
      }
    },
    answer(sequence, result, data = NO_DATA) {
      socket.write(encodeAnswer({ sequence, result: BigInt(result), data }));
    },
    caller: {
      async read(address, length) {
        const read = ([offset, size]: readonly [number, number]) =>
          ask({ kind: 'READ', arguments: [address + BigInt(offset), BigInt(size)] });
        const pieces = await Promise.all(piecesOf(length).map(read));
        const whole = pieces.filter((piece) => piece !== undefined);
        return whole.length === pieces.length ? new Uint8Array(Buffer.concat(whole)) : undefined;
      },
      async write(address, bytes) {
        const written = ([offset, size]: readonly [number, number]) => {
          const data = bytes.subarray(offset, offset + size);
          return ask({ kind: 'WRITE', arguments: [address + BigInt(offset), BigInt(size)], data });
        };
        const pieces = await Promise.all(piecesOf(bytes.length).map(written));
        return pieces.every((piece) => piece !== undefined);
      },
    },
  };
}
