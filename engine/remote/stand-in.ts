/**
 * An emulated hypervisor behind the agent's protocol: so that requests to a real machine can be tried, and the host's
 * side tested, without one.
 */
import { ERRNO } from '../abi/errno';
import { HYPERCALL, SYSCTL_HEADER, SYSCTL_SIZE } from '../abi/hypercall';
import { asBuffer } from '../bytes';
import { otherLines } from '../console';
import { HypervisorStopped, type DomainMemory, type Hypercall, type Target } from '../target';
import type { Connection } from './connection';
import { READCONSOLE, SYSCTL_READCONSOLE } from './console';
import type { Channel } from '../agent/channel';
import { ANSWER_HEAD, HELLO, MAGIC, PROTOCOL_VERSION, REQUEST, REQUEST_HEAD, RESERVE } from '../agent/protocol';

/** Memory that was reserved. */
interface Reserved {
  readonly start: bigint;
  readonly size: bigint;
}

interface Asked {
  readonly words: readonly bigint[];
  readonly data: Uint8Array;
}

interface Answer {
  readonly result: bigint;
  readonly data?: Uint8Array;
}

const DONE: Answer = { result: 0n };
/** Memory that was not reserved. */
const FAULT: Answer = { result: BigInt(-ERRNO.EFAULT) };
/** An invalid request. */
const NO_REQUEST: Answer = { result: BigInt(-ERRNO.EINVAL) };

/** The sysctl that reads the console: emulated, Xen keeps no lines of it. Undefined for any other hypercall. */
function createConsoleReader(
  target: Target,
  memory: DomainMemory,
  isReserved: (start: bigint, size: bigint) => boolean,
): (call: Hypercall) => bigint | undefined {
  let text = Buffer.alloc(0);
  return ({ number, arguments: [place = 0n] }) => {
    if (number !== HYPERCALL.sysctl || !isReserved(place, BigInt(SYSCTL_SIZE))) return undefined;
    const sysctl = memory.read(place, SYSCTL_SIZE);
    if (SYSCTL_HEADER.decode(sysctl).cmd !== SYSCTL_READCONSOLE) return undefined;
    const lines = otherLines(target.log().console).map((line) => `(XEN) ${line}\n`);
    text = Buffer.concat([text, Buffer.from(lines.join(''), 'latin1')]);
    const { index, buffer, count, ...asked } = READCONSOLE.decode(sysctl, SYSCTL_HEADER.size);
    const read = text.subarray(index, index + count);
    memory.write(buffer, read);
    const told = READCONSOLE.encode({ ...asked, buffer, index: index + read.length, count: read.length });
    memory.write(place + BigInt(SYSCTL_HEADER.size), told);
    return 0n;
  };
}

/** What the agent does on each request. Throws `HypervisorStopped` if it would not return. */
function createAnswers(target: Target): Readonly<Record<number, (asked: Asked) => Answer>> {
  const memory = target.domain('control');
  let reserved: readonly Reserved[] = [];
  const isReserved = (start: bigint, size: bigint): boolean =>
    reserved.some((each) => each.start <= start && start + size <= each.start + each.size);
  const readConsole = createConsoleReader(target, memory, isReserved);
  return {
    [REQUEST.HELLO]() {
      reserved = [];
      const { interfaceVersion, buildId } = target.hypervisor;
      const found = { interface_version: interfaceVersion, cpus: 1, build_id_length: buildId.length };
      const room = Buffer.concat([buildId, new Uint8Array(HELLO.fields.build_id.codec.size - buildId.length)]);
      return { result: BigInt(PROTOCOL_VERSION), data: HELLO.encode({ ...found, build_id: room }) };
    },
    [REQUEST.PING]: () => DONE,
    [REQUEST.RESERVE]({ words: [size = 0n, flags = 0n] }) {
      const atEdge = (Number(flags) & (RESERVE.EDGE | RESERVE.READ_ONLY)) !== 0;
      const readOnly = (Number(flags) & RESERVE.READ_ONLY) !== 0;
      const start = memory.allocate(Number(size), { atEdge, readOnly });
      memory.write(start, new Uint8Array(Number(size)));
      reserved = [...reserved, { start, size }];
      return { result: start };
    },
    [REQUEST.RELEASE]({ words: [start] }) {
      const kept = reserved.filter((each) => each.start !== start);
      const released = kept.length < reserved.length;
      reserved = kept;
      return released ? DONE : FAULT;
    },
    [REQUEST.WRITE]({ words: [start = 0n, size = 0n], data }) {
      if (!isReserved(start, size)) return FAULT;
      memory.write(start, data);
      const rest = Number(size) - data.length;
      if (rest > 0) memory.write(start + BigInt(data.length), new Uint8Array(rest));
      return DONE;
    },
    [REQUEST.READ]({ words: [start = 0n, size = 0n] }) {
      return isReserved(start, size) ? { result: 0n, data: memory.read(start, Number(size)) } : FAULT;
    },
    [REQUEST.HYPERCALL]({ words: [number = 0n, ...args] }) {
      const call = { number: Number(number), arguments: args };
      return { result: readConsole(call) ?? target.hypercall(call) };
    },
  };
}

/** The way to the target, which it owns, and closes. A hypervisor that stopped no longer answers. */
export function standInOf(target: Target): Connection {
  const answers = createAnswers(target);
  let pending: Buffer[] = [];
  let isGone = false;
  const answer = (request: Buffer): void => {
    const { kind, sequence, argument0, argument1, argument2, argument3, argument4, argument5 } =
      REQUEST_HEAD.decode(request);
    const words = [argument0, argument1, argument2, argument3, argument4, argument5];
    try {
      const asked = { words, data: request.subarray(REQUEST_HEAD.size) };
      const { result, data = new Uint8Array(0) } = answers[kind]?.(asked) ?? NO_REQUEST;
      const head = { magic: MAGIC.answer, sequence, length: data.length, result: BigInt.asUintN(64, result) };
      pending.push(Buffer.from(ANSWER_HEAD.encode(head)), asBuffer(data));
    } catch (error) {
      if (!(error instanceof HypervisorStopped)) throw error;
      isGone = true;
    }
  };
  const channel: Channel = {
    write(bytes) {
      // The host's side writes whole requests.
      if (!isGone) answer(asBuffer(bytes));
    },
    read() {
      const arrived = Buffer.concat(pending);
      pending = [];
      return arrived;
    },
    drain() {
      pending = [];
    },
    close: target.close,
  };
  return { channel, isBroken: () => isGone, close: target.close };
}
