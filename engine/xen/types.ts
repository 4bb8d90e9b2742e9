/** The parts of a running Xen, and the calls into it. */
import type { AddressSpace } from '../machine/address-space';
import type { Machine } from '../machine/machine';
import type { RunEnd, TrapHandler, Vcpu } from '../machine/vcpu';
import type { Console } from './console';
import type { XenImage } from './image';
import type { PageTables } from './page-tables';
import type { Profile } from './profile';
import type { Stops } from './stops';

export interface Traps {
  readonly handle: TrapHandler;
  /** An NMI reaches the vCPU, whatever it is doing. Returns when Xen's handler has returned. */
  readonly nmi: (vcpu: Vcpu) => void;
  /** A call from outside begins: its traps are counted from here. */
  readonly begin: () => void;
  /** A scenario begins: the memory that it is the first to touch is counted from here. */
  readonly reset: () => void;
}

/** The function's value, from its arguments. */
export type Service = (vcpu: Vcpu, ...args: readonly bigint[]) => bigint;

/** Services that belong together, by the names of Xen's functions. */
export interface ServiceGroup {
  readonly services: Readonly<Record<string, Service>>;
  readonly reset: () => void;
}

export interface System {
  readonly machine: Machine;
  readonly memory: AddressSpace;
  readonly image: XenImage;
  readonly profile: Profile;
  readonly console: Console;
  readonly pageTables: PageTables;
  readonly stops: Stops;
  readonly traps: Traps;
  readonly vcpu: (index: number) => Vcpu;
  readonly has: (name: string) => boolean;
  /** The address of a symbol that the Xen must have. RangeError if it has none. */
  readonly address: (name: string) => bigint;
  /** Makes a vCPU that runs nothing ready for a function; the address to run from. */
  readonly enter: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** RAX at the end of a run. Throws `HypervisorStopped` if the run ended in another way. */
  readonly ended: (vcpu: Vcpu, end: RunEnd) => bigint;
  /** Calls a function on a vCPU that runs nothing. Throws `HypervisorStopped` if it does not return. */
  readonly call: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Has a vCPU do something in which others may take part. Throws `HypervisorStopped` if nothing goes on. */
  readonly drive: <Result>(vcpu: Vcpu, action: (vcpu: Vcpu) => Result) => Result;
  /** Calls a function without a trace, whatever the vCPU is doing. */
  readonly inspect: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Calls a function in the middle of what the vCPU runs; its registers are put back. */
  readonly callNested: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Calls a function with RSP at `stack`. */
  readonly callOn: (vcpu: Vcpu, stack: bigint, function_: string | bigint, ...args: readonly bigint[]) => bigint;
}
