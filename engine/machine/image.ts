/** Executable images: an ELF file's segments and symbols. Any x86-64 hypervisor's, such as a `xen-syms`. */
import { ELF_HEADER, SECTION_HEADER, SHN, SHT, STB, STT, SYMBOL } from '../abi/elf';
import { layout, u32, u64 } from '../abi/fields';
import { hex } from '../bytes';
import { pageAlign, pageStart } from '../pages';
import type { AddressSpace } from './address-space';
import type { Permissions } from './permissions';

const PROGRAM_HEADER = layout('Elf64_Phdr', 56, {
  p_type: u32(0),
  p_flags: u32(4),
  p_offset: u64(8),
  p_vaddr: u64(16),
  p_paddr: u64(24),
  p_filesz: u64(32),
  p_memsz: u64(40),
  p_align: u64(48),
});
const PT_LOAD = 1;
const PF_EXECUTE = 1;
const PF_WRITE = 2;

export interface Segment {
  /** A multiple of the page size. */
  readonly start: bigint;
  /** The whole memory of the segment in whole pages, zero where the file has nothing. */
  readonly bytes: Uint8Array;
  readonly permissions: Permissions;
}

export interface ImageSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Bytes; 0 where the file does not say. */
  readonly size: number;
  /** The source file, of a symbol that is known in that file alone. */
  readonly source?: string | undefined;
}

export interface Image {
  readonly segments: readonly Segment[];
  readonly symbols: ReadonlyMap<string, ImageSymbol>;
  /** Those of one name too. */
  readonly allSymbols: readonly ImageSymbol[];
  /** The address of a symbol. RangeError where the image has none of the name. */
  readonly address: (name: string) => bigint;
  /** `symbol+0x12`, or the bare address where no symbol is near. */
  readonly describe: (address: bigint) => string;
}

function permissionsOf(flags: number): Permissions {
  if ((flags & PF_EXECUTE) !== 0) return (flags & PF_WRITE) !== 0 ? 'rwx' : 'r-x';
  return (flags & PF_WRITE) !== 0 ? 'rw-' : 'r--';
}

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const CLASS_64 = 2;
const MACHINE_X86_64 = 62;

function checkHeader(file: Uint8Array): void {
  const header = ELF_HEADER.decode(file);
  const isElf = MAGIC.every((byte, index) => file[index] === byte) && header.ei_class === CLASS_64;
  if (!isElf || header.e_machine !== MACHINE_X86_64 || header.e_phnum === 0)
    throw new RangeError('image: expected an executable ELF file for x86-64, got another file');
}

/** Bytes of memory that an image may take, and of its symbol tables, and of a name: far more than any has. */
const MOST_MEMORY = 64n * 1024n * 1024n;
const MOST_SYMBOLS = 16n * 1024n * 1024n;
const LONGEST_NAME = 1024;
const ADDRESSES = 1n << 64n;

/** RangeError where [offset, offset + size) is not in the file. */
function checkInside(what: string, file: Uint8Array, offset: bigint, size: bigint): void {
  if (offset + size > BigInt(file.length))
    throw new RangeError(`image: expected all of ${what}, got a file that is cut off`);
}

/** Segments in the order of the file. None shares a page with another. */
function readSegments(file: Uint8Array): readonly Segment[] {
  const header = ELF_HEADER.decode(file);
  const segments: Segment[] = [];
  let left = MOST_MEMORY;
  for (let i = 0; i < header.e_phnum; i++) {
    const entry = PROGRAM_HEADER.decode(file, Number(header.e_phoff) + i * PROGRAM_HEADER.size);
    if (entry.p_type !== PT_LOAD || entry.p_memsz === 0n) continue;
    const what = `the segment at ${hex(entry.p_vaddr)}`;
    left -= entry.p_memsz;
    if (left < 0n || entry.p_vaddr + entry.p_memsz > ADDRESSES)
      throw new RangeError(`image: expected at most ${MOST_MEMORY} bytes of memory, got ${entry.p_memsz} in ${what}`);
    if (entry.p_filesz > entry.p_memsz)
      throw new RangeError(`image: expected at most ${entry.p_memsz} bytes in the file for ${what}, got more`);
    checkInside(what, file, entry.p_offset, entry.p_filesz);
    const start = pageStart(entry.p_vaddr);
    const before = Number(entry.p_vaddr - start);
    const bytes = new Uint8Array(pageAlign(before + Number(entry.p_memsz)));
    const offset = Number(entry.p_offset);
    bytes.set(file.subarray(offset, offset + Number(entry.p_filesz)), before);
    const end = start + BigInt(bytes.length);
    const shared = segments.some((other) => other.start < end && start < other.start + BigInt(other.bytes.length));
    if (shared) throw new RangeError(`image: expected pages of its own for ${what}, got some of another segment`);
    segments.push({ start, bytes, permissions: permissionsOf(entry.p_flags) });
  }
  return segments;
}

