/** What is asked of sections, of the symbol table and its strings, and of the place. Clauses ELF-5 to 10, ELF-12, PLACE. */
import { SHF, SHT, SYMBOL } from '../../abi/elf';
import { LIMITS } from '../../abi/hypercall';
import { hex } from '../../bytes';
import type { ObjectFile, Section } from '../object/object';
import type { Rule } from './rule';

export interface SectionOfObject {
  readonly section: Section;
  readonly object: ObjectFile;
}

const ALL_ADDRESSES = 2n ** 64n;
const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;
const has = ({ header }: Section, flags: bigint): boolean => (header.sh_flags & flags) !== 0n;

/** Asked of each section, in the order of the table, section 0 excepted. */
export const SECTION_RULES: readonly Rule<SectionOfObject>[] = [
  {
    name: 'section-inside-header',
    clause: 'ELF-5',
    errno: 'EINVAL',
    says: 'The data of a section begins after the ELF header.',
    refused: ({ section }) => `The data of the section begins at ${section.header.sh_offset}, within the ELF header.`,
    field: 'sh_offset',
    broken: ({ section }) => section.header.sh_offset < 64n,
  },
  {
    name: 'section-wraps',
    clause: 'ELF-12',
    errno: 'EINVAL',
    says: 'The offset and the size of a section have a sum below 2^64.',
    refused: ({ section: { header } }) =>
      `The offset of the section, ${header.sh_offset}, and its size, ${header.sh_size}, have a sum of 2^64 or more.`,
    field: 'sh_size',
    broken: ({ section: { header } }) =>
      header.sh_type !== SHT.NOBITS && header.sh_offset + header.sh_size >= ALL_ADDRESSES,
  },
  {
    name: 'section-past-end',
    clause: 'ELF-5',
    errno: 'EINVAL',
    says: 'The data of a section ends within the file.',
    refused: ({ object }) =>
      `The data of the section ends after the end of the file, which has ${object.length} bytes.`,
    field: 'sh_size',
    broken: ({ section: { header }, object }) =>
      header.sh_type !== SHT.NOBITS && (header.sh_offset + header.sh_size) % ALL_ADDRESSES > BigInt(object.length),
  },
  {
    name: 'section-alignment',
    clause: 'ELF-6',
    errno: 'EOPNOTSUPP',
    says: 'sh_addralign is 0 or a power of two.',
    refused: ({ section }) => `sh_addralign is ${section.header.sh_addralign}, neither 0 nor a power of two.`,
    field: 'sh_addralign',
    broken: ({ section }) => !isPowerOfTwo(section.header.sh_addralign),
  },
  {
    name: 'section-address-misaligned',
    clause: 'ELF-6',
    errno: 'EINVAL',
    says: 'sh_addr is a multiple of sh_addralign.',
    refused: ({ section }) =>
      `sh_addr is ${hex(section.header.sh_addr)}, not a multiple of sh_addralign, which is ${section.header.sh_addralign}.`,
    field: 'sh_addr',
    broken: ({ section: { header } }) => header.sh_addralign !== 0n && header.sh_addr % header.sh_addralign !== 0n,
  },
  {
    name: 'nobits-too-large',
    clause: 'ELF-7',
    errno: 'EINVAL',
    says: 'A NOBITS section, allocated or writable, has at most 2 MiB.',
    refused: ({ section }) => `The NOBITS section has ${section.header.sh_size} bytes, more than 2 MiB.`,
    field: 'sh_size',
    broken: ({ section }) =>
      section.header.sh_type === SHT.NOBITS &&
      has(section, SHF.ALLOC | SHF.WRITE) &&
      section.header.sh_size > BigInt(LIMITS.payload),
  },
  {
    name: 'second-symbol-table',
    clause: 'ELF-8',
    errno: 'EOPNOTSUPP',
    says: 'A payload has one symbol table.',
    refused: 'The payload has a second symbol table.',
    field: 'sh_type',
    broken: ({ section, object }) => section.header.sh_type === SHT.SYMTAB && section !== object.symbolTable,
  },
  {
    name: 'symbol-table-link',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'sh_link of the symbol table is the number of one of the sections.',
    refused: ({ section, object }) =>
      `sh_link of the symbol table is ${section.header.sh_link}, and there are ${object.header.e_shnum} sections.`,
    field: 'sh_link',
    broken: ({ section: { header }, object }) =>
      header.sh_type === SHT.SYMTAB && header.sh_link >= object.header.e_shnum,
  },
];

