/** Changes to an object before it is written: removes, duplicates or alters sections. */
import { concat } from './bytes';
import type { ObjectDescription, SectionDescription } from './elf';

export type Edit = (object: ObjectDescription) => ObjectDescription;

function found({ sections }: ObjectDescription, name: string): SectionDescription {
  const section = sections.find((one) => one.name === name);
  if (section === undefined)
    throw new RangeError(`section: expected one of ${sections.map((one) => one.name).join(', ')}, got ${name}`);
  return section;
}

const withoutRelocationsTo =
  (gone: ReadonlySet<string>) =>
  (section: SectionDescription): SectionDescription =>
    section.relocations === undefined
      ? section
      : { ...section, relocations: section.relocations.filter(({ symbol }) => !gone.has(symbol)) };

/** Removes a section, with its symbols and the relocations against them. */
export const remove =
  (name: string): Edit =>
  (object) => {
    const section = found(object, name);
    const symbols = object.symbols.filter((symbol) => symbol.section === name);
    const gone = new Set([name, ...symbols.map((symbol) => symbol.name)]);
    return {
      sections: object.sections.filter((one) => one !== section).map(withoutRelocationsTo(gone)),
      symbols: object.symbols.filter((symbol) => symbol.section !== name),
    };
  };

/** Puts a copy of a section, with its relocations, right after it; symbols stay with the first. */
export const duplicate =
  (name: string): Edit =>
  (object) => {
    const section = found(object, name);
    return { ...object, sections: object.sections.flatMap((one) => (one === section ? [one, { ...one }] : [one])) };
  };

/** Puts zeros after a section's content. */
export const lengthen =
  (name: string, more: number): Edit =>
  (object) => {
    const { content } = found(object, name);
    if (typeof content === 'number') return alter(name, { content: content + more })(object);
    return alter(name, { content: concat([content, new Uint8Array(more)]) })(object);
  };

/** Puts a section after all others. */
export const moveToEnd =
  (name: string): Edit =>
  (object) => {
    const section = found(object, name);
    return { ...object, sections: [...object.sections.filter((one) => one !== section), section] };
  };

/** Changes a section: type, flags, alignment, content, relocations. */
export const alter =
  (name: string, changes: Partial<Omit<SectionDescription, 'name'>>): Edit =>
  (object) => {
    const section = found(object, name);
    return { ...object, sections: object.sections.map((one) => (one === section ? { ...one, ...changes } : one)) };
  };
