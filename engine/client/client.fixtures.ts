/** A caller that speaks the protocol as the preload library does, with memory of its own. */
import { connect, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  HYPERCALL,
  LIVEPATCH_OP,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
  SYSCTL_SIZE,
  type LivepatchOp,
} from '../abi/hypercall';
import { decodeRequestHead, encodeAnswer, encodeRequest, type RequestHead } from '../agent/frames';
import { ANSWER_HEAD, MAGIC, REQUEST_HEAD } from '../agent/protocol';
import { u32At } from '../bytes';
import { createReference } from '../reference';
import type { Target } from '../target';
import { startServer, type Server, type ServerOptions } from './server';

/** Where a caller's memory begins, and how much there is. */
export const MEMORY = 0x7f00_0000_0000n;
const MEMORY_SIZE = 4 * 1024 * 1024;
const EFAULT = -14n;

export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-client-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Serving {
  readonly server: Server;
  readonly target: Target;
}

/** A reference that is served until the test ends. */
export async function served(
  context: TestContext,
  options: Partial<ServerOptions> = {},
  target: Target = createReference({ revision: 2 }),
): Promise<Serving> {
  const server = await startServer(target, { socket: join(temporaryFolder(context), 'socket'), ...options });
  context.after(async () => {
    await server.close();
    target.close();
  });
  return { server, target };
}

/** How a hypercall ended. */
export interface Answered {
  readonly returned: number;
  /** What people are told. */
  readonly sentence: string;
  /** Bytes that were read of the caller's memory. */
  readonly read: number;
  /** Likewise written. */
  readonly written: number;
}

export interface FakeCaller {
  readonly memory: Buffer;
  readonly hypercall: (number: number, ...args: readonly bigint[]) => Promise<Answered>;
  readonly sysctl: (pointer: bigint) => Promise<Answered>;
  /** Writes a structure at the beginning of its memory, and calls with it. */
  readonly livepatch: (operation: LivepatchOp, union: Uint8Array, version?: number) => Promise<Answered>;
  /** The union of that structure. */
  readonly union: () => Uint8Array;
  /** Puts bytes into its memory, at this offset; their address. */
  readonly put: (offset: number, bytes: Uint8Array) => bigint;
}

/** The next `length` bytes. */
function createTaker(socket: Socket): (length: number) => Promise<Buffer> {
  const chunks = socket[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  return async (length) => {
    while (rest.length < length) {
      const next = await chunks.next();
      if (next.done === true) throw new Error('the server has ended');
      rest = Buffer.concat([rest, next.value as Buffer]);
    }
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
}

export function createFakeCaller(path: string): FakeCaller {
  const memory = Buffer.alloc(MEMORY_SIZE);
  const isMapped = (address: bigint, size: number): boolean =>
    address >= MEMORY && address + BigInt(size) <= MEMORY + BigInt(MEMORY_SIZE);

  /** Of READ and WRITE. */
  async function serve(
    { kind, words: [address = 0n, size = 0n], length, sequence }: RequestHead,
    take: ReturnType<typeof createTaker>,
  ) {
    const data = await take(length);
    const at = Number(address - MEMORY);
    if (!isMapped(address, Number(size))) return encodeAnswer({ sequence, result: EFAULT, data: new Uint8Array(0) });
    if (kind === 'WRITE') memory.set(data, at);
    const answered = kind === 'READ' ? memory.subarray(at, at + Number(size)) : new Uint8Array(0);
    return encodeAnswer({ sequence, result: 0n, data: answered });
  }

  async function hypercall(number: number, ...args: readonly bigint[]): Promise<Answered> {
    const socket = connect(path);
    const take = createTaker(socket);
    let [read, written] = [0, 0];
    try {
      socket.write(encodeRequest({ kind: 'HYPERCALL', arguments: [BigInt(number), ...args] }, 1));
      for (;;) {
        const magic = await take(4);
        if (u32At(magic) === MAGIC.answer) {
          const { result, length } = ANSWER_HEAD.decode(Buffer.concat([magic, await take(ANSWER_HEAD.size - 4)]));
          const sentence = (await take(length)).toString();
          return { returned: Number(BigInt.asIntN(64, result)), sentence, read, written };
        }
        const head = decodeRequestHead(Buffer.concat([magic, await take(REQUEST_HEAD.size - 4)]));
        if (head.kind === 'READ') read += Number(head.words[1]);
        else written += head.length;
        socket.write(await serve(head, take));
      }
    } finally {
      socket.destroy();
    }
  }
  const sysctl = (pointer: bigint): Promise<Answered> => hypercall(HYPERCALL.sysctl, pointer);
  const put = (offset: number, bytes: Uint8Array): bigint => {
    memory.set(bytes, offset);
    return MEMORY + BigInt(offset);
  };
  return {
    memory,
    hypercall,
    sysctl,
    livepatch(operation, union, version = 0x15) {
      put(0, SYSCTL_HEADER.encode({ cmd: SYSCTL_LIVEPATCH_OP, interface_version: version }));
      put(LIVEPATCH_OP_OFFSET, LIVEPATCH_OP_HEADER.encode({ cmd: LIVEPATCH_OP[operation] }));
      // What a tool leaves behind the structure.
      memory.fill(0xee, LIVEPATCH_UNION_OFFSET, SYSCTL_SIZE);
      put(LIVEPATCH_UNION_OFFSET, union);
      return sysctl(MEMORY);
    },
    union: () => memory.subarray(LIVEPATCH_UNION_OFFSET, SYSCTL_SIZE),
    put,
  };
}
