/** What goes through the pipes of a process that runs payloads. */
import type { Limits } from '../check/child-process';
import type { JudgedHypervisor } from '../check/judge-process';
import type { Execution } from './execution';
import type { Seed } from './seeds';

/** What the process gets first; payloads follow. */
export interface Assignment extends Pick<Limits, 'worn'> {
  /** The path of a xen-syms. */
  readonly hypervisor: string;
  /** The build-id that it gets, in hexadecimal digits; undefined: its own. */
  readonly buildId: string | undefined;
  /** Whether coverage and the reference are wanted. */
  readonly isSearch: boolean;
  /** Blocks that earlier processes have seen. */
  readonly known: Uint32Array;
}

/** A payload to be run. */
export interface Task {
  readonly payload: Uint8Array;
  /** Whether the reference is asked about the whole cycle. */
  readonly isWhole: boolean;
}

/** What the process says of its hypervisor. */
export interface Ready extends Pick<JudgedHypervisor, 'name' | 'buildId' | 'revision'> {
  readonly seeds: readonly Seed[];
  /** Whether blocks are counted. */
  readonly isCovered: boolean;
}

export interface Answer {
  readonly execution: Execution;
  /** Blocks of Xen's code that nothing before has reached: bytes from the start of its text. */
  readonly blocks: Uint32Array;
  /** Seconds of CPU that the process has taken. */
  readonly cpu: number;
  /** Those that this payload took on Xen. */
  readonly spent: number;
}
