/** Where the host takes over from emulated code. */
import type { Gate } from './vcpu';

export interface Gates {
  /** By the address of their `hlt`. */
  readonly gates: ReadonlyMap<bigint, Gate>;
  /** By the address of the code that they replace. */
  readonly services: ReadonlyMap<bigint, Gate>;
  /** Declares the `hlt` at `address` a gate. */
  readonly gate: (address: bigint, handler: Gate) => void;
  /**
   * Lets the host do what is at `address`: when a vCPU reaches the beginning of a block of code there, such as a
   * function, `handler` runs instead, and its value is what the function returns, if it does not say where to go on.
   * Memory is not changed. It may say `go on`: then the code there runs after all.
   */
  readonly service: (address: bigint, handler: Gate) => void;
}

/** `stopAt` is called with each address that gets its first service. */
export function createGates(stopAt: (address: bigint) => void): Gates {
  const gates = new Map<bigint, Gate>();
  const services = new Map<bigint, Gate>();
  return {
    gates,
    services,
    gate: (address, handler) => void gates.set(address, handler),
    service(address, handler) {
      if (!services.has(address)) stopAt(address);
      services.set(address, handler);
    },
  };
}
