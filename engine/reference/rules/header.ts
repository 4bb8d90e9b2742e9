/** What is asked of the ELF header. Clauses ELF-1 to ELF-4. */
import { ELFCLASS, ELFDATA, ELFOSABI, ELF_HEADER, EM, ET, EV_CURRENT, hasMagic, SECTION_HEADER } from '../../abi/elf';
import { spacedHexDigits } from '../../bytes';
import type { ObjectFile } from '../object/object';
import type { Rule } from './rule';

/** The bytes in the place of the magic number: "50 4b 03 04". */
const magicIn = ({ ei_mag0, ei_mag1, ei_mag2, ei_mag3 }: ObjectFile['header']): string =>
  spacedHexDigits(Uint8Array.of(ei_mag0, ei_mag1, ei_mag2, ei_mag3));

/** Sections in a payload, not one more. */
const SECTION_LIMIT = 1024;

export const HEADER_RULES: readonly Rule<ObjectFile>[] = [
  {
    name: 'file-shorter-than-header',
    clause: 'ELF-1',
    errno: 'EINVAL',
    says: 'A payload is at least as long as an ELF header.',
    refused: ({ length }) => `The file has ${length} bytes, fewer than an ELF header.`,
    broken: ({ length }) => length < ELF_HEADER.size,
  },
  {
    name: 'magic',
    clause: 'ELF-1',
    errno: 'EINVAL',
    says: 'A payload begins with the ELF magic number.',
    refused: ({ header }) => `The file does not begin with the ELF magic number: ${magicIn(header)}.`,
    field: 'ei_mag0',
    broken: ({ header }) => !hasMagic(header),
  },
  {
    name: 'version',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'e_version is 1.',
    refused: ({ header }) => `e_version is ${header.e_version}, not 1.`,
    field: 'e_version',
    broken: ({ header }) => header.e_version !== EV_CURRENT,
  },
  {
    name: 'ident-version',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'EI_VERSION is 1.',
    refused: ({ header }) => `EI_VERSION is ${header.ei_version}, not 1.`,
    field: 'ei_version',
    broken: ({ header }) => header.ei_version !== EV_CURRENT,
  },
  {
    name: 'abi-version',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'EI_ABIVERSION is 0.',
    refused: ({ header }) => `EI_ABIVERSION is ${header.ei_abiversion}, not 0.`,
    field: 'ei_abiversion',
    broken: ({ header }) => header.ei_abiversion !== 0,
  },
  {
    name: 'os-abi',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'EI_OSABI is NONE or FreeBSD.',
    refused: ({ header }) => `EI_OSABI is ${header.ei_osabi}, neither NONE nor FreeBSD.`,
    field: 'ei_osabi',
    broken: ({ header }) => header.ei_osabi !== ELFOSABI.NONE && header.ei_osabi !== ELFOSABI.FREEBSD,
  },
  {
    name: 'not-relocatable',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'A payload is a relocatable object (ET_REL).',
    refused: ({ header }) => `The payload is not a relocatable object (ET_REL): e_type is ${header.e_type}.`,
    field: 'e_type',
    broken: ({ header }) => header.e_type !== ET.REL,
  },
  {
    name: 'program-headers',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'A payload has no program headers.',
    refused: ({ header }) => `The payload has program headers: e_phnum is ${header.e_phnum}.`,
    field: 'e_phnum',
    broken: ({ header }) => header.e_phnum !== 0,
  },
  {
    name: 'machine',
    clause: 'ELF-3',
    errno: 'EOPNOTSUPP',
    says: 'A payload is for x86-64.',
    refused: ({ header }) => `The payload is not for x86-64: e_machine is ${header.e_machine}.`,
    field: 'e_machine',
    broken: ({ header }) => header.e_machine !== EM.X86_64,
  },
  {
    name: 'class',
    clause: 'ELF-3',
    errno: 'EOPNOTSUPP',
    says: 'A payload is a 64-bit object.',
    refused: ({ header }) => `The payload is not a 64-bit object: EI_CLASS is ${header.ei_class}.`,
    field: 'ei_class',
    broken: ({ header }) => header.ei_class !== ELFCLASS[64],
  },
  {
    name: 'byte-order',
    clause: 'ELF-3',
    errno: 'EOPNOTSUPP',
    says: 'A payload is little endian.',
    refused: ({ header }) => `The payload is not little endian: EI_DATA is ${header.ei_data}.`,
    field: 'ei_data',
    broken: ({ header }) => header.ei_data !== ELFDATA.LSB,
  },
  {
    name: 'section-names-absent',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'e_shstrndx names the table of section names.',
    refused: 'e_shstrndx is 0, so there is no table of section names.',
    field: 'e_shstrndx',
    broken: ({ header }) => header.e_shstrndx === 0,
  },
  {
    name: 'too-many-sections',
    clause: 'ELF-4',
    errno: 'EOPNOTSUPP',
    says: 'A payload has fewer than 1024 sections.',
    refused: ({ header }) => `The payload has ${header.e_shnum} sections, more than 1023.`,
    field: 'e_shnum',
    broken: ({ header }) => header.e_shnum >= SECTION_LIMIT,
  },
  {
    name: 'section-names-past-end',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'e_shstrndx is the number of one of the sections.',
    refused: ({ header }) => `e_shstrndx is ${header.e_shstrndx}, and there are ${header.e_shnum} sections.`,
    field: 'e_shstrndx',
    broken: ({ header }) => header.e_shstrndx >= header.e_shnum,
  },
  {
    name: 'section-header-size',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'A section header has at least 64 bytes.',
    refused: ({ header }) => `A section header has ${header.e_shentsize} bytes, fewer than 64.`,
    field: 'e_shentsize',
    broken: ({ header }) => header.e_shentsize < SECTION_HEADER.size,
  },
  {
    name: 'section-table-past-end',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'The table of sections is within the file.',
    refused: ({ length }) => `The table of sections is not within the file, which has ${length} bytes.`,
    field: 'e_shoff',
    broken: ({ header, length }) =>
      header.e_shoff + BigInt(header.e_shnum) * BigInt(header.e_shentsize) > BigInt(length),
  },
];
