/** What is found out about a payload on one hypervisor. */
import { returnName } from '../abi/errno';
import type { Action, State } from '../abi/hypercall';
import type { CitedRefusal } from '../refusal';
import type { Stop } from '../target';
import type { Inspected } from './inspect';
import type { Warning } from './warnings';

/** An action's outcome: what the hypercall returned, and what GET returned afterwards. */
export interface Outcome {
  readonly return: number;
  /** null: the payload is not there. */
  readonly state: State | null;
  readonly rc: number | null;
  /** The reference's. */
  readonly refusal: CitedRefusal | undefined;
}

/** What UPLOAD returned. */
export interface Uploaded {
  readonly rc: number;
  /** The reference's. */
  readonly refusal: CitedRefusal | undefined;
}

/** One place that the payload patches. Bytes as they stood at `oldAddress`; null where nothing is mapped. */
export interface PatchedFunction {
  readonly name: string;
  readonly oldAddress: bigint;
  /** 0: nops. */
  readonly newAddress: bigint;
  /** Bytes, as the payload has it. */
  readonly oldSize: number;
  readonly newSize: number;
  /** The beginning of the old and of the new function; null where nothing is mapped, or there is no new one. */
  readonly oldCode: Uint8Array | null;
  readonly newCode: Uint8Array | null;
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

/** What a verdict comes to. */
export type Answer = 'good' | 'bad' | 'unknown';

/** What is undefined was not reached. */
export interface Verdict {
  /** The payload's, as it was given to the hypervisor. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** It loads, applies, and comes off again to the byte; or fails as it was to, and does all else. */
  readonly ok: boolean;
  /** Why nobody can tell whether the payload is good. */
  readonly unsure: string | undefined;
  /** Where and why the hypervisor crashed. */
  readonly stopped: (Pick<Stop, 'where' | 'why'> & { readonly during: string }) | undefined;
  readonly crashed: Crash | undefined;
  readonly upload: Uploaded | undefined;
  /** How it was applied: "APPLY", "REPLACE". */
  readonly action: Action;
  readonly apply: Outcome | undefined;
  readonly revert: Outcome | undefined;
  /** Asked only where REVERT was to fail. */
  readonly revertAgain: Outcome | undefined;
  readonly reapply: Outcome | undefined;
  readonly unload: Outcome | undefined;
  readonly functions: readonly PatchedFunction[];
  readonly parts: readonly PlacedPart[];
  readonly inspected: Inspected | undefined;
  /** In the order of the steps, without silent ones. */
  readonly console: readonly Said[];
  /** What REVERT did not restore: a sentence each. */
  readonly changed: readonly string[];
  readonly warnings: readonly Warning[];
  /** What was to fail and did not, or otherwise: a sentence each. */
  readonly unmet: readonly string[];
}

/** The verdict before the first step. */
export const UNREACHED: Verdict = {
  name: '',
  size: 0,
  ok: false,
  unsure: undefined,
  stopped: undefined,
  crashed: undefined,
  upload: undefined,
  action: 'APPLY',
  apply: undefined,
  revert: undefined,
  revertAgain: undefined,
  reapply: undefined,
  unload: undefined,
  functions: [],
  parts: [],
  inspected: undefined,
  console: [],
  changed: [],
  warnings: [],
  unmet: [],
};

/** Good, bad, or that nobody can tell: the emulator ended, or did not do what a machine would. */
export const answerOf = ({ ok, unsure, crashed }: Verdict): Answer =>
  unsure !== undefined || crashed !== undefined ? 'unknown' : ok ? 'good' : 'bad';

/** The negative errno of an action that failed, at once or by the payload's rc; 0: it did not. */
export const failureOf = ({ return: returned, rc }: Outcome): number => (returned !== 0 ? returned : (rc ?? 0));

/** Whether the action did what it was for. */
export const succeeded = (outcome: Outcome | undefined, state: State | null): boolean =>
  outcome?.return === 0 && outcome.state === state && (outcome.rc ?? 0) === 0;

/** "EINVAL"; null for success. */
export const errnoOf = (rc: number): string | null => (rc < 0 ? returnName(rc).replace(/^-/, '') : null);
