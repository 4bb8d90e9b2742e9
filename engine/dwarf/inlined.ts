/**
 * Where the compiler put copies of a function into others: by the debug information (DWARF 4 and 5) of an executable. Only
 * the unit that has the function's code is read, and once: copies that have the same origin are in the same unit.
 */
import { countUpTo } from '../sorted';
import { createBudget, type Spend } from './budget';
import { cursorAt, lebOf, type Cursor } from './cursor';
import { TAG } from './numbers';
import { basesOf, codeOf, entryOf, type Context, type Stretch } from './ranges';
import { debugSectionsOf, type DebugSections } from './sections';
import { abbreviationsOf, attributesOf, skipEntry, unitsIn, type Attributes, type Unit, type Value } from './units';

export interface InlinedCopy {
  /** Where the copy begins. */
  readonly address: bigint;
  /** Where the function begins that has it. */
  readonly owner: bigint;
}

/** What an address is inside of, in the tree of entries. */
interface Place {
  readonly owner: bigint | undefined;
  /** The origins of the copies that it is in. */
  readonly within: readonly number[];
}

/** Functions and copies of one unit, by their origin: the place of the entry that describes them all. */
interface Inlining {
  readonly origins: ReadonlyMap<bigint, number>;
  readonly copies: ReadonlyMap<number, readonly InlinedCopy[]>;
}

/** Entries inside one another; a C function has some twenty. */
const DEEPEST = 256;

/** The entry that one refers to, by its place in `.debug_info`; undefined if it is in another file. */
function placeIn({ start }: Unit, { is, value }: Value): number | undefined {
  if (is === 'in unit') return start + Number(value);
  return is === 'in section' ? Number(value) : undefined;
}

function createInlining() {
  const origins = new Map<bigint, number>();
  const copies = new Map<number, InlinedCopy[]>();
  return {
    origins,
    copies,
    /** Notes the function or the copy there, and returns the place that its children are in. */
    enter(context: Context, tag: number, attributes: Attributes, { owner, within }: Place): Place {
      const address = entryOf(context, attributes);
      const { abstract_origin } = attributes;
      const origin = abstract_origin && placeIn(context.unit, abstract_origin);
      if (tag === TAG.subprogram) {
        if (address !== undefined && origin !== undefined) origins.set(address, origin);
        return { owner: address, within: [] };
      }
      // A function that was inlined in parts has a copy within its copy.
      if (address === undefined || origin === undefined || owner === undefined || within.includes(origin))
        return { owner, within };
      const others = copies.get(origin);
      if (others === undefined) copies.set(origin, [{ address, owner }]);
      else others.push({ address, owner });
      return { owner, within: [...within, origin] };
    },
  };
}

const OUTSIDE: Place = { owner: undefined, within: [] };

/** Reads all entries of a unit. RangeError if they are damaged. */
function readUnit(context: Context): Inlining {
  const { sections, unit, spend } = context;
  const abbreviations = abbreviationsOf(sections, unit, spend);
  const cursor: Cursor = cursorAt(sections['.debug_info'].subarray(0, unit.end), unit.entries);
  const inlining = createInlining();
  const places: Place[] = [];
  while (cursor.at < unit.end) {
    spend();
    const code = lebOf(cursor);
    if (code === 0) {
      places.pop();
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) throw new RangeError(`debug information: expected a known code, got ${code}`);
    const { tag, hasChildren } = abbreviation;
    let place = places.at(-1) ?? OUTSIDE;
    if (tag === TAG.subprogram || tag === TAG.inlined_subroutine)
      place = inlining.enter(context, tag, attributesOf(cursor, abbreviation, unit), place);
    else skipEntry(cursor, abbreviation, unit);
    if (hasChildren && places.push(place) > DEEPEST)
      throw new RangeError(`debug information: expected a depth of at most ${DEEPEST}, got more`);
  }
  return inlining;
}

/** What the first entry of a unit says: what all others count from, and where its code is. */
function firstEntry(sections: DebugSections, spend: Spend, unit: Unit) {
  const cursor = cursorAt(sections['.debug_info'].subarray(0, unit.end), unit.entries);
  const code = lebOf(cursor);
  const abbreviation = abbreviationsOf(sections, unit, spend, code).get(code);
  const attributes = abbreviation === undefined ? {} : attributesOf(cursor, abbreviation, unit);
  const context = basesOf(sections, spend, unit, attributes);
  return { context, code: codeOf(context, attributes) };
}

/** What `read` returns; `otherwise` where the debug information turns out to be damaged. */
function tolerant<Result>(read: () => Result, otherwise: Result): Result {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

const NOTHING: Inlining = { origins: new Map(), copies: new Map() };

interface StretchOfUnit extends Stretch {
  readonly context: Context;
}

/** The code of all units, by address. */
function readAllUnits(file: Uint8Array, spend: Spend): readonly StretchOfUnit[] {
  const sections = debugSectionsOf(file);
  return unitsIn(sections['.debug_info'], spend)
    .flatMap((unit) => tolerant(() => [firstEntry(sections, spend, unit)], []))
    .flatMap(({ context, code }) => code.map((stretch) => ({ ...stretch, context })))
    .sort((one, other) => (one.start < other.start ? -1 : 1));
}

/** The last of sorted stretches that begins at the address or before, if the address is in it. */
function stretchAt(stretches: readonly StretchOfUnit[], address: bigint): StretchOfUnit | undefined {
  const found = stretches[countUpTo(stretches, address, ({ start }) => start) - 1];
  return found !== undefined && address < found.end ? found : undefined;
}

/**
 * Reads the debug information of an ELF file. The returned function says which copies there are of the function that
 * begins at an address; none if the debug information does not say, or is damaged. Never throws. `spend`: what it may
 * cost.
 */
export function readInlined(file: Uint8Array, spend = createBudget()): (address: bigint) => readonly InlinedCopy[] {
  const stretches = tolerant(() => readAllUnits(file, spend), []);
  const known = new Map<Unit, Inlining>();
  return (address) => {
    const context = stretchAt(stretches, address)?.context;
    if (context === undefined) return [];
    const inlining = known.get(context.unit) ?? tolerant(() => readUnit(context), NOTHING);
    known.set(context.unit, inlining);
    return inlining.copies.get(inlining.origins.get(address) ?? -1) ?? [];
  };
}
