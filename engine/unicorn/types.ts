/** The interface of an emulated CPU, and why code on it stops. */
import type { Register } from './registers';

export type Access = 'read' | 'write' | 'fetch';

/** Why a start came back. */
export type Outcome =
  /** The end address, a `hlt`, or the end of the budget: RIP says which. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'syscall' }
  | {
      readonly kind: 'fault';
      readonly access: Access;
      readonly reason: 'unmapped' | 'protected';
      readonly address: bigint;
    }
  /**
   * A processor exception other than a fault of memory, by its vector: 0 #DE, 6 #UD, 13 #GP, …; RIP is at the
   * instruction, or after it for 3 #BP and `int`.
   */
  | { readonly kind: 'exception'; readonly vector: number };

/** What `cpuid` leaves in the four registers, each of 32 bits. */
export interface CpuidLeaf {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}
export type CpuidAnswer = (leaf: number, subleaf: number) => CpuidLeaf;

export interface Store {
  readonly address: bigint;
  readonly size: number;
}

export interface Cpu {
  /**
   * Makes `memory` the memory at `address`; both CPU and host see each other's writes. Several CPUs may share it.
   * Address and size are multiples of 4096.
   */
  readonly map: (address: bigint, memory: Uint8Array, permissions: number) => void;
  readonly unmap: (address: bigint, size: number) => void;
  readonly protect: (address: bigint, size: number, permissions: number) => void;
  /** Drops the translations of [start, end): needed after a write to code that this CPU did not make itself. */
  readonly forget: (start: bigint, end: bigint) => void;
  readonly get: (register: Register) => bigint;
  /** RangeError if the value does not fit in 64 bits, unsigned. */
  readonly set: (register: Register, value: bigint) => void;
  /** Runs from `begin` until `until` is reached or at most `budget` (> 0) instructions were executed. */
  readonly start: (begin: bigint, until: bigint, budget: number) => Outcome;
  /** Runs `action`, then puts every register back: for a call in the middle of other code. */
  readonly preserve: <Result>(action: () => Result) => Result;
  /**
   * Calls `seen` on each store that is made and touches [start, end), by code that is translated from now on: `forget`
   * has older code report too. Returns the function that ends it, to be called once and not by `seen`.
   */
  readonly watchStores: (start: bigint, end: bigint, seen: (store: Store) => void) => () => void;
  /**
   * From now on a start comes back as `stopped` when it reaches the beginning of a block at `address`, such as a
   * function that is called: RIP is there, and nothing of it has been executed. Memory is not changed.
   */
  readonly stopAt: (address: bigint) => void;
  /** The next time that a start reaches the stop at `address`, it continues: the code there is executed after all. */
  readonly passOnce: (address: bigint) => void;
  /** From now on, `cpuid` gives what `answer` says for a leaf and a subleaf. */
  readonly onCpuid: (answer: CpuidAnswer) => void;
  /** Every register as it was when the CPU was opened. Memory stays. */
  readonly reset: () => void;
  readonly close: () => void;
}
