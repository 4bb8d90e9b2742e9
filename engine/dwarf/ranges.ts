/** The code that an entry is about: stretches of addresses. */
import type { Spend } from './budget';
import { cursorAt, lebOf, numberOf, wordOf, type Cursor } from './cursor';
import { RANGE_ENTRIES, type Operand } from './numbers';
import type { DebugSections } from './sections';
import { ADDRESS_SIZE, type Attributes, type Unit, type Value } from './units';

/** From `start` to before `end`. */
export interface Stretch {
  readonly start: bigint;
  readonly end: bigint;
}

/** What values of a unit count from: its first entry says. */
export interface Bases {
  /** Of offsets in range lists. */
  readonly code: bigint;
  /** Where in `.debug_addr` its addresses begin. */
  readonly addresses: number;
  /** Where in `.debug_rnglists` the offsets of its lists are, and what they count from. */
  readonly lists: number;
}

export interface Context {
  readonly sections: DebugSections;
  readonly spend: Spend;
  readonly unit: Unit;
  readonly bases: Bases;
}

const numberIn = ({ value = 0 }: Partial<Value> = {}): number => Number(value);

function indexed({ sections, bases }: Context, index: number): bigint {
  return wordOf(cursorAt(sections['.debug_addr'], bases.addresses + index * ADDRESS_SIZE));
}

function addressOf(context: Context, { is, value }: Value): bigint | undefined {
  if (is === 'address') return BigInt(value);
  return is === 'address index' ? indexed(context, Number(value)) : undefined;
}

/** Range lists of DWARF 4: pairs of words. The first word of a pair may say that the second is the new base. */
function oldRanges({ sections, bases, spend }: Context, offset: number): readonly Stretch[] {
  const cursor = cursorAt(sections['.debug_ranges'], offset);
  const found: Stretch[] = [];
  let base = bases.code;
  for (;;) {
    spend();
    const [start, end] = [wordOf(cursor), wordOf(cursor)];
    if (start === 0n && end === 0n) return found;
    if (start === 0xffff_ffff_ffff_ffffn) base = end;
    else found.push({ start: base + start, end: base + end });
  }
}

function operandOf(cursor: Cursor, kind: Operand, context: Context, base: bigint, start: bigint): bigint {
  if (kind === 'address') return wordOf(cursor);
  const value = lebOf(cursor);
  if (kind === 'address index') return indexed(context, value);
  return (kind === 'offset' ? base : start) + BigInt(value);
}

function newRanges(context: Context, offset: number): readonly Stretch[] {
  const cursor = cursorAt(context.sections['.debug_rnglists'], offset);
  const found: Stretch[] = [];
  let base = context.bases.code;
  for (;;) {
    context.spend();
    const kind = numberOf(cursor, 1);
    if (kind === 0) return found;
    const operands = RANGE_ENTRIES[kind];
    if (operands === undefined) throw new RangeError(`range list: expected an entry of DWARF 5, got ${kind}`);
    const [first, second] = operands;
    const start = operandOf(cursor, first, context, base, 0n);
    if (second === undefined) base = start;
    else found.push({ start, end: operandOf(cursor, second, context, base, start) });
  }
}

/** Where a range list of the unit is: its place, or the number of the place. */
function listOffset({ sections, bases, unit }: Context, { is, value }: Value): number {
  if (is !== 'list index') return Number(value);
  const at = bases.lists + Number(value) * unit.offsetSize;
  return bases.lists + numberOf(cursorAt(sections['.debug_rnglists'], at), unit.offsetSize);
}

/** The stretches of code of an entry, empty ones left out; none if it has no code. RangeError if it is damaged. */
export function codeOf(context: Context, { low_pc, high_pc, ranges }: Attributes): readonly Stretch[] {
  const isSome = ({ start, end }: Stretch): boolean => start < end;
  if (ranges !== undefined) {
    const offset = listOffset(context, ranges);
    return (context.unit.version < 5 ? oldRanges(context, offset) : newRanges(context, offset)).filter(isSome);
  }
  const start = low_pc && addressOf(context, low_pc);
  if (start === undefined || high_pc === undefined) return [];
  const end = addressOf(context, high_pc) ?? start + BigInt(numberIn(high_pc));
  return [{ start, end }].filter(isSome);
}

/** Where the code of an entry is entered; undefined if it has none. */
export function entryOf(context: Context, attributes: Attributes): bigint | undefined {
  const first = codeOf(context, attributes)[0];
  const { entry_pc } = attributes;
  return first && ((entry_pc && addressOf(context, entry_pc)) ?? first.start);
}

/** What the first entry of a unit says about all others. */
export function basesOf(
  sections: DebugSections,
  spend: Spend,
  unit: Unit,
  { low_pc, addr_base, rnglists_base }: Attributes,
): Context {
  const bases: Bases = { code: 0n, addresses: numberIn(addr_base), lists: numberIn(rnglists_base) };
  const context = { sections, spend, unit, bases };
  const code = low_pc && addressOf(context, low_pc);
  return { ...context, bases: { ...bases, code: code ?? 0n } };
}
