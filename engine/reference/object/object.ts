/** An ELF object: header, sections, symbols. Reading it is total, and judges nothing: any bytes are an object. */
import { ELF_HEADER, SECTION_HEADER, SHF, SHT, SYMBOL } from '../../abi/elf';
import { asBuffer } from '../../bytes';
import { clamp, part, strideOf, stringAt } from './bytes';

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly header: ReturnType<typeof SECTION_HEADER.decode>;
  /** Where its header is in the file. */
  readonly headerAt: number;
  /** Its bytes in the file, as far as the file has them; none for NOBITS. */
  readonly contents: Uint8Array;
}

export interface ElfSymbol {
  readonly index: number;
  /** Read when it is asked for: of most symbols it is not, and 100,000 may share one long name. */
  readonly name: () => string;
  readonly header: ReturnType<typeof SYMBOL.decode>;
}

export interface ObjectFile {
  /** Bytes of the file. */
  readonly length: number;
  readonly header: ReturnType<typeof ELF_HEADER.decode>;
  /** All of them, the null section 0 included. */
  readonly sections: readonly Section[];
  /** The first of them, should there be several. */
  readonly symbolTable: Section | undefined;
  /** All of them, the null symbol 0 included. */
  readonly symbols: readonly ElfSymbol[];
}

/** The object file's own tables, of no use once the payload is loaded. */
const TABLES: ReadonlySet<number> = new Set([SHT.SYMTAB, SHT.STRTAB, SHT.RELA, SHT.REL]);

export const isAllocated = ({ header }: Section): boolean => (header.sh_flags & SHF.ALLOC) !== 0n;

/**
 * Sections without SHF_ALLOC are not placed, nor are the tables of the object file, whatever their flags. PLACE-3,
 * PLACE-5.
 */
export const isPlaced = (section: Section): boolean => isAllocated(section) && !TABLES.has(section.header.sh_type);

interface Entries {
  readonly count: number;
  /** Bytes from one to the next. */
  readonly stride: number;
}

/** The entries of a table, at least `least` bytes apart so that the bytes there are bound their number. */
export function entriesOf({ contents, header }: Section, least: number): Entries {
  const stride = strideOf(contents, header.sh_entsize, least);
  return { count: stride === 0 ? 0 : Math.floor(contents.length / stride), stride };
}

function readSections(bytes: Uint8Array, header: ObjectFile['header']): readonly Section[] {
  // No more than the file has room for, whatever e_shnum says: the time it takes stays within bounds.
  const count = Math.min(header.e_shnum, Math.ceil(bytes.length / SECTION_HEADER.size));
  const headerAt = (index: number): number => clamp(bytes, header.e_shoff + BigInt(index) * BigInt(header.e_shentsize));
  const read = SECTION_HEADER.reader(bytes);
  const headerOf = (index: number): Section['header'] => read(headerAt(index));
  const headers = Array.from({ length: count }, (_, index) => headerOf(index));
  const contentsOf = (section: Section['header']): Uint8Array =>
    section.sh_type === SHT.NOBITS ? bytes.subarray(0, 0) : part(bytes, section.sh_offset, section.sh_size);
  const names = asBuffer(contentsOf(headerOf(header.e_shstrndx)));
  return headers.map((own, index) => ({
    index,
    header: own,
    headerAt: headerAt(index),
    name: index === 0 ? '' : stringAt(names, own.sh_name),
    contents: contentsOf(own),
  }));
}

function readSymbols(sections: readonly Section[], table: Section | undefined): readonly ElfSymbol[] {
  if (table === undefined) return [];
  const strings = asBuffer(sections[table.header.sh_link]?.contents ?? new Uint8Array());
  const read = SYMBOL.reader(table.contents);
  const { count, stride } = entriesOf(table, SYMBOL.size);
  return Array.from({ length: count }, (_, index) => {
    const header = read(index * stride);
    return { index, header, name: () => stringAt(strings, header.st_name) };
  });
}

/** Reads any bytes as an ELF object. Never throws. */
export function readObject(bytes: Uint8Array): ObjectFile {
  const header = ELF_HEADER.decode(bytes);
  const sections = readSections(bytes, header);
  const symbolTable = sections.find(({ index, header: own }) => index > 0 && own.sh_type === SHT.SYMTAB);
  return { length: bytes.length, header, sections, symbolTable, symbols: readSymbols(sections, symbolTable) };
}
