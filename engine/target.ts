/**
 * What a target is: a hypervisor as seen from outside.
 *
 * Toolstack and steps know nothing but this. Whatever a scenario shows, it shows by what is read here. A target has a
 * core, which each has, and parts, which it may lack.
 */
import type { Setup, Trait } from './abilities';
import type { LivepatchOp, Revision } from './abi/hypercall';
import type { KeyIdType } from './abi/signature';
import type { CodeForms } from './abi/tables';
import type { ConsoleLine } from './console';
import type { InlinedCopy } from './dwarf/inlined';
import type { Fault } from './fault';

/** The caller: the privileged control domain, or a guest without privilege. */
export type DomainName = 'control' | 'guest';

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

/** What the hypervisor printed since the last call. */
export interface HypervisorLog {
  readonly console: readonly ConsoleLine[];
}

export interface Hypervisor {
  /** For people: "reference", "Xen 4.17.7 (Debian)". */
  readonly name: string;
  readonly buildId: Uint8Array;
  readonly revision: Revision;
  readonly interfaceVersion: number;
  /** How payloads for it must be compiled. */
  readonly code: CodeForms;
  /** As compilers name themselves in `.comment`; absent where it is not known. */
  readonly compiler?: string;
}

/** `r-x`, `rw-`, `r--`; `---` where nothing is mapped. */
export type Permissions = string;

/** The regions that a payload can have. */
export type PayloadPart = 'text' | 'data' | 'rodata';
/**
 * Whose memory it is: that of a loaded payload, by its name; or of the hypervisor's image, by the region's own name.
 */
export type RegionOwner = { readonly payload: string; readonly part: PayloadPart } | { readonly image: string };

export interface MemoryRegion {
  readonly owner: RegionOwner;
  readonly start: bigint;
  /** Bytes. */
  readonly size: number;
  readonly permissions: Permissions;
}

/** What was in a region. Snapshots share it where it is the same, whole or in part. */
export interface RegionContent {
  /** One after the other, the first at the region's start; of the same sizes whenever the target is asked. */
  readonly blocks: readonly Uint8Array[];
  /** All of them together. */
  readonly bytes: Uint8Array;
}

/** The hypervisor's memory at one moment: image and payloads, without stacks. */
export interface MemorySnapshot {
  readonly regions: readonly (MemoryRegion & { readonly content: RegionContent })[];
}

/** A vCPU at the moment of a store. */
export interface WatchedCpu {
  readonly cpu: number;
  /** Where it is: symbol+offset. */
  readonly at: string;
  /** The return addresses on its hypervisor stack, innermost first: symbol+offset. */
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
  /** The access that it failed at, where it was one. */
  readonly fault?: Fault;
  /** The emulator waited for no more instructions: whether the hypervisor would have come back is not known. */
  readonly isOutOfBudget?: true;
  readonly registers: Readonly<Record<string, bigint>>;
  readonly backtrace: readonly string[];
  readonly console: readonly string[];
}

/** A function of the hypervisor's image. */
export interface ImageFunction {
  readonly name: string;
  readonly address: bigint;
  /** As it is in the file. */
  readonly code: Uint8Array;
  /** Bytes up to the next symbol: the code, and the padding after it. */
  readonly room: number;
  /** Whether its name is local to one source file, so that a payload cannot use it. */
  readonly isLocal: boolean;
}

/** The hypervisor's image, from its file. */
export interface StaticImage {
  /** The address of one of the hypervisor's own symbols. */
  readonly symbol: (name: string) => bigint | undefined;
  /** The size of one of the hypervisor's own functions or objects, in bytes; 0 if its symbol does not say. */
  readonly size: (name: string) => number | undefined;
  /** symbol+0x12, or the bare address. */
  readonly describe: (address: bigint) => string;
  /** The functions of its text, by address. */
  readonly functions: () => readonly ImageFunction[];
  /** A stretch of the image as it is in the file; undefined if the file does not have it. */
  readonly bytes: (address: bigint, length: number) => Uint8Array | undefined;
  /** The copies that other functions have of the one that begins there; none if the file's debug information has none. */
  readonly inlined: (address: bigint) => readonly InlinedCopy[];
}

export interface Clock {
  /** Nanoseconds. */
  readonly now: () => bigint;
  /** Whether only what the scenario asks for takes time, so that times can be compared to the nanosecond. */
  readonly exact: boolean;
}

export interface Memory {
  readonly read: (address: bigint, length: number) => Uint8Array;
  readonly permissions: (address: bigint) => Permissions;
  /** The hypervisor's image and payloads. */
  readonly regions: () => readonly MemoryRegion[];
  /** The regions with their bytes. */
  readonly snapshot: () => MemorySnapshot;
}

export interface Linker {
  /** The address a payload's undefined symbol would resolve to: the hypervisor's symbols, then loaded payloads'. */
  readonly lookup: (name: string) => bigint | undefined;
}

export interface Execution {
  /** Calls a function of the hypervisor or of a payload on a vCPU, in the hypervisor's mode; returns RAX, unsigned. */
  readonly call: (address: bigint, args?: readonly bigint[], cpu?: number) => bigint;
}

