/**
 * Evidence: what the reports know of a scenario beyond its steps. It travels as attachments of the Cucumber messages,
 * JSON in UTF-8, one media type each. Addresses are `0x…` strings, bytes lower-case hex, times decimal nanoseconds.
 */
import type { Revision } from './abi/hypercall';
import type { ConsoleLine } from './console';
import type { Fault } from './fault';

export type { Lack } from './abilities';

/** Attached once to each scenario, by the first hook: on what it ran. */
export const RUN_MEDIA_TYPE = 'application/vnd.livepatch-conformance.run+json';
/** Attached by the first hook of a process, once for each named payload; the attachment is a `PayloadListing`. */
export const PAYLOAD_MEDIA_TYPE = 'application/vnd.livepatch-conformance.payload+json';
/** Attached to a step that made evidence. */
export const EVIDENCE_MEDIA_TYPE = 'application/vnd.livepatch-conformance.evidence+json';
/** Attached to the step during which the process of the run died; the attachment is a `CrashDescription`. */
export const CRASH_MEDIA_TYPE = 'application/vnd.livepatch-conformance.crash+json';

/** Attached to the step or hook that skipped the scenario, once for each thing that the target lacks: a `Lack`. */
export const LACK_MEDIA_TYPE = 'application/vnd.livepatch-conformance.lack+json';

/** The emulator itself crashed: that says nothing about the hypervisor. */
export interface CrashDescription {
  /** "SIGSEGV", "out of memory": completes "the emulator crashed: …". */
  readonly how: string;
}

export interface RunDescription {
  /** "reference", "xen-4.17". With the revision, it names the run. */
  readonly label: string;
  /** As in the registry of targets. */
  readonly target: string;
  readonly revision: Revision;
  /** The implementation: of a run of the tool, the tool. */
  readonly hypervisor: { readonly name: string; readonly buildId: string };
  /** Of a run of the tool: the hypervisor that it drives. */
  readonly drives?: { readonly name: string; readonly buildId: string };
  /** "2/5": the second of the five parts that the run's scenarios were dealt into; absent: all of them. */
  readonly shard?: string;
  /** Only some of the suite's scenarios were asked for, by tags or by features; absent: all of them. */
  readonly selected?: true;
  readonly suite: { readonly name: string; readonly version: string };
}

/** The key of a run: "reference/1", "xen-4.17/2". */
export const runKey = ({ label, revision }: Pick<RunDescription, 'label' | 'revision'>): string =>
  `${label}/${revision}`;

/** The content of a named payload as it was built for the run's hypervisor. Sizes and alignments are in bytes. */
export interface PayloadListing {
  readonly name: string;
  readonly description: string;
  /** Of the file. */
  readonly size: number;
  /** Fields of entries of .livepatch.funcs that are not zero; of those that a relocation fills, what it points to. */
  readonly entries: readonly { readonly entry: number; readonly field: string; readonly value: string }[];
  /** By number, from 1. */
  readonly sections: readonly {
    readonly name: string;
    readonly type: string;
    readonly flags: string;
    readonly size: number;
    readonly alignment: number;
  }[];
  /** By number, from 1. */
  readonly symbols: readonly {
    readonly name: string;
    readonly binding: string;
    readonly type: string;
    readonly section: string;
    readonly value: string;
    readonly size: number;
  }[];
  readonly relocations: readonly {
    readonly section: string;
    readonly offset: string;
    readonly type: string;
    readonly to: string;
  }[];
}

/** A pointer to a buffer that the caller made for this call. */
export interface BufferPointer {
  readonly buffer: string;
}

/** The value of a field. An address that a scenario chose itself is a string, even in a field that holds a pointer. */
export type FieldValue = string | number | BufferPointer;

/** A hypercall with its structure's fields, as the caller wrote them and as they were afterwards. */
export interface HypercallEvidence {
  readonly kind: 'hypercall';
  /** "UPLOAD", "GET", "LIST", "APPLY", "UNLOAD", "XENVER_extraversion", … */
  readonly operation: string;
  /** The name that the caller gave the payload; absent: the operation is not about one payload. */
  readonly payload?: string;
  readonly domain: string;
  readonly cpu: number;
  readonly in: Readonly<Record<string, FieldValue>>;
  /** Fields that the hypervisor changed. */
  readonly out: Readonly<Record<string, FieldValue>>;
  /** Decimal, and by name: "-EINVAL". */
  readonly returned: number;
  readonly returnedName: string;
  readonly console: readonly ConsoleLine[];
  /** Virtual clock before and after. */
  readonly from: string;
  readonly to: string;
}

