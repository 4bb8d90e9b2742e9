/** What is asked of relocations. Clauses REL-1 to REL-6. */
import { RELA, REL_SIZE, relocationTypeName, SHT } from '../../abi/elf';
import { hex } from '../../bytes';
import type { SectionOfObject } from './sections';
import type { Rule } from './rule';

/** Asked of each relocation section. */
export const RELOCATION_TARGET_RULES: readonly Rule<SectionOfObject>[] = [
  {
    name: 'relocation-target-absent',
    clause: 'REL-6',
    errno: 'EINVAL',
    says: 'A relocation section names the section it is for.',
    refused: 'The relocation section does not name the section it is for.',
    field: 'sh_info',
    broken: ({ section }) => section.header.sh_info === 0,
  },
  {
    name: 'relocation-target-past-end',
    clause: 'REL-6',
    errno: 'EINVAL',
    says: 'The section that relocations are for exists.',
    refused: ({ section, object }) =>
      `The relocations are for section ${section.header.sh_info}, and there are ${object.header.e_shnum} sections.`,
    field: 'sh_info',
    broken: ({ section, object }) => section.header.sh_info >= object.header.e_shnum,
  },
];

/** Asked of the relocation sections for an allocated section. */
export const RELOCATION_TABLE_RULES: readonly Rule<SectionOfObject>[] = [
  {
    name: 'relocation-symbol-table',
    clause: 'REL-5',
    errno: 'EINVAL',
    says: 'sh_link of a relocation section is the symbol table.',
    refused: ({ section }) =>
      `sh_link of the relocation section is ${section.header.sh_link}, which is not the symbol table.`,
    field: 'sh_link',
    broken: ({ section, object }) => section.header.sh_link !== object.symbolTable?.index,
  },
  {
    name: 'relocation-size',
    clause: 'REL-5',
    errno: 'EINVAL',
    says: 'An entry of a relocation section has at least the size of its type.',
    refused: ({ section }) =>
      `An entry of the relocation section has ${section.header.sh_entsize} bytes, fewer than its type needs.`,
    field: 'sh_entsize',
    broken: ({ section: { header } }) =>
      header.sh_size > 0n && header.sh_entsize < BigInt(header.sh_type === SHT.REL ? REL_SIZE : RELA.size),
  },
  {
    name: 'relocation-table-size',
    clause: 'REL-5',
    errno: 'EINVAL',
    says: 'The size of a relocation section is a multiple of its entry size.',
    refused: ({ section }) =>
      `The size of the relocation section is ${section.header.sh_size}, not a multiple of its entry size.`,
    field: 'sh_size',
    broken: ({ section: { header } }) => header.sh_entsize !== 0n && header.sh_size % header.sh_entsize !== 0n,
  },
  {
    name: 'relocation-without-addend',
    clause: 'REL-2',
    errno: 'EOPNOTSUPP',
    says: 'Relocations of a section that is placed have addends (RELA).',
    refused: 'The relocations have no addends (REL), and the section they are for is placed.',
    field: 'sh_type',
    broken: ({ section: { header } }) => header.sh_type === SHT.REL && header.sh_size > 0n,
  },
];

export interface Relocation {
  readonly type: number;
  readonly symbolIndex: number;
  /** Symbols in the table, number 0 included. */
  readonly symbolCount: number;
  /** Value of the symbol; undefined if its section was not placed. */
  readonly symbolValue: bigint | undefined;
  readonly offset: bigint;
  /** Bytes that are written; undefined: the type is not one the loader knows. */
  readonly width: number | undefined;
  /** Bytes of the section that is relocated. */
  readonly targetSize: bigint;
  /** Whether the document does not ask for the type. TODO-6. */
  readonly isFurther: boolean;
  /** Whether the value can be written in `width` bytes. */
  readonly fits: boolean;
}

export const RELOCATION_RULES: readonly Rule<Relocation>[] = [
  {
    name: 'relocation-symbol-zero',
    clause: 'REL-4',
    errno: 'EOPNOTSUPP',
    says: 'A relocation is against a symbol.',
    refused: 'The relocation is not against a symbol.',
    field: 'r_sym',
    broken: ({ symbolIndex }) => symbolIndex === 0,
  },
  {
    name: 'relocation-symbol-past-end',
    clause: 'REL-4',
    errno: 'EINVAL',
    says: 'The symbol of a relocation is in the symbol table.',
    refused: ({ symbolIndex, symbolCount }) =>
      `The symbol of the relocation is number ${symbolIndex}, and there are ${symbolCount} symbols.`,
    field: 'r_sym',
    broken: ({ symbolIndex, symbolCount }) => symbolIndex > 0 && symbolIndex >= symbolCount,
  },
  {
    name: 'relocation-symbol-not-placed',
    clause: 'REL-4',
    errno: 'EINVAL',
    says: 'The symbol of a relocation is in a section that is placed.',
    refused: 'The symbol of the relocation is in a section that is not placed.',
    field: 'r_sym',
    broken: ({ symbolIndex, symbolCount, symbolValue }) =>
      symbolIndex > 0 && symbolIndex < symbolCount && symbolValue === undefined,
  },
  {
    name: 'relocation-type',
    clause: 'REL-1',
    errno: 'EOPNOTSUPP',
    says: 'A relocation is of type NONE, 64, PC32 or PLT32, or of a further one that the hypervisor performs.',
    refused: ({ type }) => `The hypervisor does not perform relocations of type ${relocationTypeName(type)}.`,
    field: 'r_type',
    broken: ({ width }) => width === undefined,
  },
  {
    name: 'relocation-past-end',
    clause: 'REL-4',
    errno: 'EINVAL',
    says: 'A relocation changes bytes within its section.',
    refused: ({ offset, width, targetSize }) =>
      `The relocation changes ${width ?? 0} bytes at ${hex(offset)}, and its section has ${targetSize} bytes.`,
    field: 'r_offset',
    broken: ({ offset, width = 0, targetSize }) => width > 0 && offset + BigInt(width) > targetSize,
  },
  {
    name: 'relocation-overflow',
    clause: 'REL-3',
    errno: 'EOVERFLOW',
    says: 'A relative relocation fits in 32 signed bits.',
    refused: 'The value of the relative relocation does not fit in 32 signed bits.',
    broken: ({ isFurther, fits }) => !isFurther && !fits,
  },
  {
    name: 'further-relocation-overflow',
    clause: 'TODO-9',
    errno: 'EOVERFLOW',
    says: 'The value of a relocation of a further type fits in the bytes that it writes.',
    refused: 'The value of the relocation does not fit in the bytes that it writes.',
    option: 'further-relocations',
    broken: ({ isFurther, fits }) => isFurther && !fits,
  },
];
