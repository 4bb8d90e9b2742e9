/** Xen's console as its own hypercall reads it: what was printed since the last time. */
import { layout, u16, u32, u64, u8 } from '../abi/fields';
import { HYPERCALL, SYSCTL_HEADER, SYSCTL_SIZE } from '../abi/hypercall';
import type { Agent } from '../agent/agent';

export const SYSCTL_READCONSOLE = 1;
export const READCONSOLE = layout('xen_sysctl_readconsole', 24, {
  clear: u8(0),
  incremental: u8(1),
  pad: u16(2),
  index: u32(4),
  buffer: u64(8),
  count: u32(16),
  pad2: u32(20),
});
/** Bytes that are read at once. */
const ROOM = 0x8000;
/** Bytes of memory that it needs: for the call, and for what is read. */
export const CONSOLE_PLACE = SYSCTL_SIZE + ROOM;
const PREFIX = /^\(XEN\) /;

export interface RemoteConsole {
  /** Whole lines since the last call; the rest of a line too. */
  readonly drain: () => readonly string[];
  /** Forgets earlier output. If the machine itself was reset, it continues from the beginning. */
  readonly reset: (isRestored: boolean) => void;
}

/** `call`: memory of the agent's, CONSOLE_PLACE bytes; `interfaceVersion`: of Xen's sysctls. */
export function createRemoteConsole(agent: Agent, call: bigint, interfaceVersion: number): RemoteConsole {
  const buffer = call + BigInt(SYSCTL_SIZE);
  let next = 0;
  const more = (): string => {
    const sysctl = new Uint8Array(SYSCTL_SIZE);
    sysctl.set(SYSCTL_HEADER.encode({ cmd: SYSCTL_READCONSOLE, interface_version: interfaceVersion }));
    sysctl.set(READCONSOLE.encode({ incremental: 1, index: next, buffer, count: ROOM }), SYSCTL_HEADER.size);
    agent.write(call, sysctl);
    if (agent.hypercall(HYPERCALL.sysctl, [call]) !== 0n) return '';
    const { index, count } = READCONSOLE.decode(agent.read(call, SYSCTL_SIZE), SYSCTL_HEADER.size);
    // A call that was patched away returns 0 and reads nothing.
    if (index === next) return '';
    next = index;
    return count === 0
      ? ''
      : Buffer.from(agent.read(buffer, count)).toString('latin1') + (count === ROOM ? more() : '');
  };
  more();
  const first = next;
  return {
    reset(isRestored) {
      if (isRestored) next = first;
      else more();
    },
    drain() {
      const lines = more().split('\n');
      return (lines.at(-1) === '' ? lines.slice(0, -1) : lines).map((line) => line.replace(PREFIX, ''));
    },
  };
}
