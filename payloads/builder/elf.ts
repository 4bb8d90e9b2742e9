/**
 * Writes a relocatable x86-64 ELF object from a declarative description, as an assembler would lay it out: sections in
 * the order given, each followed by its relocations, then .symtab, .strtab and .shstrtab, then the section headers.
 *
 * The object is well-formed. `overwrite` then makes fields wrong on purpose.
 */
import {
  ELFCLASS,
  ELFDATA,
  ELF_HEADER,
  ELF_MAGIC,
  EM,
  ET,
  EV_CURRENT,
  R_X86_64,
  REL_SIZE,
  RELA,
  SECTION_HEADER,
  SHF,
  SHN,
  SHT,
  STB,
  STT,
  SYMBOL,
  symbolInfo,
} from '../../engine/abi/elf';
import type { RelocationType } from '../../engine/abi/elf';
import type { Revision } from '../../engine/abi/hypercall';
import { concat, roundUp, stringTable } from './bytes';
import { fieldsOf, keysOf } from './fields';
import type { FileField } from './fields';

export { concat } from './bytes';

export interface RelocationDescription {
  /** Bytes from the start of the section. */
  readonly offset: number;
  readonly type: RelocationType;
  /** A symbol's name (`name#2` for the second of that name), or a section's for that section's own symbol. */
  readonly symbol: string;
  readonly addend?: bigint;
}

export interface SectionDescription {
  readonly name: string;
  /** SHT. */
  readonly type: number;
  /** SHF, or-ed. */
  readonly flags: bigint;
  /** Bytes; 0 and 1 mean none. */
  readonly alignment: number;
  readonly entsize?: number;
  readonly link?: number;
  readonly info?: number;
  /** For SHT_NOBITS, which has no bytes in the file, its size. */
  readonly content: Uint8Array | number;
  readonly relocations?: readonly RelocationDescription[];
  /** Default RELA, the only kind that Xen takes (REL-2). */
  readonly relocationKind?: 'RELA' | 'REL';
}

export interface SymbolDescription {
  /** Empty for a section's own symbol. */
  readonly name: string;
  readonly binding: keyof typeof STB;
  readonly type: keyof typeof STT;
  /** A section's name (`name#2` for the second of that name), or its place if it has none. */
  readonly section: string | { readonly special: 'UNDEF' | 'ABS' | 'COMMON' };
  readonly value?: bigint;
  /** Bytes. */
  readonly size?: number;
}

export interface ObjectDescription {
  readonly sections: readonly SectionDescription[];
  readonly symbols: readonly SymbolDescription[];
}

/** A file, and where each of its fields is: `header.e_machine`, `section[.text].sh_flags`, ... (see fields.ts). */
export interface Built {
  readonly bytes: Uint8Array;
  readonly fields: ReadonlyMap<string, FileField>;
}

/** Names the fields of a well-formed object. `revision` decides the size of an entry of .livepatch.funcs. */
export function withFieldsNamed(bytes: Uint8Array, revision: Revision): Built {
  // Fields are made when needed: a suite keeps over a thousand payloads with a hundred fields each.
  let fields: WeakRef<ReadonlyMap<string, FileField>> | undefined;
  return {
    bytes,
    get fields() {
      const known = fields?.deref() ?? fieldsOf(bytes, revision);
      fields = new WeakRef(known);
      return known;
    },
  };
}

const SHSTRTAB = '.shstrtab';
/** An object that is not linked needs no larger alignment in the file, whatever sh_addralign says. */
const LARGEST_FILE_ALIGNMENT = 16;

const SPECIAL = { UNDEF: SHN.UNDEF, ABS: SHN.ABS, COMMON: SHN.COMMON } as const;

function indexOf(title: string, indices: ReadonlyMap<string, number>, key: string): number {
  const index = indices.get(key);
  if (index === undefined)
    throw new RangeError(`${title}: expected one of ${[...indices.keys()].join(', ')}, got ${key}`);
  return index;
}

function encodeSymbols(
  symbols: readonly SymbolDescription[],
  sectionIndex: (key: string) => number,
  names: { readonly offsetOf: (text: string) => number },
): Uint8Array {
  const entries = symbols.map(({ name, binding, type, section, value = 0n, size = 0 }) =>
    SYMBOL.encode({
      st_name: names.offsetOf(name),
      st_info: symbolInfo(STB[binding], STT[type]),
      st_shndx: typeof section === 'string' ? sectionIndex(section) : SPECIAL[section.special],
      st_value: value,
      st_size: BigInt(size),
    }),
  );
  return concat([SYMBOL.encode({}), ...entries]);
}

function encodeRelocations(section: SectionDescription, symbolIndex: (key: string) => number): Uint8Array {
  const entries = (section.relocations ?? []).map(({ offset, type, symbol, addend = 0n }) => {
    const head = { r_offset: BigInt(offset), r_type: R_X86_64[type], r_sym: symbolIndex(symbol) };
    return section.relocationKind === 'REL'
      ? RELA.encode(head).subarray(0, REL_SIZE)
      : RELA.encode({ ...head, r_addend: BigInt.asUintN(64, addend) });
  });
  return concat(entries);
}

const hasRelocations = ({ relocations }: SectionDescription): boolean => (relocations?.length ?? 0) > 0;

