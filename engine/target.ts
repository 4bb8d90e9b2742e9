/**
 * What a target is: a hypervisor on the emulated machine, as seen from outside.
 *
 * Toolstack and steps know nothing but this. Whatever a scenario shows, it shows by what is read here.
 */
import type { LivepatchOp, Revision } from './abi/hypercall';
import type { KeyIdType } from './abi/signature';
import type { CodeForms } from './abi/tables';
import type { ConsoleLine } from './console';

/** Who calls: the privileged control domain, or a guest without privilege. */
export type DomainName = 'control' | 'guest';

/** What a target may be unable to do. A scenario that needs one bears the tag `@needs-NAME`. */
export const CAPABILITIES = {
  'several-cpus': 'more than one vCPU, and vCPUs that come late to the rendezvous',
  'memory-watch': 'the stores to a range of memory are seen, with the vCPU that made them',
  'stale-code': 'a vCPU executes code as it fetched it until it serialises',
  'lookup-symbols': 'a symbol can be looked up as the hypervisor does for a payload',
  'plain-functions': 'the functions that are patched begin with an instruction of their own, not with endbr64',
  'endbr-functions': 'a function is known that begins with endbr64',
  'own-image': "the functions of the reference's own image, made for boundaries",
  'many-payloads': 'a thousand payloads are uploaded in a second, not in minutes',
  'cpu-features': 'the scenario chooses what the emulated CPUs can do',
  'fault-containment': 'a hook that faults or never returns fails its action, and the hypervisor goes on',
  nmi: 'an NMI can be sent to a vCPU',
  preemption: 'a soft IRQ can be pending while a hypercall is made, so that one that can be preempted ends early',
  options: 'the hypervisor can be made with what the document leaves to its owner or calls not yet done',
} as const;
export type Capability = keyof typeof CAPABILITIES;

/** What the document calls not yet done, each as "a hypervisor that …". Off unless a scenario asks for it. TODO. */
export const OPTIONS = {
  'symbol-offsets': 'looks up symbol+offset',
  'data-patching': 'patches data in place',
  'nmi-deferral': 'keeps an NMI until patching is done',
  'protected-functions': 'protects its own patching code',
  'stack-check': 'checks the stacks before patching',
  'same-compiler': 'asks for its own compiler',
  'further-relocations': 'performs further relocation types',
} as const;
export type Option = keyof typeof OPTIONS;

/** A public key whose signatures the hypervisor trusts, and how a payload names it. SIG-3, SIG-5. */
export interface TrustedKey {
  readonly idType: KeyIdType;
  readonly id: Uint8Array;
  /** A SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
}

/** What a policy forbids: that this domain asks this sub-operation. SEC-2. */
export interface Denial {
  readonly domain: DomainName;
  readonly operation: LivepatchOp;
}

/** A refusal as the reference cites it. Xen cites none: its console has to do. */
export interface CitedRefusal {
  readonly rule: string;
  readonly clause: string;
  /** Negative, as returned. */
  readonly errno: number;
  readonly says: string;
  /** The payload that it is about, by its name; absent: it is about the call. */
  readonly payload?: string;
  /** What in the payload or the call it is about: a section, an entry. Empty: the whole payload. */
  readonly where: string;
  /** The field of it; absent: it is about the whole. */
  readonly field?: string;
  /** Bytes from the start of the payload's file to that; absent: it is about nothing in the file. */
  readonly offset?: number;
  /** What explains it to whoever has both payload and hypervisor: the build-ids that they name. */
  readonly explainedBy?: 'build-ids';
}

/** What the hypervisor said since the last time it was asked. */
export interface HypervisorLog {
  readonly console: readonly ConsoleLine[];
}

export interface Hypervisor {
  /** For people: "reference", "Xen 4.17.7 (Debian)". */
  readonly name: string;
  readonly buildId: Uint8Array;
  readonly revision: Revision;
  readonly interfaceVersion: number;
  /** What payloads for it have to be compiled like. */
  readonly code: CodeForms;
  /** As compilers name themselves in `.comment`; absent where it is not known. */
  readonly compiler?: string;
}

/** `r-x`, `rw-`, `r--`; `---` where nothing is mapped. */
export type Permissions = string;

export interface MemoryRegion {
  readonly name: string;
  readonly start: bigint;
  /** Bytes. */
  readonly size: number;
  readonly permissions: Permissions;
}

/** The hypervisor's memory at one moment: image and payloads, without stacks. */
export interface MemorySnapshot {
  readonly regions: readonly (MemoryRegion & { readonly bytes: Uint8Array })[];
}

/** A vCPU at the moment of a store. */
export interface WatchedCpu {
  readonly cpu: number;
  /** Where it is: symbol+offset. */
  readonly at: string;
  /** What of its hypervisor stack leads back into the image, innermost first: symbol+offset. */
  readonly callers: readonly string[];
  /** Whether it accepts interrupts. */
  readonly interrupts: boolean;
}

/** One store to a watched range. */
export interface WatchedStore {
  readonly cpu: number;
  readonly address: bigint;
  readonly size: number;
  /** Nanoseconds of the virtual clock. */
  readonly time: bigint;
  /** Every vCPU at that moment. */
  readonly cpus: readonly WatchedCpu[];
}

export interface Hypercall {
  readonly number: number;
  readonly arguments: readonly bigint[];
  /** Default `control`. */
  readonly domain?: DomainName;
  /** The vCPU that calls, default 0. */
  readonly cpu?: number;
}

/** Why a hypervisor no longer runs. */
export interface Stop {
  /** Symbol+offset. */
  readonly where: string;
  readonly why: string;
  readonly registers: Readonly<Record<string, bigint>>;
  readonly backtrace: readonly string[];
  readonly console: readonly string[];
}

export interface Target {
  readonly name: 'reference' | 'xen';
  readonly hypervisor: Hypervisor;
  readonly capabilities: ReadonlySet<Capability>;

