/** The special sections with a reading of their own: hooks, metadata. Clauses HOOK-3, HOOK-6, V2-HOOK-6, V2-MOD-1. */
import { SHF } from '../../../abi/elf';
import type { Revision } from '../../../abi/hypercall';
import { FUNCTIONS, HOOK_ARRAYS, MODINFO, SINGLE_HOOKS } from '../../../abi/sections';
import { u64sOf } from '../../../bytes';
import type { ObjectFile, Section } from '../../object/object';
import { SPECIAL_SECTIONS } from '../../rules/special-sections';
import { contentsOf } from './place';
import type { LoadedHooks, PlacedSection, Placement } from './types';

export interface FoundSpecial {
  readonly section: Section;
  /** Whether one before it has the same name. */
  readonly repeated: boolean;
}

/** The sections with a name that means something, in the order of these names. */
export function specialSections({ sections }: ObjectFile, revision: Revision): readonly FoundSpecial[] {
  const special = SPECIAL_SECTIONS[revision].flatMap((name) => sections.filter((section) => section.name === name));
  return special.map((section, at) => ({ section, repeated: special[at - 1]?.name === section.name }));
}

/** The pointers of a section of hooks. */
export const pointersIn = (placement: Placement, placed: PlacedSection): readonly bigint[] =>
  u64sOf(contentsOf(placement, placed));

/** Likewise by name, none if it is not there. */
function pointers(placement: Placement, name: string): readonly bigint[] {
  const placed = placement.named.get(name);
  return placed === undefined ? [] : pointersIn(placement, placed);
}

/** The sections of hooks that are there. */
export function hookSections({ named }: Placement, revision: Revision): readonly PlacedSection[] {
  const names = [...Object.values(HOOK_ARRAYS), ...(revision === 2 ? Object.values(SINGLE_HOOKS) : [])];
  return names.flatMap((name) => named.get(name) ?? []);
}

/** The addresses of the hooks. A single hook that is null is none. */
export function readHooks(placement: Placement, revision: Revision): LoadedHooks {
  const singles = revision === 2 ? Object.entries(SINGLE_HOOKS) : [];
  const present = singles.flatMap(([hook, name]) => {
    const address = pointers(placement, name)[0] ?? 0n;
    return address === 0n ? [] : [[hook, address] as const];
  });
  return {
    load: pointers(placement, HOOK_ARRAYS.load),
    unload: pointers(placement, HOOK_ARRAYS.unload),
    ...Object.fromEntries(present),
  };
}

/** `key=value` strings, one NUL after each; nothing in revision 1. */
export function readMetadata(placement: Placement, revision: Revision): Uint8Array {
  const placed = revision === 2 ? placement.named.get(MODINFO) : undefined;
  return placed ? contentsOf(placement, placed) : new Uint8Array();
}

/** No writable section with bytes in it but the functions' own. BSS-8. */
export function isReappliable({ sections }: Placement): boolean {
  return [...sections.values()].every(
    ({ section, size }) => size === 0n || section.name === FUNCTIONS || (section.header.sh_flags & SHF.WRITE) === 0n,
  );
}
