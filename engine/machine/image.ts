/** Executable images: an ELF file's segments and symbols. Any x86-64 hypervisor's, such as a `xen-syms`. */
import {
  bindingOf,
  ELF_HEADER,
  ELFCLASS,
  EM,
  hasMagic,
  PF,
  programHeadersOf,
  PT,
  sectionHeadersOf,
  SHN,
  SHT,
  STB,
  STT,
  SYMBOL,
  typeOf,
} from '../abi/elf';
import { hex } from '../bytes';
import { pageAlign, pageStart } from '../pages';
import { countUpTo } from '../sorted';
import type { AddressSpace } from './address-space';
import type { Permissions } from './permissions';

export interface Segment {
  /** A multiple of the page size. */
  readonly start: bigint;
  /** The whole memory of the segment in whole pages, zero if the file has nothing. */
  readonly bytes: Uint8Array;
  readonly permissions: Permissions;
}

export interface ImageSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Bytes; 0 if the file does not say. */
  readonly size: number;
  /** The source file, of a symbol that is known in that file alone. */
  readonly source?: string | undefined;
  /** Whether it is the symbol of an object, not of code. */
  readonly isVariable: boolean;
}

export interface Image {
  readonly segments: readonly Segment[];
  readonly symbols: ReadonlyMap<string, ImageSymbol>;
  /** Those of one name too. */
  readonly allSymbols: readonly ImageSymbol[];
  /** The address of a symbol. RangeError if the image has none of the name. */
  readonly address: (name: string) => bigint;
  /** `symbol+0x12`, or the bare address if no symbol is near. */
  readonly describe: (address: bigint) => string;
}

function permissionsOf(flags: number): Permissions {
  if ((flags & PF.EXECUTE) !== 0) return (flags & PF.WRITE) !== 0 ? 'rwx' : 'r-x';
  return (flags & PF.WRITE) !== 0 ? 'rw-' : 'r--';
}

function checkHeader(file: Uint8Array): void {
  const header = ELF_HEADER.decode(file);
  const isElf = hasMagic(header) && header.ei_class === ELFCLASS[64];
  if (!isElf || header.e_machine !== EM.X86_64 || header.e_phnum === 0)
    throw new RangeError('image: expected an executable ELF file for x86-64, got another file');
}

/** Bytes of memory that an image may take, and of its symbol tables, and of a name: far more than any has. */
const MOST_MEMORY = 64n * 1024n * 1024n;
const MOST_SYMBOLS = 16n * 1024n * 1024n;
const LONGEST_NAME = 1024;
const ADDRESSES = 1n << 64n;

/** RangeError if [offset, offset + size) is not in the file. */
function checkInside(what: string, file: Uint8Array, offset: bigint, size: bigint): void {
  if (offset + size > BigInt(file.length))
    throw new RangeError(`image: expected all of ${what}, got a file that is cut off`);
}

/** Segments in the order of the file. None shares a page with another. */
function readSegments(file: Uint8Array): readonly Segment[] {
  const segments: Segment[] = [];
  let left = MOST_MEMORY;
  for (const entry of programHeadersOf(file)) {
    if (entry.p_type !== PT.LOAD || entry.p_memsz === 0n) continue;
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

/** Every named symbol with an address, in the order of the file. */
function readSymbols(file: Uint8Array): readonly ImageSymbol[] {
  const sections = sectionHeadersOf(file);
  const symbols: ImageSymbol[] = [];
  const read = SYMBOL.reader(file);
  let left = MOST_SYMBOLS;
  for (const table of sections.filter(({ sh_type }) => sh_type === SHT.SYMTAB)) {
    left -= table.sh_size;
    if (left < 0n) throw new RangeError(`image: expected at most ${MOST_SYMBOLS} bytes of symbols, got more`);
    checkInside('the symbols', file, table.sh_offset, table.sh_size);
    const strings = Number(sections[table.sh_link]?.sh_offset ?? 0n);
    let source: string | undefined;
    for (let at = 0; at < Number(table.sh_size); at += SYMBOL.size) {
      const { st_name, st_info, st_shndx, st_value, st_size } = read(Number(table.sh_offset) + at);
      const name = stringAt(file, strings + st_name);
      const type = typeOf(st_info);
      if (type === STT.FILE) source = name;
      if (name === '' || st_shndx === SHN.UNDEF || type === STT.FILE) continue;
      const isLocal = bindingOf(st_info) === STB.LOCAL && source !== undefined;
      const known = { name, address: st_value, size: Number(st_size), isVariable: type === STT.OBJECT };
      symbols.push(isLocal ? { ...known, source } : known);
    }
  }
  return symbols;
}

/** By name; of several with one name, the first variable, and if none is one, the first. */
function byName(all: readonly ImageSymbol[]): ReadonlyMap<string, ImageSymbol> {
  const symbols = new Map<string, ImageSymbol>();
  for (const symbol of all) {
    const before = symbols.get(symbol.name);
    if (before === undefined || (symbol.isVariable && !before.isVariable)) symbols.set(symbol.name, symbol);
  }
  return symbols;
}

/** Reads an executable's segments and symbols. RangeError if the file is no x86-64 ELF with segments, or ends too early. */
export function readImage(file: Uint8Array): Image {
  checkHeader(file);
  const allSymbols = readSymbols(file);
  const symbols = byName(allSymbols);
  const sorted = [...symbols.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  const segments = readSegments(file);
  const isMapped = (address: bigint): boolean =>
    segments.some(({ start, bytes }) => start <= address && address < start + BigInt(bytes.length));

  const nearest = (address: bigint): ImageSymbol | undefined =>
    sorted[countUpTo(sorted, address, (symbol) => symbol.address) - 1];
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

/** A stretch of the image, shared with it; undefined if it is not in one of its segments. */
export function bytesAt(
  { segments }: Pick<Image, 'segments'>,
  address: bigint,
  length: number,
): Uint8Array | undefined {
  const segment = segments.find(
    ({ start, bytes }) => start <= address && address + BigInt(length) <= start + BigInt(bytes.length),
  );
  if (segment === undefined || length < 0) return undefined;
  const at = Number(address - segment.start);
  return segment.bytes.subarray(at, at + length);
}

/** Maps an image's segments. The memory is the machine's own copy. */
export function mapImage(memory: AddressSpace, image: Image, name: string): void {
  for (const segment of image.segments)
    memory.map({ name: `${name} ${segment.permissions}`, ...segment, bytes: segment.bytes.slice() });
}
