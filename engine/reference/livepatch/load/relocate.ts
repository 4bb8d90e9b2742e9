/** Relocations are performed, in the order of the file, on the sections where they now are. Clauses REL-1 to REL-6. */
import { R_X86_64, RELA, SHT } from '../../../abi/elf';
import type { Option } from '../../../target';
import { upTo, wrap } from '../../object/bytes';
import { entriesOf, isPlaced, type ObjectFile, type Section } from '../../object/object';
import type { Relocation } from '../../rules/relocations';
import { writeNumber } from './place';
import type { PlacedSection, Placement, SymbolValues } from './types';

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

/** Which of the document's wishes the hypervisor fulfils. */
type Options = ReadonlySet<Option> | undefined;

/** A further type, if the hypervisor performs it. */
const furtherType = (number: number, options: Options): RelocationType | undefined =>
  options?.has('further-relocations') === true ? FURTHER_TYPES.get(number) : undefined;

/** Whether `value`, 64 bits, is what will be read from that many bytes. */
function fits(value: bigint, { width, read }: RelocationType): boolean {
  if (width === 0 || width === 8) return true;
  const bits = width * 8;
  const asSigned = wrap(BigInt.asIntN(bits, value)) === value;
  const asUnsigned = BigInt.asUintN(bits, value) === value;
  return (read !== 'unsigned' && asSigned) || (read !== 'signed' && asUnsigned);
}

/** A section of relocations. */
export interface RelocationTable {
  readonly section: Section;
  /** Whether the section that they are for is to be placed: others are ignored. */
  readonly counts: boolean;
  /** That section, if it was placed. */
  readonly target: PlacedSection | undefined;
}

export function relocationTables({ sections }: ObjectFile, placement: Placement): readonly RelocationTable[] {
  const tables = sections.slice(1).filter(({ header: { sh_type } }) => sh_type === SHT.RELA || sh_type === SHT.REL);
  return tables.map((section) => {
    const target = sections[section.header.sh_info];
    const counts = target !== undefined && isPlaced(target);
    return { section, counts, target: counts ? placement.sections.get(target.index) : undefined };
  });
}

/** A relocation, and what it would write. */
export interface FoundRelocation {
  readonly table: Section;
  readonly index: number;
  readonly facts: Relocation;
  /** The address that is written. */
  readonly place: bigint;
  readonly value: bigint;
}

/** The relocations of one section, in the order of the file. */
export function relocationsIn(
  { section, target }: RelocationTable,
  values: SymbolValues,
  options: Options,
): Iterable<FoundRelocation> {
  if (target === undefined) return [];
  const read = RELA.reader(section.contents);
  const { count, stride } = entriesOf(section, RELA.size);
  return upTo(count, (index) => {
    const { r_offset, r_type, r_sym, r_addend } = read(index * stride);
    const ownType = TYPES.get(r_type);
    const type = ownType ?? furtherType(r_type, options);
    const symbolValue = values[r_sym];
    const place = wrap(target.address + r_offset);
    const sum = (symbolValue ?? 0n) + r_addend;
    const value = wrap(type?.relative ? sum - place : sum);
    const facts = {
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
    return { table: section, index, facts, place, value };
  });
}

/** Relocates the placed payload in its memory. A relocation of a type that is not known writes nothing. */
export function relocate(object: ObjectFile, placement: Placement, values: SymbolValues, options: Options): void {
  for (const table of relocationTables(object, placement))
    for (const { facts, place, value } of relocationsIn(table, values, options))
      if (facts.width !== undefined && facts.width > 0) writeNumber(placement, place, value, facts.width);
}
