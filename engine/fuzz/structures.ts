/** What a payload consists of, as far as its bytes say: tables of entries, whose fields are those of the layouts. */
import {
  entriesOf,
  HEADER_FIELDS,
  SECTION_FIELDS,
  sectionsOf,
  SYMBOL_FIELDS,
  type Entries,
  type ReadSection,
} from '../../payloads/builder/fields';
import { ELF_HEADER, SECTION_HEADER, SHT } from '../abi/elf';
import type { Revision } from '../abi/hypercall';
import { NOTE_HEADER } from '../abi/notes';

/** Entries one after the other. */
export interface Table extends Entries {
  /** What it is: a section by its name. */
  readonly name: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly count: number;
}

export interface Structures {
  readonly header: Table;
  /** The section headers. */
  readonly headers: Table;
  readonly sections: readonly ReadSection[];
  /** Symbols, relocations, functions, hooks, notes, …: one for each section that is such a table. */
  readonly tables: readonly Table[];
}

/** A file that says that it has more has none, for us: nothing of it is interesting but its header. */
const MOST_SECTIONS = 200;

const HEADER: Table = { ...HEADER_FIELDS, name: 'header', offset: 0, count: 1 };
const NOTE: Entries = {
  size: NOTE_HEADER.size,
  fields: Object.entries(NOTE_HEADER.fields).map(([name, field]) => [`.${name}`, field] as const),
};

const fieldsIn = (section: ReadSection, revision: Revision): Entries | undefined => {
  const { sh_type } = section.header;
  if (sh_type === SHT.SYMTAB) return SYMBOL_FIELDS;
  return sh_type === SHT.NOTE ? NOTE : entriesOf(section, revision);
};

function tableIn(section: ReadSection, revision: Revision): readonly Table[] {
  const fields = fieldsIn(section, revision);
  const count = Math.floor(section.content.length / (fields?.size ?? Infinity));
  return fields === undefined || count === 0 ? [] : [{ ...fields, name: section.key, offset: section.offset, count }];
}

/** Reads a file, which may be anything. */
export function structuresOf(bytes: Uint8Array, revision: Revision): Structures {
  const { e_shoff, e_shnum } = ELF_HEADER.decode(bytes);
  const room = Math.floor((bytes.length - Number(e_shoff)) / SECTION_HEADER.size);
  const isReadable = bytes.length >= ELF_HEADER.size && e_shnum <= Math.min(room, MOST_SECTIONS);
  const sections = isReadable ? sectionsOf(bytes) : [];
  return {
    header: HEADER,
    headers: { ...SECTION_FIELDS, name: 'section headers', offset: Number(e_shoff), count: sections.length },
    sections,
    tables: sections.flatMap((section) => tableIn(section, revision)),
  };
}
