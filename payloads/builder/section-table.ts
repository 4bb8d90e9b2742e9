/** The table of section headers written again, after all else: entries further apart, or more of them. */
import { ELF_HEADER, SECTION_HEADER } from '../../engine/abi/elf';
import type { Built } from './elf';
import { sectionsOf, textAt } from './fields';

/** Spacing of names: wide enough that the bytes which two overlapping headers share are always 0. */
const NAME_STRIDE = 256;

export interface SectionTable {
  /** Bytes from one header to the next, at least 63. Default: 64. */
  readonly stride?: number;
  /**
   * Number of sections, including the null section. Additional ones are copies of the last. Default: the present
   * number.
   */
  readonly count?: number;
}

/** The table of names, each at a multiple of `NAME_STRIDE`. */
function spreadNames(names: readonly string[]): Uint8Array {
  const table = Buffer.alloc(names.length * NAME_STRIDE + 1);
  names.forEach((name, index) => table.write(name, index * NAME_STRIDE));
  return table;
}

/**
 * The same object with its table of sections moved to the end of the file, so laid out as `table` says, and with a new
 * table of names before it. Headers that are less than 64 bytes apart share their outermost bytes, which are 0 in both.
 * Of `fields`, those of section headers are no longer there. RangeError if the table cannot be so.
 */
export function moveSectionTable({ bytes, fields }: Built, table: SectionTable): Built {
  const sections = sectionsOf(bytes);
  const { stride = SECTION_HEADER.size, count = sections.length } = table;
  if (stride < SECTION_HEADER.size - 1) throw new RangeError(`stride: expected at least 63 bytes, got ${stride}`);
  if (count < sections.length) throw new RangeError(`count: expected at least ${sections.length}, got ${count}`);

  const header = ELF_HEADER.decode(bytes);
  const oldNames = sections[header.e_shstrndx]?.content ?? new Uint8Array();
  const names = spreadNames(sections.map((section) => textAt(oldNames, section.header.sh_name)));
  const tableOffset = bytes.length + names.length + 7 - ((bytes.length + names.length + 7) % 8);
  const moved = new Uint8Array(tableOffset + Math.max(stride, SECTION_HEADER.size) * count);
  moved.set(bytes);
  moved.set(names, bytes.length);
  for (let index = 0; index < count; index++) {
    const old = sections[Math.min(index, sections.length - 1)]?.header;
    const own = index === header.e_shstrndx ? { sh_offset: BigInt(bytes.length), sh_size: BigInt(names.length) } : {};
    const name = Math.min(index, sections.length - 1) * NAME_STRIDE;
    moved.set(SECTION_HEADER.encode({ ...old, ...own, sh_name: name }), tableOffset + index * stride);
  }
  moved.set(ELF_HEADER.encode({ ...header, e_shoff: BigInt(tableOffset), e_shentsize: stride, e_shnum: count }));
  return { bytes: moved, fields: new Map([...fields].filter(([path]) => !/^section\[.*\]\.sh_/.test(path))) };
}