  /** Number of vCPUs. */
  readonly cpus: number;
  /** Nanoseconds of the virtual clock. */
  readonly now: () => bigint;

  /**
   * A hypercall, made by the domain's own code on that vCPU. Returns RAX as a signed number.
   * Throws `HypervisorStopped` where the hypervisor did not come back.
   */
  readonly hypercall: (call: Hypercall) => bigint;
  /**
   * A hypercall that a vCPU makes by itself `delay` ns from now, if need be while another vCPU's hypercall waits.
   * `done` gets what it returned. Interrupts reach that vCPU afterwards.
   */
  readonly hypercallLater: (call: Hypercall, delay: bigint, done: (returned: bigint) => void) => void;
  /** Calls a function of the hypervisor or of a payload on a vCPU, in the hypervisor's mode; returns RAX, unsigned. */
  readonly call: (address: bigint, args?: readonly bigint[], cpu?: number) => bigint;

  /** The address of one of the hypervisor's own symbols. */
  readonly symbol: (name: string) => bigint | undefined;
  /** The size of one of the hypervisor's own functions, in bytes; 0 where its symbol does not say. */
  readonly size: (name: string) => number | undefined;
  /** symbol+0x12, or the bare address. */
  readonly describe: (address: bigint) => string;
  /** The address a payload's undefined symbol would resolve to: the hypervisor's symbols, then loaded payloads'. */
  readonly lookup: (name: string) => bigint | undefined;

  readonly read: (address: bigint, length: number) => Uint8Array;
  readonly permissions: (address: bigint) => Permissions;
  /** The hypervisor's image and payloads. Payload regions are named `NAME text`, `NAME data`, `NAME rodata` by the payload's name. */
  readonly regions: () => readonly MemoryRegion[];
  /** The regions with their bytes. */
  readonly snapshot: () => MemorySnapshot;

  /** Memory of a domain. */
  readonly domain: (name: DomainName) => DomainMemory;

  /** Keeps a vCPU from doing anything for `time` nanoseconds of the virtual clock, from `delay` ns on (default 0). */
  readonly keepBusy: (cpu: number, time: bigint, delay?: bigint) => void;
  /** An NMI reaches a vCPU: now, or with all vCPUs held the next time that the hypervisor patches or gives up. TODO-3. */
  readonly nmi: (cpu: number, moment: 'now' | 'while patching') => void;
  /** A soft IRQ is pending on vCPU 0 until its next hypercall has returned. LIST-2. */
  readonly preempt: () => void;
  /** Records each store to [start, start + length) until the next reset. */
  readonly watch: (start: bigint, length: number) => readonly WatchedStore[];

  /** What was said since the last call of `log`. */
  readonly log: () => HypervisorLog;
  /** Puts everything back: memory, payloads, clock, vCPUs. */
  readonly reset: (options?: ResetOptions) => void;
  /** Frees the emulated machine. */
  readonly close: () => void;
}

/** The hypervisor that a scenario begins with. What is not given is the document's. */
export interface ResetOptions {
  /** Default 2, or as many as the target can have. */
  readonly cpus?: number;
  /** Whether the CPUs have SMAP, where the target can choose (`cpu-features`); default true there. */
  readonly smap?: boolean;
  readonly options?: ReadonlySet<Option>;
  /** Given: signatures are checked with these keys. SEC-3. */
  readonly trustedKeys?: readonly TrustedKey[];
  readonly policy?: readonly Denial[];
}

export interface AllocateOptions {
  /** The buffer ends at an unmapped page. */
  readonly atEdge?: boolean;
  /** Neither the domain nor the hypervisor for it may write there, while `write` of the suite may. */
  readonly readOnly?: boolean;
}

export interface DomainMemory {
  readonly allocate: (length: number, options?: AllocateOptions) => bigint;
  readonly write: (address: bigint, bytes: Uint8Array) => void;
  readonly read: (address: bigint, length: number) => Uint8Array;
}

/** The hypervisor stopped: a verdict on it, not an error of the suite. */
export class HypervisorStopped extends Error {
  readonly stop: Stop;
  constructor(stop: Stop) {
    super(`the hypervisor stopped in ${stop.where}: ${stop.why}`);
    this.name = 'HypervisorStopped';
    this.stop = stop;
  }
}
