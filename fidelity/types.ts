/** What the booted Xen did, as it was recorded: cases (one payload each) and sequences of hypercalls. */

/** `[offset, hex]`: bytes written over the payload. */
export type Patch = readonly (readonly [number, string])[];
export interface StateRc {
  readonly state: number;
  readonly rc: number;
}

export interface Verdict {
  /** A return value, or how the hypervisor ended. */
  readonly upload: number | string;
  readonly apply?: number;
  readonly applied?: StateRc;
  readonly extra?: string;
  readonly version?: number;
  readonly revert?: number;
  readonly reverted?: StateRc;
  readonly unload?: number;
  readonly before?: Readonly<Record<string, string>>;
  readonly after?: Readonly<Record<string, string>>;
  readonly restored?: Readonly<Record<string, string>>;
  readonly left?: readonly string[];
  readonly console?: readonly string[];
  readonly dead?: { readonly step: string; readonly kind: string; readonly why?: string };
}

interface Edited {
  readonly patch?: Patch;
  readonly size?: number;
}

export interface Case extends Edited {
  readonly id: string;
  readonly base: string;
  readonly class: string;
  readonly note: string;
  readonly verdict: Verdict;
  readonly unstable?: unknown;
}

/** `[name, state, rc]` and, in LIST's own answer, the metadata. */
export type Entry = readonly (string | number)[];

export interface Step {
  readonly op: 'upload' | 'get' | 'list' | 'action' | 'raw';
  readonly payload?: string;
  readonly patch?: Patch;
  readonly upload_size?: number;
  readonly name?: string;
  readonly name_hex?: string;
  readonly namesize?: number;
  readonly npad?: readonly number[];
  readonly op_pad?: number;
  readonly ifv?: number;
  readonly sysctl?: number;
  readonly lp_cmd?: number;
  readonly pointers?: Readonly<Record<string, string>>;
  readonly nr?: number;
  readonly idx?: number;
  readonly pad?: number;
  readonly cmd?: number;
  readonly timeout?: number;
  readonly flags?: number;
  readonly ret?: number;
  readonly out?: {
    readonly state?: number;
    readonly rc?: number;
    readonly version?: number;
    readonly nr?: number;
    readonly name_total_size?: number;
    readonly metadata_total_size?: number;
    readonly entries?: readonly Entry[];
  };
  readonly status?: readonly Entry[];
  readonly version?: number;
  readonly extra?: string;
  readonly code?: string;
  readonly console?: readonly string[];
  readonly dead?: unknown;
}

export interface Sequence {
  readonly id: string;
  readonly class: string;
  readonly note: string;
  readonly vcpus?: number;
  readonly steps: readonly Step[];
}

export interface Recorded {
  readonly cases: readonly Case[];
  readonly sequences: readonly Sequence[];
  /** A base by its name, with the edits of a case. */
  readonly payload: (base: string, edits: Edited) => Uint8Array;
  /** The functions that were watched with a base, and how many bytes of each. */
  readonly watched: (
    base: string,
  ) => readonly { readonly key: string; readonly name: string; readonly bytes: number }[];
}
