/**
 * An emulated hypervisor behind a Unix socket, for tools with the preload library. Any number of them may be connected;
 * calls are made one at a time. Only its own user may connect.
 */
import { lstatSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { ERRNO } from '../abi/errno';
import type { RequestHead } from '../agent/frames';
import { HELLO, MOST_CALLER_DATA, PROTOCOL_VERSION } from '../agent/protocol';
import type { HypercallEvidence, StopEvidence } from '../evidence';
import { HypervisorStopped, type TargetCore } from '../target';
import { stopEvidence } from '../toolstack/stop';
import { reasonOf, userError } from '../user-error';
import { callFor } from './call';
import { createConnection, Gone, type Connection } from './connection';

export interface ServerOptions {
  /** The path of the socket. Its folder has to be there. */
  readonly socket: string;
  /** Gets each hypercall when the hypervisor has returned from it, and the stop if it did not. */
  readonly onCall?: (event: HypercallEvidence | StopEvidence) => void;
}

export interface Server {
  /** The path that clients are to connect to: absolute, without links. */
  readonly socket: string;
  /** Ends all connections, and removes the socket. The target stays as it is. */
  readonly close: () => Promise<void>;
}

/** Bytes of a path that a socket's address has room for. */
const LONGEST_PATH = 107;

/** A sentence as data of an answer. */
const sentence = (text: string): Uint8Array => Buffer.from(text).subarray(0, MOST_CALLER_DATA);

function helloOf({ hypervisor }: TargetCore): Uint8Array {
  const { interfaceVersion, buildId } = hypervisor;
  const room = HELLO.fields.build_id.codec.size;
  const head = { interface_version: interfaceVersion, cpus: 1, build_id_length: Math.min(buildId.length, room) };
  return HELLO.encode({ ...head, build_id: buildId.subarray(0, room) });
}

/** Whether somebody answers there. */
function isServed(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const client = connect(socket, () => {
      client.destroy();
      done(true);
    });
    client.on('error', () => done(false));
  });
}

/** The absolute path. Removes a socket that a killed server left behind. Throws a user error if it cannot be used. */
async function freePath(socket: string): Promise<string> {
  const path = join(folderOf(socket), basename(socket));
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw userError(
      `The socket's path ${path} is longer than ${LONGEST_PATH} bytes: name a shorter one with --socket.`,
    );
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  if (!found.isSocket()) throw userError(`${path} exists and is no socket: name another path with --socket.`);
  if (await isServed(path))
    throw userError(`A hypervisor is served at ${path} already: name another path with --socket.`);
  rmSync(path);
  return path;
}

function folderOf(socket: string): string {
  try {
    return realpathSync(dirname(socket));
  } catch (error) {
    throw userError(
      `The folder of the socket ${socket} cannot be used (${reasonOf(error)}): name another with --socket.`,
    );
  }
}

/** The socket is made at once, and its mode is what the mask leaves: nobody else may connect, at any moment. */
function listen(server: NetServer, path: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error) => failed(userError(`${path} cannot be served (${reasonOf(error)})`)));
    const mask = process.umask(0o177);
    server.listen(path, done);
    process.umask(mask);
  });
}

/** Serves the target until it is closed. Throws a user error if the socket cannot be used. */
export async function startServer(
  target: TargetCore,
  { socket, onCall = () => undefined }: ServerOptions,
): Promise<Server> {
  const connections = new Set<Socket>();
  let stopped: HypervisorStopped | undefined;

  async function hypercall({ caller, answer }: Connection, { sequence, words }: RequestHead): Promise<void> {
    const [number = 0n, ...args] = words;
    try {
      if (stopped !== undefined) throw stopped;
      answer(sequence, await callFor(target, caller, { number: Number(number), arguments: args }, onCall));
    } catch (error) {
      if (!(error instanceof HypervisorStopped)) throw error;
      if (stopped === undefined) onCall(stopEvidence(error.stop));
      stopped = error;
      answer(sequence, -ERRNO.EIO, sentence(error.message));
    }
  }

  async function serve(connection: Connection): Promise<void> {
    for (let asked = await connection.nextRequest(); asked; asked = await connection.nextRequest()) {
      const { kind, sequence } = asked;
      if (kind === 'HYPERCALL') await hypercall(connection, asked);
      else if (kind === 'HELLO') connection.answer(sequence, PROTOCOL_VERSION, helloOf(target));
      else connection.answer(sequence, kind === 'PING' ? 0 : -ERRNO.EINVAL);
    }
  }

  const server = createServer((own) => {
    connections.add(own);
    own.on('error', () => own.destroy());
    own.on('close', () => connections.delete(own));
    serve(createConnection(own))
      .catch((error: unknown) => {
        if (!(error instanceof Gone)) throw error;
      })
      .finally(() => own.destroy());
  });
  const path = await freePath(socket);
  await listen(server, path);
  return {
    socket: path,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const own of connections) own.destroy();
      }),
  };
}
