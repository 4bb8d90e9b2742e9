/** Relocations are performed, in the order of the file, on the sections where they now lie. Clauses REL-1 to REL-5. */
import { R_X86_64, RELA, SHT } from '../../../abi/elf';
import { firstBroken, firstRefusal, type Refusal, type RuleContext } from '../../rules/rule';
import { RELOCATION_RULES, RELOCATION_TABLE_RULES, RELOCATION_TARGET_RULES } from '../../rules/relocations';
import { wrap } from './bytes';
import { isPlaced, nameOf, tableEntries, type ElfObject, type Section } from './elf';
import { write, type Placement, type PlacedSection } from './place';
import type { SymbolValues } from './resolve';

interface RelocationType {
  /** Bytes written. */
  readonly width: number;
  /** Whether the value counts from the place that is written. */
  readonly relative: boolean;
}

/** REL-1. PLT32 is PC32: there is no procedure linkage table. */
const TYPES: ReadonlyMap<number, RelocationType> = new Map([
  [R_X86_64.NONE, { width: 0, relative: false }],
  [R_X86_64[64], { width: 8, relative: false }],
  [R_X86_64.PC32, { width: 4, relative: true }],
  [R_X86_64.PLT32, { width: 4, relative: true }],
]);

function littleEndian(value: bigint, width: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(wrap(value));
  return bytes.subarray(0, width);
}

/** Performs the relocations of one section; the first that may not be performed ends it. */
function relocateSection(
  table: Section,
  target: PlacedSection,
  placement: Placement,
  values: SymbolValues,
  context: RuleContext,
): Refusal | undefined {
  return firstRefusal(tableEntries(table, RELA.size).entries(), ([index, bytes]) => {
    const { r_offset, r_type, r_sym, r_addend } = RELA.decode(bytes);
    const type = TYPES.get(r_type);
    const symbolValue = values[r_sym];
    const place = wrap(target.address + r_offset);
    const value = wrap((symbolValue ?? 0n) + r_addend - (type?.relative ? place : 0n));
    const signed = BigInt.asIntN(64, value);
    const relocation = {
      type: r_type,
      symbolIndex: r_sym,
      symbolCount: values.length,
      symbolValue,
      offset: r_offset,
      width: type?.width,
      targetSize: target.size,
      fits: type?.width !== 4 || signed === BigInt.asIntN(32, value),
    };
    const refusal = firstBroken(RELOCATION_RULES, relocation, context, () => `${nameOf(table)}, entry ${index}`);
    if (!refusal && type) write(placement, place, littleEndian(value, type.width));
    return refusal;
  });
}

/** Relocates the placed payload in its memory. Relocations of sections that are not allocated are passed over. */
export function relocate(
  object: ElfObject,
  placement: Placement,
  values: SymbolValues,
  context: RuleContext,
): Refusal | undefined {
  const tables = object.sections.slice(1).filter(({ header }) => {
    return header.sh_type === SHT.RELA || header.sh_type === SHT.REL;
  });
  return firstRefusal(tables, (section) => {
    const where = (): string => nameOf(section);
    const astray = firstBroken(RELOCATION_TARGET_RULES, { section, object }, context, where);
    if (astray) return astray;
    const target = object.sections[section.header.sh_info];
    if (target === undefined || !isPlaced(target)) return undefined;
    const malformed = firstBroken(RELOCATION_TABLE_RULES, { section, object }, context, where);
    const placed = placement.sections.get(target.index);
    if (malformed || placed === undefined) return malformed;
    return relocateSection(section, placed, placement, values, context);
  });
}
