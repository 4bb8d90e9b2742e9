/**
 * What a rule is about, as people find it in the payload's file: made only if a rule refuses. An offset is that of
 * the field that the rule names, or else of the whole: the entry, the section's data.
 */
import { ELF_HEADER, RELA, SECTION_HEADER, SHT, SYMBOL } from '../../../abi/elf';
import type { Fields } from '../../../abi/fields';
import { LIVEPATCH_FUNC } from '../../../abi/hypercall';
import { FUNCTIONS } from '../../../abi/sections';
import { strideOf } from '../../object/bytes';
import type { ElfSymbol, ObjectFile, Section } from '../../object/object';
import type { Where } from '../../rules/rule';
import type { LoadedFunction, LoadedPayload, PlacedSection } from './types';

interface Layout {
  readonly size: number;
  readonly fields: Fields;
}

/** Where a field is of the structure that begins at `start`; `start` if no field is named. */
const within =
  (start: number, { fields }: Pick<Layout, 'fields'>) =>
  (field: string | undefined): number =>
    start + (field === undefined ? 0 : (fields[field]?.offset ?? 0));

const nameOf = ({ index, name }: Section): string => `section ${index} ${name}`.trimEnd();

export const atHeader = (): Where => ({ name: 'ELF header', offset: within(0, ELF_HEADER) });

/** The sections as a whole: their table. */
export const atSections = ({ header }: ObjectFile): Where => {
  return { name: 'sections', offset: () => Number(header.e_shoff) };
};

/** Its data in the file; one that has none there has its header alone. */
const dataAt = ({ header, headerAt }: Section): number =>
  header.sh_type === SHT.NOBITS ? headerAt : Number(header.sh_offset);

/** A section: a field is one of its header. */
export function atSection(section: Section, name = nameOf(section)): Where {
  const inHeader = within(section.headerAt, SECTION_HEADER);
  return { name, offset: (field) => (field === undefined ? dataAt(section) : inHeader(field)) };
}

/** The entry of this number in a table. */
function atEntry(name: string, table: Section, index: number, layout: Layout): Where {
  const start = index * strideOf(table.contents, table.header.sh_entsize, layout.size);
  return { name, offset: within(dataAt(table) + start, layout) };
}

export function atSymbol({ symbolTable }: ObjectFile, { index, name: ownName }: ElfSymbol, name = ownName()): Where {
  const called = `symbol ${index} ${name}`.trimEnd();
  return symbolTable ? atEntry(called, symbolTable, index, SYMBOL) : { name: called };
}

/** `symbol`: what it is against; empty where that has no name. */
export const atRelocation = (table: Section, index: number, symbol: string): Where =>
  atEntry(`${nameOf(table)}, entry ${index}${symbol === '' ? '' : ` (${symbol})`}`, table, index, RELA);

const NO_FIELDS = { fields: {} };

/** The place `at` bytes into a section's data. */
export const inData = (
  { section }: PlacedSection,
  name: string,
  at = 0,
  layout: Pick<Layout, 'fields'> = NO_FIELDS,
): Where => {
  return { name, offset: within(dataAt(section) + at, layout) };
};

/** The entry of a function, once the payload is loaded. */
export function atFunction({ sections }: LoadedPayload, { name, entryAddress }: LoadedFunction): Where {
  const table = sections.find((own) => own.name === FUNCTIONS);
  const start = table && table.offset + Number(entryAddress - table.address);
  return start === undefined ? { name } : { name, offset: within(start, LIVEPATCH_FUNC[2]) };
}
