/** What the loader is given beside the file, and what it makes of it. */
import type { BugFrame, Fixup } from '../../hypervisor/traps';
import type { Section } from '../../object/object';
import type { RuleContext } from '../../rules/rule';
import type { Region } from './regions';

/**
 * Finds that many free pages, one after the other, the first at a multiple of `alignment`, in bytes; its address,
 * undefined if there is no room.
 */
export type Place = (pages: number, alignment: bigint) => bigint | undefined;

export interface SymbolSources {
  /** The address of one of the hypervisor's own symbols. */
  readonly hypervisorSymbol: (name: string) => bigint | undefined;
  /** The address of a new symbol of a loaded payload. */
  readonly payloadSymbol: (name: string) => bigint | undefined;
}

/** The hypervisor, as far as reading a payload depends on it. */
export interface Surroundings extends SymbolSources, Pick<RuleContext, 'revision' | 'options'> {
  /** Free pages of the payload area; only asked, not taken. PLACE-1, PLACE-4. */
  readonly place: Place;
  /** Bytes of the hypervisor's image or of a loaded payload's text; undefined if not all of them are mapped. */
  readonly mapped: (address: bigint, length: number) => Uint8Array | undefined;
  /** Whether the hypervisor patches what is at this address as data, in place. TODO-2. */
  readonly isData: (address: bigint) => boolean;
  /** Whether one of these bytes is of a function that may not be patched. TODO-4. */
  readonly isProtected: (address: bigint, length: number) => boolean;
  /** Whether the CPUs have a feature, by its bit in the feature words. ALT-1. */
  readonly cpuHas: (feature: number) => boolean;
}

/** The hypervisor, as far as loading a payload depends on it. Loading changes nothing of it. */
export interface LoadEnvironment extends RuleContext, Surroundings {
  /** The running hypervisor's. */
  readonly buildId: Uint8Array;
  readonly loadedBuildIds: readonly Uint8Array[];
  /** The compiler of the hypervisor, as it names itself in `.comment`. TODO-4. */
  readonly compiler: string;
  /** The number of the hypervisor's feature words; undefined if it is not known. ALT-4. */
  readonly featureWords: number | undefined;
}

export interface PlacedSection {
  readonly section: Section;
  readonly address: bigint;
  /** Bytes. */
  readonly size: bigint;
}

export interface PlacedRegion extends Region {
  readonly start: bigint;
  /** Bytes that sections take, gaps between them included. */
  readonly used: bigint;
  /** Whole pages, in bytes. */
  readonly size: bigint;
}

/** The payload in its place, in a copy of its own that relocation and what follows it change. */
export interface Placement {
  readonly base: bigint;
  readonly regions: readonly PlacedRegion[];
  /** By number of the section, in the order of the file. */
  readonly sections: ReadonlyMap<number, PlacedSection>;
  /** By name; the first, should there be several. */
  readonly named: ReadonlyMap<string, PlacedSection>;
  /** The bytes of all regions from `base` on, what is between them included, sections copied. */
  readonly memory: Uint8Array;
  /** The same, for numbers. */
  readonly view: DataView;
}

/** Value of each symbol by its number; undefined if its section was not placed. */
export type SymbolValues = readonly (bigint | undefined)[];

export interface LoadedRegion extends Region {
  readonly start: bigint;
  /** Whole pages, relocated. */
  readonly bytes: Uint8Array;
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
  /** Where the entry itself is in the payload. */
  readonly entryAddress: bigint;
  /** Where the expectation is enabled. */
  readonly expect?: Expectation;
  /** The first byte that is changed: old_addr, or after its endbr64. V2-CET-1. */
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

/** A payload as bytes and places; nothing of it is in the hypervisor's memory yet. */
export interface LoadedPayload {
  readonly base: bigint;
  /** The non-empty ones, one after the other: text, data, rodata. PLACE-2. */
  readonly regions: readonly LoadedRegion[];
  readonly sections: readonly LoadedSection[];
  readonly symbols: readonly LoadedSymbol[];
  readonly newSymbols: ReadonlyMap<string, bigint>;
  readonly functions: readonly LoadedFunction[];
  readonly hooks: LoadedHooks;
  readonly buildId: Uint8Array;
  /** Build-id of the payload or hypervisor that it goes on top of. DEP-2. */
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
