/** What the loader is given beside the file, and what it makes of it. */
import type { RuleContext } from '../../rules/rule';
import type { Place, RegionName } from './place';
import type { SymbolSources } from './resolve';

/** The hypervisor, as far as loading depends on it. Nothing of it is changed by loading. */
export interface LoadEnvironment extends RuleContext, SymbolSources {
  /** The running hypervisor's. */
  readonly buildId: Uint8Array;
  readonly loadedBuildIds: readonly Uint8Array[];
  /** Free pages of the payload area; only asked, not taken. PLACE-1, PLACE-4. */
  readonly place: Place;
  /** Bytes of the hypervisor's image or of a loaded payload's text; undefined where not all of them are mapped. */
  readonly mapped: (address: bigint, length: number) => Uint8Array | undefined;
  /** Whether the hypervisor patches what is at this address as data, in place. TODO-2. */
  readonly isData: (address: bigint) => boolean;
  /** Whether one of these bytes is of a function that may not be patched. TODO-4. */
  readonly isProtected: (address: bigint, length: number) => boolean;
  /** The compiler of the hypervisor, as it names itself in `.comment`. TODO-4. */
  readonly compiler: string;
  /** Whether the CPUs have a feature, by its bit in the feature words. ALT-1. */
  readonly cpuHas: (feature: number) => boolean;
  /** The number of the hypervisor's feature words; undefined where it is not known. ALT-4. */
  readonly featureWords: number | undefined;
}

export interface LoadedRegion {
  readonly name: RegionName;
  readonly start: bigint;
  /** Whole pages, relocated. */
  readonly bytes: Uint8Array;
  readonly permissions: 'r-x' | 'rw-' | 'r--';
}

export interface LoadedSection {
  readonly name: string;
  readonly address: bigint;
  /** Of its data, and of its header, in the file. */
  readonly offset: number;
  readonly headerAt: number;
  /** sh_addralign. */
  readonly alignment: bigint;
  /** Bytes. */
  readonly size: number;
  /** sh_flags. */
  readonly flags: bigint;
}

export interface LoadedSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Bytes. */
  readonly size: number;
  /** Whether it is the payload's own rather than a function's new body. SYM-3. */
  readonly isNew: boolean;
}

/** V2-FUNC-3, as it is written; whether it holds is asked when the payload is applied. */
export interface Expectation {
  /** Bits 6 and 7, which are to be 0. */
  readonly reserved: number;
  /** What is expected at the function's old address. */
  readonly bytes: Uint8Array;
}

export interface LoadedFunction {
  readonly name: string;
  readonly oldAddress: bigint;
  /** 0: the old function gets nops. */
  readonly newAddress: bigint;
  readonly oldSize: number;
  readonly newSize: number;
  /** Where the entry itself lies in the payload. */
  readonly entryAddress: bigint;
  /** Where the expectation is enabled. */
  readonly expect?: Expectation;
  /** The first byte that is changed: old_addr, or behind its endbr64. V2-CET-1. */
  readonly patchAt: bigint;
  /** What is written there: a jump, or nops. */
  readonly patch: Uint8Array;
}

export interface LoadedHooks {
  readonly load: readonly bigint[];
  readonly unload: readonly bigint[];
  readonly preapply?: bigint;
  readonly apply?: bigint;
  readonly postapply?: bigint;
  readonly prerevert?: bigint;
  readonly revert?: bigint;
  readonly postrevert?: bigint;
}

/** Where a fault at `address` resumes. EXC-1. */
export interface Fixup {
  readonly address: bigint;
  readonly fixup: bigint;
}

/** What an undefined instruction at `address` means. EXC-2. */
export interface BugFrame {
  readonly address: bigint;
  readonly kind: 'run_fn' | 'warn' | 'bug' | 'assert';
  /** The file's name, for `run_fn` the function. */
  readonly pointer: bigint;
  readonly line: number;
  /** Name of the source file, where it can be read. */
  readonly file?: string;
  /** What an assertion says. */
  readonly message?: string;
}

/** A payload that was found good, as bytes and places; nothing of it is in the hypervisor's memory yet. */
export interface LoadedPayload {
  readonly base: bigint;
  /** The non-empty ones, one behind the other: text, data, rodata. PLACE-2. */
  readonly regions: readonly LoadedRegion[];
  readonly sections: readonly LoadedSection[];
  readonly symbols: readonly LoadedSymbol[];
  readonly newSymbols: ReadonlyMap<string, bigint>;
  readonly functions: readonly LoadedFunction[];
  readonly hooks: LoadedHooks;
  readonly buildId: Uint8Array;
  /** Build-id of the payload or hypervisor it goes on top of. DEP-2. */
  readonly depends: Uint8Array;
  /** Build-id of the hypervisor it is for. V2-FMT-1. */
  readonly xenDepends?: Uint8Array;
  /** The bytes of `.modinfo`. V2-MOD-1. */
  readonly metadata: Uint8Array;
  /** Whether it may be applied again once reverted. BSS-8. */
  readonly reappliable: boolean;
  /** Sorted by address. */
  readonly exceptionTable: readonly Fixup[];
  readonly bugFrames: readonly BugFrame[];
}
