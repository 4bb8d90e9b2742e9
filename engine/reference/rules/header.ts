/** What is asked of the ELF header. Clauses ELF-1 to ELF-4. */
import { ELFCLASS, ELFDATA, ELFOSABI, ELF_HEADER, EM, ET, EV_CURRENT, hasMagic, SECTION_HEADER } from '../../abi/elf';
import type { ObjectFile } from '../object/object';
import type { Rule } from './rule';

/** Sections in a payload, not one more. */
const SECTION_LIMIT = 1024;

export const HEADER_RULES: readonly Rule<ObjectFile>[] = [
  {
    name: 'file-shorter-than-header',
    clause: 'ELF-1',
    errno: 'EINVAL',
    says: 'A payload is at least as long as an ELF header.',
    broken: ({ length }) => length < ELF_HEADER.size,
  },
  {
    name: 'magic',
    clause: 'ELF-1',
    errno: 'EINVAL',
    says: 'A payload begins with the magic number of ELF.',
    field: 'ei_mag0',
    broken: ({ header }) => !hasMagic(header),
  },
  {
    name: 'version',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'e_version is 1.',
    field: 'e_version',
    broken: ({ header }) => header.e_version !== EV_CURRENT,
  },
  {
    name: 'ident-version',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'EI_VERSION is 1.',
    field: 'ei_version',
    broken: ({ header }) => header.ei_version !== EV_CURRENT,
  },
  {
    name: 'abi-version',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'EI_ABIVERSION is 0.',
    field: 'ei_abiversion',
    broken: ({ header }) => header.ei_abiversion !== 0,
  },
  {
    name: 'os-abi',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'EI_OSABI is NONE or FreeBSD.',
    field: 'ei_osabi',
    broken: ({ header }) => header.ei_osabi !== ELFOSABI.NONE && header.ei_osabi !== ELFOSABI.FREEBSD,
  },
  {
    name: 'not-relocatable',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'A payload is a relocatable object (ET_REL).',
    field: 'e_type',
    broken: ({ header }) => header.e_type !== ET.REL,
  },
  {
    name: 'program-headers',
    clause: 'ELF-2',
    errno: 'EOPNOTSUPP',
    says: 'A payload has no program headers.',
    field: 'e_phnum',
    broken: ({ header }) => header.e_phnum !== 0,
  },
  {
    name: 'machine',
    clause: 'ELF-3',
    errno: 'EOPNOTSUPP',
    says: 'A payload is for x86-64.',
    field: 'e_machine',
    broken: ({ header }) => header.e_machine !== EM.X86_64,
  },
  {
    name: 'class',
    clause: 'ELF-3',
    errno: 'EOPNOTSUPP',
    says: 'A payload is a 64-bit object.',
    field: 'ei_class',
    broken: ({ header }) => header.ei_class !== ELFCLASS[64],
  },
  {
    name: 'byte-order',
    clause: 'ELF-3',
    errno: 'EOPNOTSUPP',
    says: 'A payload is little endian.',
    field: 'ei_data',
    broken: ({ header }) => header.ei_data !== ELFDATA.LSB,
  },
  {
    name: 'section-names-absent',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'e_shstrndx names the table of section names.',
    field: 'e_shstrndx',
    broken: ({ header }) => header.e_shstrndx === 0,
  },
  {
    name: 'too-many-sections',
    clause: 'ELF-4',
    errno: 'EOPNOTSUPP',
    says: 'A payload has fewer than 1024 sections.',
    field: 'e_shnum',
    broken: ({ header }) => header.e_shnum >= SECTION_LIMIT,
  },
  {
    name: 'section-names-past-end',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'e_shstrndx is the number of one of the sections.',
    field: 'e_shstrndx',
    broken: ({ header }) => header.e_shstrndx >= header.e_shnum,
  },
  {
    name: 'section-header-size',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'A section header has at least 64 bytes.',
    field: 'e_shentsize',
    broken: ({ header }) => header.e_shentsize < SECTION_HEADER.size,
  },
  {
    name: 'section-table-past-end',
    clause: 'ELF-4',
    errno: 'EINVAL',
    says: 'The table of sections lies within the file.',
    field: 'e_shoff',
    broken: ({ header, length }) =>
      header.e_shoff + BigInt(header.e_shnum) * BigInt(header.e_shentsize) > BigInt(length),
  },
];
