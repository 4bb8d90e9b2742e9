/** A `xen-syms`: its segments and symbols, and one sentence for each kind of file that is not one. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ELF_HEADER, ELFCLASS, EM, ET, hasMagic } from '../abi/elf';
import { BUILD_ID_AT, NOTE_HEADER, NT_GNU_BUILD_ID } from '../abi/notes';
import { hexDigits } from '../bytes';
import { readInlined } from '../dwarf/inlined';
import { bytesAt, readImage, type Image, type ImageSymbol } from '../machine/image';
import type { StaticImage } from '../target';
import { fileReasonOf, reasonOf, userError } from '../user-error';

/** Functions and variables that the host calls, reads and sets, beside those that a version may not have. */
const NEEDED: readonly string[] = [
  'do_xen_version',
  'xen_major_version',
  'xen_minor_version',
  'xen_extra_version',
  'symbols_lookup_by_name',
  'livepatch_symbols_lookup_by_name',
  'payload_lock',
  '_spin_trylock',
  '_spin_unlock',
  'vsnprintf',
  '__vmap',
  'vunmap',
  'per_cpu__work_to_do',
  '__per_cpu_start',
  '__per_cpu_data_end',
  '__per_cpu_offset',
  '_stext',
  '_end',
  'livepatch_work',
  'nr_cpu_ids',
  'cpu_online_map',
];

/** Xen's names for static symbols may be `file#name`. */
export interface XenImage extends Image {
  /** For people: the name of the file. */
  readonly file: string;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly digest: string;
  readonly find: (name: string) => ImageSymbol | undefined;
  readonly inlined: StaticImage['inlined'];
}

/** Bytes of a file that is read: a xen-syms with all of its debug information has some 50 MB. */
const LARGEST_FILE = 256 * 1024 * 1024;
/** Bytes of a function that are all zero where the file has symbols and no code. */
const CODE_SIZE = 16;
/** Where the layout of addresses has Xen's own code and data. */
const RANGE = { start: 0xffff_82d0_0000_0000n, end: 0xffff_82d1_0000_0000n } as const;

function sentence(file: string, what: string): Error {
  return userError(`${file} ${what}: name the xen-syms of an x86-64 Xen that was built with live patching`);
}

/** What `read` gives; a sentence if the file cannot be had. */
function reading<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw sentence(file, `cannot be read (${fileReasonOf(error)})`);
  }
}

/** The first two bytes of a file that gzip has compressed. */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** The size of a file and its ELF header, or as much of it as there is: what is no ELF may be as large as it likes. */
function readStart(file: string): { readonly size: number; readonly start: Uint8Array } {
  const status = statSync(file);
  // Opening a pipe or a device might never end.
  if (!status.isFile()) throw new Error(status.isDirectory() ? 'it is a folder' : 'it is not a regular file');
  const start = new Uint8Array(ELF_HEADER.size);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return { size: status.size, start };
}

/** The bytes of a file that begins like a xen-syms, be it compressed by gzip. */
function readExecutable(file: string): Uint8Array {
  const { size, start } = reading(file, () => readStart(file));
  if (!GZIP_MAGIC.equals(start.subarray(0, GZIP_MAGIC.length))) {
    checkHeader(file, size, start);
    return reading(file, () => readFileSync(file));
  }
  const bytes = reading(file, () => gunzipSync(readFileSync(file), { maxOutputLength: LARGEST_FILE }));
  const padded = Buffer.concat([bytes.subarray(0, ELF_HEADER.size), new Uint8Array(ELF_HEADER.size)]);
  checkHeader(file, bytes.length, padded.subarray(0, ELF_HEADER.size));
  return bytes;
}

function parse(file: string, bytes: Uint8Array): Image {
  try {
    return readImage(bytes);
  } catch (error) {
    throw sentence(file, `is damaged or truncated (${reasonOf(error)})`);
  }
}

function checkHeader(file: string, size: number, start: Uint8Array): void {
  const header = ELF_HEADER.decode(start);
  if (!hasMagic(header)) throw sentence(file, 'is not an ELF file');
  if (header.ei_class !== ELFCLASS[64] || header.e_machine !== EM.X86_64) throw sentence(file, 'is not for x86-64');
  if (header.e_type !== ET.EXEC) throw sentence(file, 'is not an executable of fixed addresses (ET_EXEC)');
  if (size > LARGEST_FILE) throw sentence(file, `has ${size} bytes, more than a xen-syms can have`);
  const sections = Number(header.e_shoff) + header.e_shnum * header.e_shentsize;
  const segments = Number(header.e_phoff) + header.e_phnum * header.e_phentsize;
  if (Math.max(sections, segments) > size) throw sentence(file, 'is truncated');
}

