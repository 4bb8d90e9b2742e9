/** The description of a payload in the terms of the document: functions, hooks, data, notes. `livepatch` builds it. */
import type { Revision } from '../../engine/abi/hypercall';
import type { AlternativeForm } from '../../engine/abi/tables';
import type { Code } from './assembly';
import type { Edit } from './edit';
import type { RelocationDescription, SectionDescription, SymbolDescription } from './elf';

/** A fixed address, or the address of a symbol by a relocation of type 64. */
export type Address = bigint | { readonly symbol: string };

/** V2-FUNC-3. By default it is correct: enabled, of the length of `bytes`, without reserved bits. */
export interface Expectation {
  /** At most 31. */
  readonly bytes: Uint8Array;
  readonly enabled?: boolean;
  readonly length?: number;
  readonly reserved?: number;
}

/** An entry of .livepatch.funcs with its code. */
export interface FunctionPatch {
  /** The old function's symbol. */
  readonly name: string;
  /** Absent: 0, the hypervisor looks the name up (FUNC-3). */
  readonly oldAddress?: Address;
  /** Bytes. */
  readonly oldSize: number;
  /** The new function, or an address outside the payload, or undefined for nops (FUNC-5). */
  readonly replacement: Code | Address | undefined;
  /** Bytes. Default: the length of the code, or 5 without code. */
  readonly newSize?: number;
  /**
   * The symbol of the new function, by which this payload's code names it. Default: `name`, or `name.new` if oldAddress
   * needs `name` for the old function.
   */
  readonly symbol?: string;
  /** Default: the revision's. */
  readonly version?: number;
  readonly opaque?: Uint8Array;
  /** Revision 2 only, like `expect`. */
  readonly applied?: number;
  readonly expect?: Expectation;
}

/** Revision 2 has all of them, revision 1 only load and unload. */
export interface Hooks {
  readonly load?: readonly Code[];
  readonly unload?: readonly Code[];
  readonly preapply?: Code;
  readonly apply?: Code;
  readonly postapply?: Code;
  readonly prerevert?: Code;
  readonly revert?: Code;
  readonly postrevert?: Code;
}

/** ALT-1: if the CPU has the feature, the replacement is put in the original's place. */
export interface Alternative {
  /** A label of the code. */
  readonly original: string;
  /** Bytes of the original. */
  readonly originalSize: number;
  readonly replacement: Code;
  /** word * 32 + bit. */
  readonly feature: number;
}

/** EXC-1: two labels of the code. */
export interface Fixup {
  readonly fault: string;
  readonly fixup: string;
}

/** EXC-2: the meaning of an undefined instruction at a label of the code. */
export type BugFrame =
  | { readonly kind: 'warn' | 'bug'; readonly at: string; readonly file: string; readonly line: number }
  | {
      readonly kind: 'assert';
      readonly at: string;
      readonly file: string;
      readonly line: number;
      readonly message: string;
    }
  /** The function is a symbol. */
  | { readonly kind: 'run_fn'; readonly at: string; readonly function: string };

export interface PayloadDescription {
  readonly revision: Revision;
  /** The build-ids, of any length; undefined: the section is left out. */
  readonly buildId: Uint8Array | undefined;
  readonly depends: Uint8Array | undefined;
  /** Written in revision 2 only. */
  readonly xenDepends?: Uint8Array | undefined;
  /** Empty: no .livepatch.funcs. */
  readonly functions: readonly FunctionPatch[];
  readonly hooks?: Hooks;
  /** .data: bytes, or objects with symbols of these names, each aligned to 8 bytes. Present even if it is empty. */
  readonly data?: Uint8Array | Readonly<Record<string, Uint8Array>>;
  /** Bytes of .bss; 0: present and empty. */
  readonly bss?: number;
  readonly rodata?: Uint8Array;
  /** .modinfo: keys and values, or bytes as they are (V2-MOD-1). */
  readonly metadata?: Readonly<Record<string, string>> | Uint8Array;
  /** New functions that other payloads can call or patch. */
  readonly defines?: Readonly<Record<string, Code>>;
  readonly alternatives?: readonly Alternative[];
  /** Default: the reference's in this revision. */
  readonly alternativeForm?: AlternativeForm;
  /** In the order of the table. */
  readonly fixups?: readonly Fixup[];
  readonly bugFrames?: readonly BugFrame[];
  /** More sections. Their relocations may name a label of the code. */
  readonly sections?: readonly SectionDescription[];
  readonly symbols?: readonly SymbolDescription[];
  /** More relocations, by section. */
  readonly relocations?: Readonly<Record<string, readonly RelocationDescription[]>>;
  /** Changes to the object before it is written, in this order (edit.ts). */
  readonly edits?: readonly Edit[];
}