/** Names a scheduled call until the next reset. */
export type Ticket = number;

/** How a scheduled call ended. */
export interface ScheduledAnswer {
  /** RAX as a signed number. */
  readonly returned: bigint;
  /** When it returned. Nanoseconds. */
  readonly time: bigint;
  /** What the hypervisor said until then; `Target.log` does not return it again. */
  readonly log: HypervisorLog;
}

export interface Cpus {
  /** The largest number that a scenario may ask for: 2 or more. */
  readonly most: number;
  /** Number of vCPUs. */
  readonly count: () => number;
  /** Keeps a vCPU busy for `time` ns of the clock, from `delay` ns on (default 0). */
  readonly keepBusy: (cpu: number, time: bigint, delay?: bigint) => void;
  /** A vCPU makes this hypercall on its own `delay` ns from now, even while another vCPU's hypercall waits. */
  readonly schedule: (call: Hypercall, delay: bigint) => Ticket;
  /** Undefined until the call has returned. RangeError if none was scheduled under this ticket since the last reset. */
  readonly returned: (ticket: Ticket) => ScheduledAnswer | undefined;
}

export interface Nmi {
  /**
   * An NMI reaches a vCPU: now, or with all vCPUs held the next time that the hypervisor patches or gives up. TODO-3.
   */
  readonly send: (cpu: number, moment: 'now' | 'while patching') => void;
  /** How many NMIs the hypervisor has handled since the last reset, without ignored ones. */
  readonly handled: () => number;
}

export interface Preemption {
  /** A soft IRQ is pending on vCPU 0 until its next hypercall has returned. LIST-2. */
  readonly raiseSoftIrq: () => void;
}

/** Names a watched range until the next reset. */
export type WatchId = number;

export interface Stores {
  /** Records each store to [start, start + length) until the next reset. */
  readonly watch: (start: bigint, length: number) => WatchId;
  /** The stores so far. RangeError if nothing is watched under this id since the last reset. */
  readonly seen: (id: WatchId) => readonly WatchedStore[];
}

/** The core of every target. All of it is synchronous. */
export interface TargetCore {
  /** As in the registry of targets: "reference", "xen". */
  readonly name: string;
  readonly hypervisor: Hypervisor;
  readonly image: StaticImage;
  readonly clock: Clock;
  readonly traits: ReadonlySet<Trait>;
  readonly setups: ReadonlySet<Setup>;
  /**
   * A hypercall, made by the domain's own code on that vCPU. Returns RAX as a signed number. Throws `HypervisorStopped`
   * if the hypervisor did not return.
   */
  readonly hypercall: (call: Hypercall) => bigint;
  /** Memory of a domain. */
  readonly domain: (name: DomainName) => DomainMemory;
  /** What was printed since the last call of `log`. */
  readonly log: () => HypervisorLog;
  /** Puts everything back: memory, payloads, clock, vCPUs. Ends all watches, and forgets scheduled calls. */
  readonly reset: (options?: ResetOptions) => void;
  /** Frees the target. */
  readonly close: () => void;
}

/** What a target may lack. A step asks for the part that it needs (`engine/needs.ts`). */
export interface TargetParts {
  readonly memory?: Memory;
  readonly linker?: Linker;
  readonly execution?: Execution;
  readonly cpus?: Cpus;
  readonly stores?: Stores;
  readonly nmi?: Nmi;
  readonly preemption?: Preemption;
}

export type Target = TargetCore & TargetParts;

/** A target on the emulated machine, which shows everything that happens on it. */
export type EmulatedTarget = Target & Required<Pick<Target, 'memory' | 'linker' | 'execution' | 'stores'>>;

/** A target that can go back to a moment between two hypercalls. */
export interface Checkpoints {
  /**
   * Remembers the hypervisor while no vCPU is busy and nothing is scheduled; the returned function puts it back, as
   * often as it is called, until the next reset. The clock, and the domains' memory, stay as they are.
   */
  readonly save: () => () => void;
}

/** The hypervisor that a scenario begins with. The defaults are the document's. */
export interface ResetOptions {
  /** Default 2; 1 for a target without the part `cpus`. */
  readonly cpus?: number;
  /**
   * Whether the CPUs have SMAP; by default as the target's have. For a target with the setup `cpu-features`, as those
   * below are for one with `options`.
   */
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
  /**
   * What `use` allocates is free again afterwards, with what is in it, except buffers with pages of their own.
   */
  readonly borrow: <Result>(use: () => Result) => Result;
  readonly write: (address: bigint, bytes: Uint8Array) => void;
  readonly read: (address: bigint, length: number) => Uint8Array;
}

/** The hypervisor crashed: a verdict on it, not an error of the suite. */
export class HypervisorStopped extends Error {
  readonly stop: Stop;
  constructor(stop: Stop) {
    super(`the hypervisor crashed in ${stop.where}: ${stop.why}`);
    this.name = 'HypervisorStopped';
    this.stop = stop;
  }
}