/** `name` of `file#name`; the name itself where it has no file. */
const shortName = (name: string): string => name.slice(name.indexOf('#') + 1);

/** As Xen's own table names its symbols: those that one source file alone knows bear that file's name too. */
export const xenName = ({ name, source }: ImageSymbol): string =>
  source === undefined || name.includes('#') ? name : `${source}#${name}`;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The bytes of a file that was read before; none if it is gone, or another one. */
function readAgain(file: string, digest: string): Uint8Array {
  const nothing = new Uint8Array();
  try {
    const bytes = readExecutable(file);
    return digestOf(bytes) === digest ? bytes : nothing;
  } catch {
    return nothing;
  }
}

/** Debug information is most of the file, and few ask for it: it is read with the first question. */
function inlinedIn(file: string, digest: string): StaticImage['inlined'] {
  let inlined: StaticImage['inlined'] | undefined;
  return (address) => (inlined ??= readInlined(readAgain(file, digest)))(address);
}

/** Reads a xen-syms. Throws a user error where the file is no such thing. */
export function readXen(file: string): XenImage {
  const bytes = readExecutable(file);
  const image = parse(file, bytes);
  const shortNames = new Map<string, ImageSymbol>();
  for (const symbol of image.symbols.values()) {
    const name = shortName(symbol.name);
    if (!shortNames.has(name)) shortNames.set(name, symbol);
  }
  const xenNames = new Map(image.allSymbols.map((symbol) => [xenName(symbol), symbol]));
  const find = (name: string): ImageSymbol | undefined =>
    image.symbols.get(name) ?? xenNames.get(name) ?? shortNames.get(shortName(name));
  if (image.symbols.size === 0) throw sentence(file, 'has no symbols');
  if (find('do_sysctl') === undefined) throw sentence(file, 'is not a Xen hypervisor');
  if (find('check_for_livepatch_work') === undefined) throw sentence(file, 'was built without live patching');
  const code = bytesAt(image, find('do_sysctl')?.address ?? 0n, CODE_SIZE) ?? [];
  if (code.every((byte) => byte === 0)) throw sentence(file, 'has no code, as a file of debug information has none');
  const isElsewhere = image.segments.some(
    ({ start, bytes }) => start < RANGE.start || start + BigInt(bytes.length) > RANGE.end,
  );
  if (isElsewhere) throw sentence(file, 'is damaged (a segment is not where Xen is)');
  const missing = NEEDED.find((name) => find(name) === undefined);
  if (missing !== undefined) throw sentence(file, `lacks the symbol ${missing}`);
  const digest = digestOf(bytes);
  return { ...image, file: basename(file), digest, find, inlined: inlinedIn(file, digest) };
}

/** The bytes of the build-id in the image's own note; undefined if there is none. */
function buildIdIn(image: XenImage): Uint8Array | undefined {
  const note = image.find('__note_gnu_build_id_start')?.address;
  const head = note === undefined ? undefined : bytesAt(image, note, BUILD_ID_AT);
  if (note === undefined || head === undefined) return undefined;
  const { descsz, type } = NOTE_HEADER.decode(head);
  if (type !== NT_GNU_BUILD_ID || descsz === 0) return undefined;
  return bytesAt(image, note + BigInt(BUILD_ID_AT), descsz);
}

/** The image's build-id, in hexadecimal digits; undefined if there is none. */
export function buildIdOf(image: XenImage): string | undefined {
  const found = buildIdIn(image);
  return found && hexDigits(found);
}

/** The image with another build-id of the same length. RangeError if it has none of that length. */
export function withBuildId(image: XenImage, buildId: Uint8Array): XenImage {
  const segments = image.segments.map((segment) => ({ ...segment, bytes: segment.bytes.slice() }));
  const changed = { ...image, segments };
  const own = buildIdIn(changed);
  if (own?.length !== buildId.length)
    throw new RangeError(`build-id: expected ${own?.length ?? 0} bytes as the image's own, got ${buildId.length}`);
  own.set(buildId);
  return changed;
}
