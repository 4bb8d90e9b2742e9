/**
 * Where the reference accepts what Xen treats differently: this does not matter for its verdict, but is the reason why
 * Xen's may be different.
 */
import { SECTION_HEADER } from '../abi/elf';
import { PAGE_SIZE } from '../pages';
import type { Inspected } from './inspect';

export interface Remark {
  /** Id in the catalogue of clauses. */
  readonly clause: string;
  readonly says: string;
  readonly where: string;
  readonly field: string;
  /** Bytes from the start of the payload's file to the field. */
  readonly offset: number;
}

type Section = Inspected['sections'][number];

interface Alignment {
  readonly clause: string;
  readonly says: string;
  readonly isOf: (section: Section, isFirst: boolean) => boolean;
}

/** Alignments that Xen treats differently; `isFirst`: nothing comes before the section in its region. */
const ALIGNMENTS: readonly Alignment[] = [
  {
    clause: 'ELF-13',
    says: 'An alignment of 0 means no alignment, like 1. Xen places such a section over the sections before it.',
    isOf: ({ alignment }, isFirst) => alignment === 0n && !isFirst,
  },
  {
    clause: 'ELF-16',
    says: 'An alignment above a page is honoured. Xen only aligns the section within its region, which may begin at any page.',
    isOf: ({ alignment }) => alignment > BigInt(PAGE_SIZE),
  },
];

/** Remarks on a payload's sections, by clause. ELF-13, ELF-16. */
export function remarksOn({ sections, regions }: Inspected): readonly Remark[] {
  const isFirst = ({ address }: Section): boolean => regions.some(({ start }) => start === address);
  return ALIGNMENTS.flatMap(({ clause, says, isOf }) =>
    sections
      .filter((section) => isOf(section, isFirst(section)))
      .map(({ name, headerAt }) => ({
        clause,
        says,
        where: `section ${name}`,
        field: 'sh_addralign',
        offset: headerAt + SECTION_HEADER.fields.sh_addralign.offset,
      })),
  );
}
