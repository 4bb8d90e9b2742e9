/** What several files of the steps speak of: payloads in the making, the hypervisor as it was seen, and the tool. */
import type { ToolRun } from '../engine/client';
import type { HypercallEvidence } from '../engine/evidence';
import type { DomainName, MemorySnapshot } from '../engine/target';
import type { ListEntry } from '../engine/toolstack/toolstack';
import type { Difference, WireCall } from '../engine/toolstack/wire';
import type { FunctionPatch, Hooks, PayloadDescription } from '../payloads/builder/description';
import type { Built } from '../payloads/builder/elf';
import type { FieldValue } from '../payloads/builder/overwrite';

/** A value that the file as it was built decides: that of one of its fields, or its length, and so much more or less. */
export interface Relation {
  readonly of: { readonly field: string } | 'length';
  readonly plus: bigint;
}

/** One payload, by the name it is uploaded under. Its build-id is made from that name. */
export interface Draft {
  readonly name: string;
  /** Of the catalogue; undefined: built from what follows. */
  readonly compiled: string | undefined;
  functions: readonly FunctionPatch[];
  /** Build-id to depend on; undefined: the hypervisor's. */
  depends: Uint8Array | undefined;
  buildId: Uint8Array;
  hooks: Hooks;
  /** Further parts of the description. */
  parts: Partial<PayloadDescription>;
  /** Fields to be written over what was built. */
  fields: Readonly<Record<string, FieldValue | Relation>>;
  /** What is done to the finished file, last. */
  readonly cuts: ((built: Built) => Built)[];
}

/** The hypervisor as a whole, at one moment. */
export interface Observation {
  /** Undefined if the target shows none. */
  readonly memory: MemorySnapshot | undefined;
  readonly listVersion: number;
  readonly entries: readonly ListEntry[];
  /** What the names of the payloads' own symbols resolve to. */
  readonly symbols: ReadonlyMap<string, bigint | undefined>;
}

/** What a command did. */
export interface Ran {
  /** "xen-livepatch list". */
  readonly command: string;
  readonly result: ToolRun;
  /** Its hypercalls, decoded and byte by byte. */
  readonly calls: readonly HypercallEvidence[];
  readonly wire: readonly WireCall[];
}

/** An rc that the tool finds in place of the hypervisor's. */
interface OtherRc {
  /** The number of the hypercall whose answer has it. */
  readonly from: number;
  /** Whether all later answers have it too. */
  readonly lasts: boolean;
  readonly rc: number;
}

/** What a scenario does to the tool's commands. Hypercalls have numbers from 1, in each command. */
export interface Circumstances {
  /** The domain that the tool is in. */
  domain: DomainName;
  /** What happens after a hypercall, before the next one. */
  readonly happenings: { readonly after: number; readonly happen: () => void }[];
  readonly otherRcs: OtherRc[];
}

export interface ToolSession {
  readonly circumstances: Circumstances;
  /** The last command; undefined before the first. */
  readonly ran: () => Ran | undefined;
  /** Runs the tool with these arguments. A word such as `p.livepatch` is the file of that payload. */
  readonly run: (args: readonly string[]) => Promise<Ran>;
  /** Ends the service of the hypervisor to the tool. */
  readonly disconnect: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The calls of both, made from the same state: the tool's, and this suite's. */
export interface BothCalls {
  readonly operations: readonly [tool: readonly string[], suite: readonly string[]];
  readonly differences: readonly Difference[];
}
