/**
 * ELF-64, little endian, x86-64: the structures and numbers of the ELF specification and of the x86-64 ABI that a
 * relocatable object needs. Writer (payloads/builder) and loader (engine/reference) share this file. Clauses FMT, ELF,
 * REL.
 */
import { layout, type Layout, type Fields, type Values, u16, u32, u64, u8 } from './fields';

/** Elf64_Ehdr, e_ident taken apart byte by byte. */
export const ELF_HEADER = layout('Elf64_Ehdr', 64, {
  ei_mag0: u8(0),
  ei_mag1: u8(1),
  ei_mag2: u8(2),
  ei_mag3: u8(3),
  ei_class: u8(4),
  ei_data: u8(5),
  ei_version: u8(6),
  ei_osabi: u8(7),
  ei_abiversion: u8(8),
  ei_pad0: u8(9),
  ei_pad1: u8(10),
  ei_pad2: u8(11),
  ei_pad3: u8(12),
  ei_pad4: u8(13),
  ei_pad5: u8(14),
  ei_pad6: u8(15),
  e_type: u16(16),
  e_machine: u16(18),
  e_version: u32(20),
  e_entry: u64(24),
  e_phoff: u64(32),
  e_shoff: u64(40),
  e_flags: u32(48),
  e_ehsize: u16(52),
  e_phentsize: u16(54),
  e_phnum: u16(56),
  e_shentsize: u16(58),
  e_shnum: u16(60),
  e_shstrndx: u16(62),
});

/** The first bytes of every ELF file. */
export const ELF_MAGIC = { ei_mag0: 0x7f, ei_mag1: 0x45, ei_mag2: 0x4c, ei_mag3: 0x46 } as const;

export const hasMagic = ({ ei_mag0, ei_mag1, ei_mag2, ei_mag3 }: Values<typeof ELF_HEADER.fields>): boolean =>
  ei_mag0 === ELF_MAGIC.ei_mag0 &&
  ei_mag1 === ELF_MAGIC.ei_mag1 &&
  ei_mag2 === ELF_MAGIC.ei_mag2 &&
  ei_mag3 === ELF_MAGIC.ei_mag3;

/** Elf64_Phdr, of which an executable file has one for each stretch of memory. */
export const PROGRAM_HEADER = layout('Elf64_Phdr', 56, {
  p_type: u32(0),
  p_flags: u32(4),
  p_offset: u64(8),
  p_vaddr: u64(16),
  p_paddr: u64(24),
  p_filesz: u64(32),
  p_memsz: u64(40),
  p_align: u64(48),
});
export const PT = { NULL: 0, LOAD: 1 } as const;
export const PF = { EXECUTE: 1, WRITE: 2, READ: 4 } as const;

/** Elf64_Shdr. */
export const SECTION_HEADER = layout('Elf64_Shdr', 64, {
  sh_name: u32(0),
  sh_type: u32(4),
  sh_flags: u64(8),
  sh_addr: u64(16),
  sh_offset: u64(24),
  sh_size: u64(32),
  sh_link: u32(40),
  sh_info: u32(44),
  sh_addralign: u64(48),
  sh_entsize: u64(56),
});

/** Elf64_Sym. `st_info` is binding << 4 | type, see `symbolInfo`. */
export const SYMBOL = layout('Elf64_Sym', 24, {
  st_name: u32(0),
  st_info: u8(4),
  st_other: u8(5),
  st_shndx: u16(6),
  st_value: u64(8),
  st_size: u64(16),
});

/** Elf64_Rela, `r_info` taken apart into its two halves. `r_addend` is signed: two's complement in a u64. */
export const RELA = layout('Elf64_Rela', 24, { r_offset: u64(0), r_type: u32(8), r_sym: u32(12), r_addend: u64(16) });

/** Bytes of an Elf64_Rel: an Elf64_Rela without its addend. Valid ELF, not valid in a payload (clause REL-2). */
export const REL_SIZE = 16;

