/** The special sections: that they are there, hooks, metadata. Clauses FMT-4 to FMT-8, ELF-11, HOOK-3, HOOK-6, V2-HOOK-6, V2-MOD-1. */
import { SHF } from '../../../abi/elf';
import { FUNCTIONS, HOOK_ARRAYS, MODINFO, SINGLE_HOOKS } from '../../../abi/sections';
import { u64sOf } from '../../../bytes';
import { firstBroken, firstRefusal, type Refusal } from '../../rules/rule';
import { HOOK_POINTER_RULES, HOOK_SECTION_RULES } from '../../rules/hooks';
import { MODINFO_RULES, PRESENCE_RULES, SPECIAL_SECTION_RULES, SPECIAL_SECTIONS } from '../../rules/special-sections';
import type { ElfObject } from './elf';
import { contentsOf, isText, type Placement } from './place';
import type { LoadEnvironment, LoadedHooks } from './types';
import { atSection, atSections, inData } from './where';

/** That all sections are there that have to be, once and allocated. */
export function checkPresence(object: ElfObject, environment: LoadEnvironment): Refusal | undefined {
  const names = SPECIAL_SECTIONS[environment.revision];
  const special = names.flatMap((name) => object.sections.filter((section) => section.name === name));
  return (
    firstBroken(PRESENCE_RULES, object, environment, () => atSections(object)) ??
    firstRefusal(special.entries(), ([at, section]) => {
      const repeated = special[at - 1]?.name === section.name;
      return firstBroken(SPECIAL_SECTION_RULES, { section, repeated }, environment, () => atSection(section));
    })
  );
}

/** The pointers of a section of hooks, none where it is not there. */
function pointers(placement: Placement, name: string): readonly bigint[] {
  const placed = placement.named.get(name);
  if (placed === undefined) return [];
  return u64sOf(contentsOf(placement, placed));
}

/** Sizes of all hook sections and where their pointers lead. */
export function checkHooks(placement: Placement, environment: LoadEnvironment): Refusal | undefined {
  const names = [...Object.values(HOOK_ARRAYS), ...(environment.revision === 2 ? Object.values(SINGLE_HOOKS) : [])];
  return firstRefusal(names, (name) => {
    const placed = placement.named.get(name);
    if (placed === undefined) return undefined;
    return (
      firstBroken(HOOK_SECTION_RULES, { name, size: placed.size }, environment, () =>
        atSection(placed.section, name),
      ) ??
      firstRefusal(pointers(placement, name).entries(), ([at, address]) => {
        const pointer = { section: name, address, isText: isText(placement, address) };
        return firstBroken(HOOK_POINTER_RULES, pointer, environment, () => inData(placed, `${name}[${at}]`, at * 8));
      })
    );
  });
}

/** The addresses of the hooks. A single hook that is null is none. */
export function readHooks(placement: Placement, environment: LoadEnvironment): LoadedHooks {
  const singles = environment.revision === 2 ? Object.entries(SINGLE_HOOKS) : [];
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

/** `key=value` strings, one NUL behind each; nothing in revision 1. */
export function readMetadata(placement: Placement, environment: LoadEnvironment): Uint8Array {
  const placed = environment.revision === 2 ? placement.named.get(MODINFO) : undefined;
  return placed ? contentsOf(placement, placed) : new Uint8Array();
}

export function checkMetadata(placement: Placement, environment: LoadEnvironment): Refusal | undefined {
  const placed = placement.named.get(MODINFO);
  const metadata = readMetadata(placement, environment);
  return placed && firstBroken(MODINFO_RULES, metadata, environment, () => inData(placed, MODINFO));
}

/** No writable section with bytes in it but the functions' own. BSS-8. */
export function isReappliable({ sections }: Placement): boolean {
  return [...sections.values()].every(
    ({ section, size }) => size === 0n || section.name === FUNCTIONS || (section.header.sh_flags & SHF.WRITE) === 0n,
  );
}
