/** The host's side of the agent: requests and their answers, over a channel. */
import { AGENT_PROGRAM } from './build';
import { nap, type Channel } from './channel';
import { createAnswerReader, encodeRequest, type Request } from './frames';
import { createPatience } from './patience';
import { HELLO, MOST_DATA, PROTOCOL_VERSION, RESERVE } from './protocol';

/** The path of the agent's program. */
export const AGENT = AGENT_PROGRAM.file;
export { createPatience, NoAnswer } from './patience';

/** What the agent reports about its machine. */
export interface Found {
  readonly interfaceVersion: number;
  readonly cpus: number;
  readonly buildId: Uint8Array;
}

export interface Agent {
  /** Begins: releases what was reserved before. Throws an error if it speaks another protocol. */
  readonly hello: () => Found;
  /** Synchronises both sides after a break. Earlier requests are forgotten. */
  readonly meet: () => void;
  readonly reserve: (bytes: number, options?: { readonly edge?: boolean; readonly readOnly?: boolean }) => bigint;
  readonly release: (address: bigint) => void;
  /** Writes the data, and zeros after it up to `size`. Done before the next request that has an answer. */
  readonly write: (address: bigint, data: Uint8Array, size?: number) => void;
  readonly read: (address: bigint, length: number) => Uint8Array;
  /** RAX as a signed number. */
  readonly hypercall: (number: number, args: readonly bigint[]) => bigint;
  /** Asks for a hypercall. The function says what it returned; undefined if it has not returned yet. */
  readonly beginHypercall: (number: number, args: readonly bigint[]) => () => bigint | undefined;
}

export interface AgentOptions {
  /** Milliseconds that an answer may take. */
  readonly patience: number;
  /** Called from time to time during a wait for an answer. It may throw. */
  readonly onWait?: () => void;
}

/** Turns in which an answer is looked for without a longer nap. */
const EAGER = 200;
const WORD = 0x1_0000_0000;

export function createAgent(channel: Channel, { patience, onWait = () => undefined }: AgentOptions): Agent {
  const reader = createAnswerReader();
  let last = 0;
  /** Requests whose answers were not read yet, oldest first. */
  let open: number[] = [];

  function ask(request: Request): number {
    last = (last + 1) % WORD;
    channel.write(encodeRequest(request, last), createPatience(patience, onWait));
    open.push(last);
    return last;
  }

  /** The answer to this request, if it has arrived; those to earlier ones must be no errors. */
  function arrived(sequence: number) {
    reader.add(channel.read());
    for (let answer = reader.next(); answer !== undefined; answer = reader.next()) {
      const own = answer.sequence;
      if (!open.includes(own)) continue;
      open = open.filter((each) => each !== own);
      if (own === sequence) return answer;
      if (answer.result < 0n) throw new RangeError(`agent: expected 0 from a request, got ${answer.result}`);
    }
    return undefined;
  }

  function answerTo(sequence: number) {
    const wait = createPatience(patience, onWait);
    for (let turn = 0; ; turn++) {
      const answer = arrived(sequence);
      if (answer !== undefined) return answer;
      nap(turn < EAGER ? 0.05 : 0.5);
      wait();
    }
  }

  /** The answer, which must be no error. */
  function demand(request: Request) {
    const answer = answerTo(ask(request));
    if (answer.result >= 0n) return answer;
    throw new RangeError(`agent: expected an answer to ${request.kind}, got ${answer.result}`);
  }

  const write = (address: bigint, data: Uint8Array, size: number): void => {
    ask({ kind: 'WRITE', arguments: [address, BigInt(size)], data });
  };

  return {
    hello() {
      const { result, data } = demand({ kind: 'HELLO' });
      if (result !== BigInt(PROTOCOL_VERSION))
        throw new RangeError(`agent: expected version ${PROTOCOL_VERSION} of the protocol, got ${result}`);
      const { interface_version: interfaceVersion, cpus, build_id_length, build_id } = HELLO.decode(data);
      return { interfaceVersion, cpus, buildId: build_id.slice(0, build_id_length) };
    },
    meet() {
      channel.drain();
      reader.clear();
      open = [];
      demand({ kind: 'PING' });
    },
    reserve(bytes, { edge = false, readOnly = false } = {}) {
      const flags = (edge ? RESERVE.EDGE : 0) | (readOnly ? RESERVE.READ_ONLY : 0);
      return demand({ kind: 'RESERVE', arguments: [BigInt(bytes), BigInt(flags)] }).result;
    },
    release: (address) => void ask({ kind: 'RELEASE', arguments: [address] }),
    write(address, data, size = data.length) {
      let done = 0;
      for (; data.length - done > MOST_DATA; done += MOST_DATA)
        write(address + BigInt(done), data.subarray(done, done + MOST_DATA), MOST_DATA);
      write(address + BigInt(done), data.subarray(done), size - done);
    },
    read(address, length) {
      const asked = [];
      for (let done = 0; done < length; done += MOST_DATA)
        asked.push([BigInt(done), BigInt(Math.min(MOST_DATA, length - done))] as const);
      const pieces = asked.map(([done, size]) => demand({ kind: 'READ', arguments: [address + done, size] }).data);
      return new Uint8Array(Buffer.concat(pieces));
    },
    hypercall: (number, args) => answerTo(ask({ kind: 'HYPERCALL', arguments: [BigInt(number), ...args] })).result,
    beginHypercall(number, args) {
      const asked = ask({ kind: 'HYPERCALL', arguments: [BigInt(number), ...args] });
      return () => arrived(asked)?.result;
    },
  };
}
