/** The way to an agent on another machine: always a command whose standard streams are the agent's. */
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasEnded, startChild } from '../agent/child';
import { createChannel, pipesOf, type Channel } from '../agent/channel';
import { userError } from '../user-error';

/** Addresses without a real machine: the hypervisor's code on the emulated machine, or booted in QEMU, stands in for it. */
const STAND_INS = ['emulated', 'booted'] as const;
export type StandInName = (typeof STAND_INS)[number];

export const isStandIn = (address: string): address is StandInName => STAND_INS.some((name) => name === address);

/** What `--connect` takes. */
export const ADDRESSES = `tcp:HOST:PORT, unix:PATH, command:WORDS, ${STAND_INS.join(' or ')}`;

/** Joins its standard streams and a socket, whose address is its arguments. */
const JOIN =
  'const s = require("net").connect(...process.argv.slice(1)); process.stdin.pipe(s); s.pipe(process.stdout); s.on("error", (e) => { process.stderr.write(e.message + "\\n"); process.exit(1); }); s.on("close", () => process.exit());';
const joinedTo = (...place: readonly string[]): readonly string[] => [process.execPath, '-e', JOIN, ...place];

/** The command that has the agent at its standard streams. Throws a user error if the address is none. */
export function commandFor(address: string): readonly string[] {
  const [, host, port] = /^tcp:(?:\[?([^\]]*?)\]?:)?(\d+)$/.exec(address) ?? [];
  if (port !== undefined) return joinedTo(port, host ?? 'localhost');
  const [, path] = /^unix:(.+)$/s.exec(address) ?? [];
  if (path !== undefined) return joinedTo(path);
  const [, words] = /^command:(.+)$/s.exec(address) ?? [];
  if (words !== undefined) return ['/bin/sh', '-c', words];
  throw userError(`--connect ${address} is no address: name ${ADDRESSES}.`);
}

/** Throws a user error if `--connect` cannot take it. */
export function checkAddress(address: string): void {
  if (!isStandIn(address)) commandFor(address);
}

export interface Connection {
  readonly channel: Channel;
  /** Whether the other end is known to be gone. */
  readonly isBroken: () => boolean;
  readonly close: () => void;
}

/** Begins to connect. Throws a user error if the address is none. */
export function connect(address: string): Connection {
  const command = commandFor(address);
  const folder = mkdtempSync(join(tmpdir(), 'livepatch-remote-'));
  const path = join(folder, 'agent');
  const channel = createChannel(path);
  const pipes = pipesOf(path);
  const ends = [openSync(pipes.in, 'r+'), openSync(pipes.out, 'r+')] as const;
  const child = startChild(command, [...ends, 'inherit']);
  for (const end of ends) closeSync(end);
  return {
    channel,
    isBroken: () => hasEnded(child),
    close() {
      child.kill('SIGKILL');
      channel.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
