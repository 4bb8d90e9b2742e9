/** The units of `.debug_info`, and how their entries are written. */
import type { Spend } from './budget';
import { cursorAt, lebOf, numberOf, skip, skipText, wordOf, type Cursor } from './cursor';
import {
  ATTRIBUTES,
  COMPILE_UNIT,
  FORMS,
  IMPLICIT_CONST,
  type Attribute,
  type Form,
  type Meaning,
  type Size,
} from './numbers';
import type { DebugSections } from './sections';

export interface Unit {
  /** Bytes from the start of `.debug_info`: the unit, its first entry, its end. */
  readonly start: number;
  readonly entries: number;
  readonly end: number;
  readonly version: number;
  /** Bytes of an offset. */
  readonly offsetSize: 4 | 8;
  /** Where its abbreviations begin. */
  readonly abbreviations: number;
}

const LONG_UNIT = 0xffff_ffff;
const VERSIONS = { first: 4, last: 5 } as const;
/** Bytes of an address. */
export const ADDRESS_SIZE = 8;

/** The unit there, and where the next one begins; none if it is of a kind that has no code. */
function unitAt(info: Buffer, start: number): { readonly unit: Unit | undefined; readonly end: number } {
  const cursor = cursorAt(info, start);
  const short = numberOf(cursor, 4);
  const offsetSize = short === LONG_UNIT ? 8 : 4;
  const length = offsetSize === 8 ? numberOf(cursor, 8) : short;
  const end = cursor.at + length;
  if (end > info.length) throw new RangeError(`debug information: expected a whole unit at ${start}, got a part`);
  const version = numberOf(cursor, 2);
  if (version < VERSIONS.first || version > VERSIONS.last) return { unit: undefined, end };
  const isNew = version >= 5;
  const type = isNew ? numberOf(cursor, 1) : COMPILE_UNIT;
  const newAddressSize = isNew ? numberOf(cursor, 1) : 0;
  const abbreviations = numberOf(cursor, offsetSize);
  const addressSize = isNew ? newAddressSize : numberOf(cursor, 1);
  if (type !== COMPILE_UNIT || addressSize !== ADDRESS_SIZE) return { unit: undefined, end };
  return { unit: { start, entries: cursor.at, end, version, offsetSize, abbreviations }, end };
}

/** The units of versions 4 and 5 that may have code. */
export function unitsIn(info: Buffer, spend: Spend): readonly Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < info.length;) {
    spend();
    const { unit, end } = unitAt(info, at);
    if (unit !== undefined) units.push(unit);
    at = end;
  }
  return units;
}

interface Specification {
  /** Undefined: it is not read. */
  readonly attribute: Attribute | undefined;
  readonly form: Form;
}

/** How an entry of one code is written. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly specifications: readonly Specification[];
  /** Bytes of the entry after its code, where they are always as many. */
  readonly fixedSize: number | undefined;
}

function formOf(number: number): Form {
  const form = FORMS[number];
  if (form === undefined) throw new RangeError(`debug information: expected a form of DWARF 4 or 5, got ${number}`);
  return form;
}

/** Bytes of a value; undefined where only the value says. */
function fixedSizeOf(size: Size, { offsetSize }: Unit): number | undefined {
  if (typeof size === 'number') return size;
  return size === 'address' ? ADDRESS_SIZE : size === 'offset' ? offsetSize : undefined;
}

function abbreviationOf(cursor: Cursor, unit: Unit, spend: Spend): Abbreviation {
  const tag = lebOf(cursor);
  const hasChildren = numberOf(cursor, 1) !== 0;
  const specifications: Specification[] = [];
  let fixedSize: number | undefined = 0;
  for (;;) {
    spend();
    const [attribute, number] = [lebOf(cursor), lebOf(cursor)];
    if (attribute === 0 && number === 0) return { tag, hasChildren, specifications, fixedSize };
    if (number === IMPLICIT_CONST) lebOf(cursor);
    const form = formOf(number);
    const size = fixedSizeOf(form.size, unit);
    fixedSize = fixedSize === undefined || size === undefined ? undefined : fixedSize + size;
    specifications.push({ attribute: ATTRIBUTES[attribute], form });
  }
}

/** The abbreviations of a unit by their codes, up to the one of code `last`, if that is given. */
export function abbreviationsOf(
  { '.debug_abbrev': bytes }: DebugSections,
  unit: Unit,
  spend: Spend,
  last?: number,
): ReadonlyMap<number, Abbreviation> {
  const found = new Map<number, Abbreviation>();
  const cursor = cursorAt(bytes, unit.abbreviations);
  for (;;) {
    const code = lebOf(cursor);
    if (code === 0) return found;
    found.set(code, abbreviationOf(cursor, unit, spend));
    if (code === last) return found;
  }
}

/** A value as it is written, and what it means. */
export interface Value {
  readonly is: Meaning | undefined;
  readonly value: number | bigint;
}

/** Moves past a value. */
function skipValue(cursor: Cursor, { size }: Form, unit: Unit): void {
  const fixed = fixedSizeOf(size, unit);
  if (fixed !== undefined) skip(cursor, fixed);
  else if (size === 'leb') lebOf(cursor);
  else if (size === 'text') skipText(cursor);
  else if (size === 'form') skipValue(cursor, directFormOf(cursor), unit);
  else skip(cursor, typeof size === 'object' ? numberOf(cursor, size.blockAfter) : lebOf(cursor));
}

/** The form that a value itself names; another one that does so would be no use. */
function directFormOf(cursor: Cursor): Form {
  const form = formOf(lebOf(cursor));
  if (form.size === 'form') throw new RangeError('debug information: expected a form, got indirection again');
  return form;
}

function valueOf(cursor: Cursor, form: Form, unit: Unit): Value | undefined {
  const { size, is } = form.size === 'form' ? directFormOf(cursor) : form;
  const fixed = fixedSizeOf(size, unit);
  if (size === 'address') return { is, value: wordOf(cursor) };
  if (is !== undefined && fixed !== undefined) return { is, value: numberOf(cursor, fixed) };
  if (is !== undefined && size === 'leb') return { is, value: lebOf(cursor) };
  skipValue(cursor, { size }, unit);
  return undefined;
}

export type Attributes = Partial<Record<Attribute, Value>>;

/** The entry's values that are read. The cursor is after its code, and moves to its end. */
export function attributesOf(cursor: Cursor, { specifications }: Abbreviation, unit: Unit): Attributes {
  const values: Attributes = {};
  for (const { attribute, form } of specifications) {
    const value = attribute && valueOf(cursor, form, unit);
    if (attribute === undefined) skipValue(cursor, form, unit);
    else if (value !== undefined) values[attribute] = value;
  }
  return values;
}

/** Moves past the entry. */
export function skipEntry(cursor: Cursor, { specifications, fixedSize }: Abbreviation, unit: Unit): void {
  if (fixedSize !== undefined) skip(cursor, fixedSize);
  else for (const { form } of specifications) skipValue(cursor, form, unit);
}