const sectionNames = (sections: readonly SectionDescription[]) =>
  stringTable(['', ...sections.map(({ name }) => name), SHSTRTAB]);

const symbolName = ({ name, type, section }: SymbolDescription): string =>
  name === '' && type === 'SECTION' && typeof section === 'string' ? section : name;

/** The keys of the described sections, and by key their numbers in the file. The relocations of a section follow it. */
function numberSections(sections: readonly SectionDescription[]) {
  const keys = keysOf(sections.map(({ name }) => name));
  const indices = new Map<string, number>();
  let next = 1;
  sections.forEach((section, i) => {
    indices.set(keys[i] ?? '', next);
    next += hasRelocations(section) ? 2 : 1;
  });
  return { keys, indices, next };
}

/** Local symbols first, as .symtab asks for: its sh_info says where they end. */
function numberSymbols(symbols: readonly SymbolDescription[]) {
  const locals = symbols.filter(({ binding }) => binding === 'LOCAL');
  const ordered = [...locals, ...symbols.filter(({ binding }) => binding !== 'LOCAL')];
  const indices = new Map(keysOf(ordered.map(symbolName)).map((key, i) => [key, i + 1]));
  return { ordered, indices, locals: locals.length };
}

/** Every section except the null one, in file order, including relocations and tables. */
function outputSections({ sections, symbols }: ObjectDescription): readonly SectionDescription[] {
  const { keys, indices: sectionIndices, next: symtabIndex } = numberSections(sections);
  const { ordered, indices: symbolIndices, locals } = numberSymbols(symbols);
  const strings = stringTable(['']);
  const symtab = encodeSymbols(ordered, (key) => indexOf('symbol: section', sectionIndices, key), strings);

  const relocations = (section: SectionDescription, key: string): SectionDescription => {
    const kind = section.relocationKind ?? 'RELA';
    return {
      name: `.${kind.toLowerCase()}${section.name}`,
      type: SHT[kind],
      flags: SHF.INFO_LINK,
      alignment: 8,
      entsize: kind === 'REL' ? REL_SIZE : RELA.size,
      link: symtabIndex,
      info: indexOf('relocations: section', sectionIndices, key),
      content: encodeRelocations(section, (symbol) => indexOf('relocation: symbol', symbolIndices, symbol)),
    };
  };
  const described = sections.flatMap((section, i) =>
    hasRelocations(section) ? [section, relocations(section, keys[i] ?? '')] : [section],
  );
  const table = { flags: 0n, alignment: 1 };
  const tables = [
    {
      ...table,
      name: '.symtab',
      type: SHT.SYMTAB,
      alignment: 8,
      entsize: SYMBOL.size,
      link: symtabIndex + 1,
      info: locals + 1,
      content: symtab,
    },
    { ...table, name: '.strtab', type: SHT.STRTAB, content: strings.bytes() },
  ];
  const names = sectionNames([...described, ...tables]);
  return [...described, ...tables, { ...table, name: SHSTRTAB, type: SHT.STRTAB, content: names.bytes() }];
}

function placeInFile(sections: readonly SectionDescription[]): {
  readonly offsets: readonly number[];
  readonly end: number;
} {
  let end: number = ELF_HEADER.size;
  const offsets = sections.map(({ alignment, content }) => {
    const offset = roundUp(end, Math.min(alignment, LARGEST_FILE_ALIGNMENT));
    end = offset + (typeof content === 'number' ? 0 : content.length);
    return offset;
  });
  return { offsets, end };
}

/**
 * The object of this description. RangeError if a symbol names a section, or a relocation a symbol, that is not
 * there. `revision` only says how the entries of .livepatch.funcs are named in `fields`.
 */
export function elfObject(description: ObjectDescription, revision: Revision): Built {
  const sections = outputSections(description);
  const names = sectionNames(sections);
  const { offsets, end } = placeInFile(sections);
  const tableOffset = roundUp(end, 8);
  const bytes = new Uint8Array(tableOffset + (sections.length + 1) * SECTION_HEADER.size);
  bytes.set(
    ELF_HEADER.encode({
      ...ELF_MAGIC,
      ei_class: ELFCLASS[64],
      ei_data: ELFDATA.LSB,
      ei_version: EV_CURRENT,
      e_type: ET.REL,
      e_machine: EM.X86_64,
      e_version: EV_CURRENT,
      e_shoff: BigInt(tableOffset),
      e_ehsize: ELF_HEADER.size,
      e_shentsize: SECTION_HEADER.size,
      e_shnum: sections.length + 1,
      e_shstrndx: sections.length,
    }),
  );
  sections.forEach((section, i) => {
    const { content } = section;
    const offset = offsets[i] ?? 0;
    if (typeof content !== 'number') bytes.set(content, offset);
    bytes.set(
      SECTION_HEADER.encode({
        sh_name: names.offsetOf(section.name),
        sh_type: section.type,
        sh_flags: section.flags,
        sh_offset: BigInt(offset),
        sh_size: BigInt(typeof content === 'number' ? content : content.length),
        sh_link: section.link ?? 0,
        sh_info: section.info ?? 0,
        sh_addralign: BigInt(section.alignment),
        sh_entsize: BigInt(section.entsize ?? 0),
      }),
      tableOffset + (i + 1) * SECTION_HEADER.size,
    );
  });
  return withFieldsNamed(bytes, revision);
}
