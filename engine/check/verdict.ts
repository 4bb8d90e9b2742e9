/** What is found out about a payload on one hypervisor. */
import { returnName } from '../abi/errno';
import type { State } from '../abi/hypercall';
import type { CitedRefusal } from '../refusal';
import type { Stop } from '../target';
import type { Inspected } from './inspect';

/** An action's outcome: what the hypercall returned, and what GET returned afterwards. */
export interface Outcome {
  readonly return: number;
  /** null: the payload is not there. */
  readonly state: State | null;
  readonly rc: number | null;
  /** The reference's. */
  readonly refusal: CitedRefusal | undefined;
}

/** One place that the payload patches. The bytes at `oldAddress`; null if nothing is mapped. */
export interface PatchedFunction {
  readonly name: string;
  readonly oldAddress: bigint;
  /** 0: nops. */
  readonly newAddress: bigint;
  readonly before: Uint8Array | null;
  /** null: it was not applied. */
  readonly after: Uint8Array | null;
  /** null: it was not reverted. */
  readonly restored: Uint8Array | null;
}

/** Where a part of the payload was placed. */
export interface PlacedPart {
  /** "text", "data", "rodata". */
  readonly name: string;
  readonly start: bigint;
  /** Bytes. */
  readonly size: number;
  readonly permissions: string;
}

/** The hypervisor's console during one step: "UPLOAD", "APPLY again". */
export interface Said {
  readonly during: string;
  readonly lines: readonly string[];
}

/** How the emulator itself ended before it came to a verdict. */
export interface Crash {
  /** The step in which it ended: "APPLY". */
  readonly while: string;
  /** "SIGSEGV", "more than 20 s", "more than 1 GB", or the message of an exception. */
  readonly how: string;
}

/** What is undefined was not reached. */
export interface Verdict {
  /** It loads, applies, and reverts to the byte. */
  readonly ok: boolean;
  /** Where and why the hypervisor crashed. */
  readonly stopped: (Pick<Stop, 'where' | 'why'> & { readonly during: string }) | undefined;
  readonly crashed: Crash | undefined;
  readonly upload: { readonly rc: number; readonly refusal: CitedRefusal | undefined } | undefined;
  readonly apply: Outcome | undefined;
  readonly revert: Outcome | undefined;
  readonly reapply: Outcome | undefined;
  readonly unload: Outcome | undefined;
  readonly functions: readonly PatchedFunction[];
  readonly parts: readonly PlacedPart[];
  readonly inspected: Inspected | undefined;
  /** In the order of the steps, without silent ones. */
  readonly console: readonly Said[];
  /** What REVERT did not restore: a sentence each. */
  readonly changed: readonly string[];
}

/** The verdict before the first step. */
export const UNREACHED: Verdict = {
  ok: false,
  stopped: undefined,
  crashed: undefined,
  upload: undefined,
  apply: undefined,
  revert: undefined,
  reapply: undefined,
  unload: undefined,
  functions: [],
  parts: [],
  inspected: undefined,
  console: [],
  changed: [],
};

/** Whether the action did what it was for. */
export const succeeded = (outcome: Outcome | undefined, state: State | null): boolean =>
  outcome?.return === 0 && outcome.state === state && (outcome.rc ?? 0) === 0;

/** "EINVAL"; null for success. */
export const errnoOf = (rc: number): string | null => (rc < 0 ? returnName(rc).replace(/^-/, '') : null);