export const SYMBOL_TABLE_RULES: readonly Rule<ObjectFile>[] = [
  {
    name: 'symbol-table-absent',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'A payload has a symbol table.',
    refused: 'The payload has no symbol table.',
    broken: ({ symbolTable }) => symbolTable === undefined,
  },
  {
    name: 'symbol-table-empty',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'The symbol table is not empty.',
    refused: 'The symbol table is empty.',
    field: 'sh_size',
    broken: ({ symbolTable }) => symbolTable?.header.sh_size === 0n,
  },
  {
    name: 'symbol-size',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'An entry of the symbol table has at least 24 bytes.',
    refused: ({ symbolTable }) =>
      `An entry of the symbol table has ${symbolTable?.header.sh_entsize ?? 0} bytes, fewer than 24.`,
    field: 'sh_entsize',
    broken: ({ symbolTable }) => symbolTable !== undefined && symbolTable.header.sh_entsize < BigInt(SYMBOL.size),
  },
  {
    name: 'symbol-table-size',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'The size of the symbol table is a multiple of its entry size.',
    refused: ({ symbolTable }) =>
      `The size of the symbol table is ${symbolTable?.header.sh_size ?? 0}, not a multiple of its entry size.`,
    field: 'sh_size',
    broken: ({ symbolTable }) =>
      symbolTable !== undefined &&
      symbolTable.header.sh_entsize !== 0n &&
      symbolTable.header.sh_size % symbolTable.header.sh_entsize !== 0n,
  },
];

/** Asked of the strings of the symbol table, then of the table of section names. */
export const STRING_TABLE_RULES: readonly Rule<Section>[] = [
  {
    name: 'string-table-type',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'Names are in a section of type STRTAB.',
    refused: ({ header }) => `The names are in a section of type ${header.sh_type}, which is not STRTAB.`,
    field: 'sh_type',
    broken: ({ header }) => header.sh_type !== SHT.STRTAB,
  },
  {
    name: 'string-table-empty',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'A string table is not empty.',
    refused: 'The string table is empty.',
    field: 'sh_size',
    broken: ({ header }) => header.sh_size === 0n,
  },
  {
    name: 'string-table-start',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'A string table begins with NUL.',
    refused: 'The string table does not begin with NUL.',
    broken: ({ contents }) => contents.length > 0 && contents[0] !== 0,
  },
  {
    name: 'string-table-end',
    clause: 'ELF-8',
    errno: 'EINVAL',
    says: 'A string table ends with NUL.',
    refused: 'The string table does not end with NUL.',
    broken: ({ contents }) => contents.length > 0 && contents[contents.length - 1] !== 0,
  },
];

/** The offset of a name, and the table it is in. */
export interface NameInTable {
  readonly offset: number;
  readonly table: Section | undefined;
}

const isOutside = ({ offset, table }: NameInTable): boolean =>
  table !== undefined && BigInt(offset) >= table.header.sh_size;

export const SECTION_NAME_RULES: readonly Rule<NameInTable>[] = [
  {
    name: 'section-name-outside',
    clause: 'ELF-9',
    errno: 'EINVAL',
    says: 'The name of a section begins within the table of section names.',
    refused: ({ offset }) => `The name of the section is at ${offset}, outside the table of section names.`,
    field: 'sh_name',
    broken: isOutside,
  },
];

export const SYMBOL_NAME_RULES: readonly Rule<NameInTable>[] = [
  {
    name: 'symbol-name-outside',
    clause: 'ELF-9',
    errno: 'EINVAL',
    says: 'The name of a symbol begins within its string table.',
    refused: ({ offset }) => `The name of the symbol is at ${offset}, outside its string table.`,
    field: 'st_name',
    broken: isOutside,
  },
];

/** Asked of each that is allocated, the object file's own tables included. */
export const ALLOCATED_SECTION_RULES: readonly Rule<Section>[] = [
  {
    name: 'writable-and-executable',
    clause: 'ELF-10',
    errno: 'EOPNOTSUPP',
    says: 'No allocated section is both writable and executable.',
    refused: 'The section is both writable and executable.',
    field: 'sh_flags',
    broken: (section) => has(section, SHF.WRITE) && has(section, SHF.EXECINSTR),
  },
];

/** The place that was found: the address of the first page. */
export const ROOM_RULES: readonly Rule<bigint | undefined>[] = [
  {
    name: 'no-room',
    clause: 'PLACE-4',
    errno: 'ENOMEM',
    says: 'There is room for the payload within reach of the hypervisor.',
    refused: 'There is no room for the payload within reach of the hypervisor.',
    broken: (base) => base === undefined,
  },
];