function stringAt(file: Uint8Array, at: number): string {
  const end = file.indexOf(0, at);
  const length = (end < 0 ? file.length : end) - at;
  if (length > LONGEST_NAME) throw new RangeError(`image: expected names of at most ${LONGEST_NAME} bytes, got more`);
  return Buffer.from(file.buffer, file.byteOffset + at, length).toString('latin1');
}

interface TableSymbol extends ImageSymbol {
  readonly isVariable: boolean;
}

/** Every named symbol with an address, in the order of the file. */
function readSymbols(file: Uint8Array): readonly TableSymbol[] {
  const header = ELF_HEADER.decode(file);
  const section = (index: number) => SECTION_HEADER.decode(file, Number(header.e_shoff) + index * SECTION_HEADER.size);
  const symbols: TableSymbol[] = [];
  const tables = Array.from({ length: header.e_shnum }, (_, i) => section(i)).filter((s) => s.sh_type === SHT.SYMTAB);
  let left = MOST_SYMBOLS;
  for (const table of tables) {
    left -= table.sh_size;
    if (left < 0n) throw new RangeError(`image: expected at most ${MOST_SYMBOLS} bytes of symbols, got more`);
    checkInside('the symbols', file, table.sh_offset, table.sh_size);
    const strings = Number(section(table.sh_link).sh_offset);
    let source: string | undefined;
    for (let at = 0; at < Number(table.sh_size); at += SYMBOL.size) {
      const { st_name, st_info, st_shndx, st_value, st_size } = SYMBOL.decode(file, Number(table.sh_offset) + at);
      const name = stringAt(file, strings + st_name);
      const type = st_info & 0xf;
      if (type === STT.FILE) source = name;
      if (name === '' || st_shndx === SHN.UNDEF || type === STT.FILE) continue;
      const isLocal = st_info >> 4 === STB.LOCAL && source !== undefined;
      const known = { name, address: st_value, size: Number(st_size), isVariable: type === STT.OBJECT };
      symbols.push(isLocal ? { ...known, source } : known);
    }
  }
  return symbols;
}

/** By name; of several with one name, the first variable, and where none is one, the first. */
function byName(all: readonly TableSymbol[]): ReadonlyMap<string, ImageSymbol> {
  const symbols = new Map<string, TableSymbol>();
  for (const symbol of all) {
    const before = symbols.get(symbol.name);
    if (before === undefined || (symbol.isVariable && !before.isVariable)) symbols.set(symbol.name, symbol);
  }
  return symbols;
}

/** Reads an executable's segments and symbols. RangeError where the file is no x86-64 ELF with segments, or ends too early. */
export function readImage(file: Uint8Array): Image {
  checkHeader(file);
  const allSymbols = readSymbols(file);
  const symbols = byName(allSymbols);
  const sorted = [...symbols.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  const segments = readSegments(file);
  const isMapped = (address: bigint): boolean =>
    segments.some(({ start, bytes }) => start <= address && address < start + BigInt(bytes.length));

  const nearest = (address: bigint): ImageSymbol | undefined => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.address ?? 0n) <= address) low = middle + 1;
      else high = middle;
    }
    return sorted[low - 1];
  };
  return {
    segments,
    symbols,
    allSymbols,
    address(name) {
      const found = symbols.get(name);
      if (found === undefined) throw new RangeError(`image: expected the symbol ${name}, got none`);
      return found.address;
    },
    describe(address) {
      const symbol = isMapped(address) ? nearest(address) : undefined;
      if (symbol === undefined) return hex(address);
      const offset = address - symbol.address;
      return offset === 0n ? symbol.name : `${symbol.name}+${hex(offset)}`;
    },
  };
}

/** Maps an image's segments. The memory is the machine's own copy. */
export function mapImage(memory: AddressSpace, image: Image, name: string): void {
  for (const segment of image.segments)
    memory.map({ name: `${name} ${segment.permissions}`, ...segment, bytes: segment.bytes.slice() });
}
