/** Memory of the domain that the agent is in. */
import { NoAnswer, type Agent } from '../agent/agent';
import type { AllocateOptions, DomainMemory } from '../target';

export interface AgentMemory extends DomainMemory {
  /** Undefined if the domain has no such memory. */
  readonly tryRead: (address: bigint, length: number) => Uint8Array | undefined;
  /** Gives back what was allocated; where the machine itself was put back, it is gone already. */
  readonly reset: (isRestored: boolean) => void;
}

/** Bytes of all buffers that need no pages of their own. */
export const BUFFERS_SIZE = 16 * 1024 * 1024;
const ALIGNMENT = 16;

/** `buffers`: the address of so much reserved memory. */
export function createAgentMemory(agent: Agent, buffers: bigint): AgentMemory {
  let used = 0;
  let separate: bigint[] = [];
  const allocateSeparately = (length: number, { atEdge = false, readOnly = false }: AllocateOptions): bigint => {
    const address = agent.reserve(length, { edge: atEdge, readOnly });
    separate.push(address);
    return address;
  };
  return {
    allocate(length, options = {}) {
      if (!Number.isInteger(length) || length < 0) throw new RangeError(`allocate: expected a length, got ${length}`);
      if (options.atEdge === true || options.readOnly === true) return allocateSeparately(length, options);
      const start = used;
      used = Math.ceil((start + length) / ALIGNMENT) * ALIGNMENT;
      if (used > BUFFERS_SIZE)
        throw new RangeError(`allocate: expected at most ${BUFFERS_SIZE} bytes in all, got more`);
      agent.write(buffers + BigInt(start), new Uint8Array(0), length);
      return buffers + BigInt(start);
    },
    borrow(use) {
      const before = used;
      try {
        return use();
      } finally {
        used = before;
      }
    },
    write: (address, bytes) => agent.write(address, bytes),
    read: agent.read,
    tryRead(address, length) {
      try {
        return agent.read(address, length);
      } catch (error) {
        if (error instanceof NoAnswer || !(error instanceof RangeError)) throw error;
        return undefined;
      }
    },
    reset(isRestored) {
      if (!isRestored) for (const address of separate) agent.release(address);
      separate = [];
      used = 0;
    },
  };
}