/** Bytes at a place, read from the machine. */
export interface MemoryEvidence {
  readonly kind: 'memory';
  /** "before", "after APPLY hello", "after REVERT hello". */
  readonly when: string;
  readonly address: string;
  /** symbol+offset. */
  readonly symbol: string;
  readonly bytes: string;
  readonly permissions: string;
}

/** A function that was executed. */
export interface ExecutionEvidence {
  readonly kind: 'execution';
  /** How it was reached: "XENVER_extraversion", "xen_minor_version". */
  readonly what: string;
  readonly cpu: number;
  readonly returned: string;
}

/** A comparison: what the specification says, what was found. */
export interface ComparisonEvidence {
  readonly kind: 'comparison';
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Why the step failed: it found something other than what the specification says. */
export interface MismatchEvidence {
  readonly kind: 'mismatch';
  /** What was compared: "rc of p". */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export const mismatchText = ({ what, expected, found }: Omit<MismatchEvidence, 'kind'>): string =>
  `${what}: the specification says ${expected}, found ${found}`;

export interface FaultEvidence extends Pick<Fault, 'access' | 'reason'> {
  readonly address: string;
}

/** The hypervisor crashed. */
export interface StopEvidence {
  readonly kind: 'stop';
  readonly where: string;
  readonly why: string;
  /** The access that it failed at, where it was one. */
  readonly fault?: FaultEvidence;
  /** The emulator waited no longer: whether the hypervisor would have come back is not known. */
  readonly isOutOfBudget?: true;
  readonly registers: Readonly<Record<string, string>>;
  readonly backtrace: readonly string[];
  readonly console: readonly string[];
}

/** Where a payload is, as the machine's memory has it. */
export interface RegionsEvidence {
  readonly kind: 'regions';
  readonly payload: string;
  /** By address. `name`: "text", "data", "rodata"; `size` in bytes. */
  readonly regions: readonly {
    readonly name: string;
    readonly start: string;
    readonly size: number;
    readonly permissions: string;
  }[];
}

/** Stores to a watched place that one vCPU made at one time, and where every vCPU was. */
export interface StoresEvidence {
  readonly kind: 'stores';
  readonly symbol: string;
  readonly time: string;
  readonly cpu: number;
  /** Bytes of all of them. */
  readonly bytes: number;
  readonly cpus: readonly { readonly cpu: number; readonly at: string; readonly interrupts: boolean }[];
}

/** The place of the hypervisor that a scenario takes for what it asks for by a property. */
export interface RoleEvidence {
  readonly kind: 'role';
  /** "short_function", and what it is: "a function of fewer than 5 bytes". */
  readonly role: string;
  readonly is: string;
  /** symbol+offset. */
  readonly place: string;
  readonly address: string;
  /** What the image's file has there; empty if it has nothing. */
  readonly bytes: string;
}

/** A vCPU is kept from doing anything. */
export interface BusyEvidence {
  readonly kind: 'busy';
  readonly cpu: number;
  readonly from: string;
  readonly to: string;
}

/** A command of the tool ended. Its hypercalls come before it. */
export interface ToolEvidence {
  readonly kind: 'tool';
  /** "xen-livepatch load p.livepatch". */
  readonly command: string;
  /** "exit status 2", "SIGSEGV". */
  readonly ended: string;
  /** What it printed: the lines of its standard output, then those of its standard error. */
  readonly says: readonly string[];
}

export type EvidenceEvent =
  | HypercallEvidence
  | MemoryEvidence
  | ExecutionEvidence
  | ComparisonEvidence
  | MismatchEvidence
  | StopEvidence
  | RegionsEvidence
  | StoresEvidence
  | RoleEvidence
  | BusyEvidence
  | ToolEvidence;

/** The body of an attachment of EVIDENCE_MEDIA_TYPE. */
export interface Evidence {
  readonly events: readonly EvidenceEvent[];
}
