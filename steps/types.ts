/** What several rooms of the steps speak of: payloads in the making, and the hypervisor as it was seen. */
import type { MemorySnapshot } from '../engine/target';
import type { ListEntry } from '../engine/toolstack/toolstack';
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