export const ELFCLASS = { NONE: 0, 32: 1, 64: 2 } as const;
export const ELFDATA = { NONE: 0, LSB: 1, MSB: 2 } as const;
export const EV_CURRENT = 1;
export const ELFOSABI = { NONE: 0, NETBSD: 2, GNU: 3, FREEBSD: 9 } as const;
export const ET = { NONE: 0, REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;
export const EM = { NONE: 0, I386: 3, ARM: 40, X86_64: 62, AARCH64: 183 } as const;

export const SHT = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  HASH: 5,
  DYNAMIC: 6,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  DYNSYM: 11,
  GROUP: 17,
} as const;

export const SHF = {
  WRITE: 0x1n,
  ALLOC: 0x2n,
  EXECINSTR: 0x4n,
  MERGE: 0x10n,
  STRINGS: 0x20n,
  INFO_LINK: 0x40n,
  COMPRESSED: 0x800n,
} as const;

/** Elf64_Chdr, at the start of a compressed section. */
export const COMPRESSION_HEADER = layout('Elf64_Chdr', 24, {
  ch_type: u32(0),
  ch_reserved: u32(4),
  ch_size: u64(8),
  ch_addralign: u64(16),
});
export const ELFCOMPRESS = { ZLIB: 1 } as const;

/** Reserved section numbers. Above LORESERVE only ABS and COMMON have a meaning here. */
export const SHN = { UNDEF: 0, LORESERVE: 0xff00, ABS: 0xfff1, COMMON: 0xfff2, XINDEX: 0xffff } as const;

export const STB = { LOCAL: 0, GLOBAL: 1, WEAK: 2 } as const;
export const STT = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4 } as const;

/** `st_info` of a binding (STB) and a type (STT), and these two out of it. */
export const symbolInfo = (binding: number, type: number): number => ((binding & 0xf) << 4) | (type & 0xf);
export const bindingOf = (info: number): number => info >> 4;
export const typeOf = (info: number): number => info & 0xf;

/** All whole entries of a table. */
export function tableOf<F extends Fields>({ size, reader }: Layout<F>, table: Uint8Array): readonly Values<F>[] {
  const read = reader(table);
  return Array.from({ length: Math.floor(table.length / size) }, (_, index) => read(index * size));
}

type SectionHeader = Values<typeof SECTION_HEADER.fields>;

/** The header of each section of a file, the null section included; zeros where the file ends before it. */
export function sectionHeadersOf(file: Uint8Array): readonly SectionHeader[] {
  const { e_shoff, e_shnum } = ELF_HEADER.decode(file);
  const read = SECTION_HEADER.reader(file);
  return Array.from({ length: e_shnum }, (_, index) => read(Number(e_shoff) + index * SECTION_HEADER.size));
}

/** Likewise, the header of each stretch of memory. */
export function programHeadersOf(file: Uint8Array): readonly Values<typeof PROGRAM_HEADER.fields>[] {
  const { e_phoff, e_phnum } = ELF_HEADER.decode(file);
  const read = PROGRAM_HEADER.reader(file);
  return Array.from({ length: e_phnum }, (_, index) => read(Number(e_phoff) + index * PROGRAM_HEADER.size));
}

export const R_X86_64 = {
  NONE: 0,
  '64': 1,
  PC32: 2,
  GOT32: 3,
  PLT32: 4,
  COPY: 5,
  GLOB_DAT: 6,
  JUMP_SLOT: 7,
  RELATIVE: 8,
  GOTPCREL: 9,
  '32': 10,
  '32S': 11,
  '16': 12,
  PC16: 13,
  '8': 14,
  PC8: 15,
  PC64: 24,
} as const;
export type RelocationType = keyof typeof R_X86_64;

const RELOCATION_NAMES = new Map<number, string>(Object.entries(R_X86_64).map(([name, number]) => [number, name]));

/** "11 (R_X86_64_32S)"; the number alone where it has no name. */
export function relocationTypeName(type: number): string {
  const name = RELOCATION_NAMES.get(type);
  return name === undefined ? String(type) : `${type} (R_X86_64_${name})`;
}
