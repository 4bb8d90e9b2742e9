/** The sections of an ELF file with debug information, decompressed. */
import { inflateSync } from 'node:zlib';
import {
  COMPRESSION_HEADER,
  ELF_HEADER,
  ELFCOMPRESS,
  type SECTION_HEADER,
  sectionHeadersOf,
  SHF,
  SHT,
} from '../abi/elf';
import type { Values } from '../abi/fields';
import { asBuffer } from '../bytes';

/** Those that are read. */
type Name = '.debug_info' | '.debug_abbrev' | '.debug_addr' | '.debug_ranges' | '.debug_rnglists';
export type DebugSections = Readonly<Record<Name, Buffer>>;

/** Bytes of a section that is decompressed: far more than any hypervisor's has. */
const LARGEST = 256 * 1024 * 1024;

type Header = Values<typeof SECTION_HEADER.fields>;

/** Throws if it cannot be decompressed. */
function contentsOf(file: Buffer, { sh_offset, sh_size, sh_flags, sh_type }: Header): Buffer {
  if (sh_type === SHT.NOBITS) return Buffer.alloc(0);
  const stored = file.subarray(Number(sh_offset), Number(sh_offset + sh_size));
  if ((sh_flags & SHF.COMPRESSED) === 0n) return stored;
  const { ch_type, ch_size } = COMPRESSION_HEADER.decode(stored);
  if (ch_type !== ELFCOMPRESS.ZLIB || ch_size > LARGEST) throw new RangeError('section: expected zlib, got another');
  return inflateSync(stored.subarray(COMPRESSION_HEADER.size), { maxOutputLength: Number(ch_size) || 1 });
}

/** A section that the file does not have is empty. Throws if the file is damaged. */
export function debugSectionsOf(bytes: Uint8Array): DebugSections {
  const file = asBuffer(bytes);
  const headers = sectionHeadersOf(file);
  const names = headers[ELF_HEADER.decode(file).e_shstrndx];
  const table = names === undefined ? Buffer.alloc(0) : contentsOf(file, names);
  const nameOf = ({ sh_name }: Header): string => {
    const end = table.indexOf(0, sh_name);
    return table.toString('latin1', sh_name, end < 0 ? sh_name : end);
  };
  const byName = new Map(headers.map((header) => [nameOf(header), header]));
  const read = (name: Name): Buffer => {
    const header = byName.get(name);
    return header === undefined ? Buffer.alloc(0) : contentsOf(file, header);
  };
  return {
    '.debug_info': read('.debug_info'),
    '.debug_abbrev': read('.debug_abbrev'),
    '.debug_addr': read('.debug_addr'),
    '.debug_ranges': read('.debug_ranges'),
    '.debug_rnglists': read('.debug_rnglists'),
  };
}
