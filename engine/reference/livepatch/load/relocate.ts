/** Relocations are performed, in the order of the file, on the sections where they now lie. Clauses REL-1 to REL-6. */
import { R_X86_64, RELA, SHT } from '../../../abi/elf';
import {
  firstBroken,
  firstRefusal,
  firstRefusalUpTo,
  type Refusal,
  type RuleContext,
  type Where,
} from '../../rules/rule';
import { RELOCATION_RULES, RELOCATION_TABLE_RULES, RELOCATION_TARGET_RULES } from '../../rules/relocations';
import { wrap } from './bytes';
import { entriesOf, isPlaced, type ElfObject, type Section } from './elf';
import { writeNumber, type Placement, type PlacedSection } from './place';
import type { SymbolValues } from './resolve';
import { atRelocation, atSection } from './where';

interface RelocationType {
  /** Bytes written. */
  readonly width: number;
  /** Whether the value counts from the place that is written. */
  readonly relative: boolean;
  /** How what is written will be read, and so which values fit; `either` way for the two shortest. */
  readonly read: 'signed' | 'unsigned' | 'either';
}

/** REL-1. PLT32 is PC32: there is no procedure linkage table. */
const TYPES: ReadonlyMap<number, RelocationType> = new Map([
  [R_X86_64.NONE, { width: 0, relative: false, read: 'either' }],
  [R_X86_64[64], { width: 8, relative: false, read: 'either' }],
  [R_X86_64.PC32, { width: 4, relative: true, read: 'signed' }],
  [R_X86_64.PLT32, { width: 4, relative: true, read: 'signed' }],
]);

/** TODO-6. */
const FURTHER_TYPES: ReadonlyMap<number, RelocationType> = new Map([
  [R_X86_64[8], { width: 1, relative: false, read: 'either' }],
  [R_X86_64[16], { width: 2, relative: false, read: 'either' }],
  [R_X86_64[32], { width: 4, relative: false, read: 'unsigned' }],
  [R_X86_64['32S'], { width: 4, relative: false, read: 'signed' }],
  [R_X86_64.PC8, { width: 1, relative: true, read: 'signed' }],
  [R_X86_64.PC16, { width: 2, relative: true, read: 'signed' }],
  [R_X86_64.PC64, { width: 8, relative: true, read: 'signed' }],
]);

/** A further type, where the hypervisor performs it. */
const furtherType = (number: number, { options }: RuleContext): RelocationType | undefined =>
  options?.has('further-relocations') === true ? FURTHER_TYPES.get(number) : undefined;

/** Whether `value`, 64 bits, is what will be read from so many bytes. */
function fits(value: bigint, { width, read }: RelocationType): boolean {
  if (width === 0 || width === 8) return true;
  const bits = width * 8;
  const asSigned = wrap(BigInt.asIntN(bits, value)) === value;
  const asUnsigned = BigInt.asUintN(bits, value) === value;
  return (read !== 'unsigned' && asSigned) || (read !== 'signed' && asUnsigned);
}

/** Performs the relocations of one section; the first that may not be performed ends it. */
function relocateSection(
  table: Section,
  target: PlacedSection,
  placement: Placement,
  values: SymbolValues,
  context: RuleContext,
): Refusal | undefined {
  const read = RELA.reader(table.contents);
  const { count, stride } = entriesOf(table, RELA.size);
  return firstRefusalUpTo(count, (index) => {
    const { r_offset, r_type, r_sym, r_addend } = read(index * stride);
    const ownType = TYPES.get(r_type);
    const type = ownType ?? furtherType(r_type, context);
    const symbolValue = values[r_sym];
    const place = wrap(target.address + r_offset);
    const sum = (symbolValue ?? 0n) + r_addend;
    const value = wrap(type?.relative ? sum - place : sum);
    const relocation = {
      type: r_type,
      symbolIndex: r_sym,
      symbolCount: values.length,
      symbolValue,
      offset: r_offset,
      width: type?.width,
      targetSize: target.size,
      isFurther: ownType === undefined,
      fits: type === undefined || fits(value, type),
    };
    const refusal = firstBroken(RELOCATION_RULES, relocation, context, () => atRelocation(table, index));
    if (!refusal && type && type.width > 0) writeNumber(placement, place, value, type.width);
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
    const where = (): Where => atSection(section);
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
