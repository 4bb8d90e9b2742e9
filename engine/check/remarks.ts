/**
 * Where the reference accepts what Xen takes otherwise: of no consequence for its verdict, but the reason why Xen's may
 * be another one.
 */
import { SECTION_HEADER } from '../abi/elf';
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

/** What is to be remarked on a payload, section by section. ELF-13. */
export function remarksOn({ sections, regions }: Inspected): readonly Remark[] {
  const isFirst = (address: bigint): boolean => regions.some(({ start }) => start === address);
  return sections
    .filter(({ alignment, address }) => alignment === 0n && !isFirst(address))
    .map(({ name, headerAt }) => ({
      clause: 'ELF-13',
      says: 'An alignment of 0 means none, as 1 does. Xen puts such a section over those before it.',
      where: `section ${name}`,
      field: 'sh_addralign',
      offset: headerAt + SECTION_HEADER.fields.sh_addralign.offset,
    }));
}
