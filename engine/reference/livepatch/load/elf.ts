/**
 * The payload as an ELF object: header, sections, symbols. Reading is total and says nothing of right or wrong;
 * `checkObject` holds what was read against the rules. Clauses ELF-1 to ELF-9.
 */
import { ELF_HEADER, SECTION_HEADER, SHF, SHT, SYMBOL } from '../../../abi/elf';
import { asBuffer } from '../../../bytes';
import { firstBroken, firstRefusal, type Refusal, type RuleContext } from '../../rules/rule';
import { HEADER_RULES } from '../../rules/header';
import {
  SECTION_NAME_RULES,
  SECTION_RULES,
  STRING_TABLE_RULES,
  SYMBOL_NAME_RULES,
  SYMBOL_TABLE_RULES,
} from '../../rules/sections';
import { clamp, part, strideOf, stringAt } from './bytes';
import { atHeader, atSection, atSections, atSymbol } from './where';

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly header: ReturnType<typeof SECTION_HEADER.decode>;
  /** Where its header stands in the file. */
  readonly headerAt: number;
  /** Its bytes in the file, as far as the file has them; none for NOBITS. */
  readonly contents: Uint8Array;
}

export interface ElfSymbol {
  readonly index: number;
  /** Read where it is asked for: of most symbols it is not, and 100,000 may share one long name. */
  readonly name: () => string;
  readonly header: ReturnType<typeof SYMBOL.decode>;
}

export interface ElfObject {
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

/** The object file's own tables, which loading is done with once it is done. */
const TABLES: ReadonlySet<number> = new Set([SHT.SYMTAB, SHT.STRTAB, SHT.RELA, SHT.REL]);

export const isAllocated = ({ header }: Section): boolean => (header.sh_flags & SHF.ALLOC) !== 0n;

/** Sections without SHF_ALLOC are not placed, nor are the tables of the object file, whatever their flags. PLACE-3, PLACE-5. */
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

function readSections(bytes: Uint8Array, header: ElfObject['header']): readonly Section[] {
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
export function readObject(bytes: Uint8Array): ElfObject {
  const header = ELF_HEADER.decode(bytes);
  const sections = readSections(bytes, header);
  const symbolTable = sections.find(({ index, header: own }) => index > 0 && own.sh_type === SHT.SYMTAB);
  return { length: bytes.length, header, sections, symbolTable, symbols: readSymbols(sections, symbolTable) };
}

function checkStrings(table: Section | undefined, context: RuleContext): Refusal | undefined {
  return table && firstBroken(STRING_TABLE_RULES, table, context, () => atSection(table));
}

/** Holds the object against the rules: header, sections, symbol table, section names, symbol names. */
export function checkObject(object: ElfObject, context: RuleContext): Refusal | undefined {
  const { header, symbolTable } = object;
  const sections = object.sections.slice(1);
  const symbolNames = symbolTable && object.sections[symbolTable.header.sh_link];
  const sectionNames = object.sections[header.e_shstrndx];
  return (
    firstBroken(HEADER_RULES, object, context, atHeader) ??
    firstRefusal(sections, (section) =>
      firstBroken(SECTION_RULES, { section, object }, context, () => atSection(section)),
    ) ??
    firstBroken(SYMBOL_TABLE_RULES, object, context, () =>
      symbolTable ? atSection(symbolTable) : atSections(object),
    ) ??
    checkStrings(symbolNames, context) ??
    checkStrings(sectionNames, context) ??
    firstRefusal(sections, (section) => {
      const name = { offset: section.header.sh_name, table: sectionNames };
      return firstBroken(SECTION_NAME_RULES, name, context, () => atSection(section, `section ${section.index}`));
    }) ??
    firstRefusal(object.symbols.slice(1), (symbol) => {
      const name = { offset: symbol.header.st_name, table: symbolNames };
      return firstBroken(SYMBOL_NAME_RULES, name, context, () => atSymbol(object, symbol, ''));
    })
  );
}
