/** What the rules of the loader are asked of, part by part, as `checks.ts` asks them. */
import { NOTE_HEADER } from '../../../abi/hypercall';
import { map, sameBytes } from '../../object/bytes';
import type { Section } from '../../object/object';
import type { Where } from '../../rules/rule';
import { EXCEPTION_TABLE, FUNCTIONS, MODINFO } from '../../rules/special-sections';
import { examineLast, type FunctionTable } from './functions';
import { ownBuildId, readNote } from './notes';
import { allocatedIn, isText } from './place';
import type { Reading } from './reading';
import { relocationsIn, relocationTables, type RelocationTable } from './relocate';
import { hookSections, pointersIn, readMetadata, specialSections } from './special';
import { bugFrameSections } from './tables';
import type { LoadEnvironment, PlacedSection, Placement } from './types';
import { atSection, inData } from './where';

/** A payload that is judged, and the hypervisor that it is for. */
export interface Judged {
  readonly reading: Reading;
  readonly environment: LoadEnvironment;
}

/** What is there, of what may be there. */
const present = <Item>(...items: readonly (Item | undefined)[]): readonly Item[] =>
  items.filter((item) => item !== undefined);

export const sections = ({ reading: { object } }: Judged) =>
  object.sections.slice(1).map((section) => ({ section, object }));

const sectionNames = ({ reading: { object } }: Judged): Section | undefined =>
  object.sections[object.header.e_shstrndx];
const symbolNames = ({ reading: { object } }: Judged): Section | undefined =>
  object.symbolTable && object.sections[object.symbolTable.header.sh_link];

export const stringTables = (judged: Judged) => present(symbolNames(judged), sectionNames(judged));

export function namesOfSections(judged: Judged) {
  const table = sectionNames(judged);
  return sections(judged).map(({ section }) => ({ section, name: { offset: section.header.sh_name, table } }));
}

export const symbols = ({ reading: { object }, environment }: Judged) =>
  object.symbols.slice(1).map((symbol) => ({ symbol, object, environment }));

export function namesOfSymbols(judged: Judged) {
  const table = symbolNames(judged);
  return symbols(judged).map((own) => ({ ...own, name: { offset: own.symbol.header.st_name, table } }));
}

export const allocatedSections = ({ reading }: Judged) => allocatedIn(reading.object);

/** Relocations of one section, with what they are of. */
interface Relocations extends Judged, RelocationTable {}

export const relocationSections = (judged: Judged): readonly Relocations[] =>
  relocationTables(judged.reading.object, judged.reading.placed()).map((table) => ({ ...judged, ...table }));

/** The section again, where its relocations are performed. */
export const ifItCounts = (table: Relocations): readonly Relocations[] => (table.counts ? [table] : []);

export const relocations = (table: Relocations) =>
  relocationsIn(table, table.reading.values(), table.environment.options);

export const ofObject = ({ section, reading: { object } }: Relocations) => ({ section, object });

export const specialOnes = ({ reading, environment: { revision } }: Judged) =>
  specialSections(reading.object, revision);

/** A section with a note. */
interface NoteSection {
  readonly placed: PlacedSection;
  readonly note: NonNullable<ReturnType<typeof readNote>>;
}

/** The note of a section by name, where the section was placed. */
const notesIn = (placement: Placement, name: string): readonly NoteSection[] =>
  present(placement.named.get(name)).flatMap((placed) =>
    present(readNote(placement, name)).map((note) => ({ placed, note })),
  );

/** A note that follows relocation alone: nothing of the payload was used yet. */
export const xenDepends =
  (name: string) =>
  ({ reading, environment: { buildId } }: Judged) =>
    notesIn(reading.relocated(), name).map((own) => ({ ...own, matches: sameBytes(own.note.buildId, buildId) }));

export const notes =
  (name: string) =>
  ({ reading }: Judged): readonly NoteSection[] =>
    notesIn(reading.addressed(), name);

export const atNote = ({ placed }: Pick<NoteSection, 'placed'>): Where =>
  inData(placed, placed.section.name, 0, NOTE_HEADER);

export function loadedBefore({ reading, environment }: Judged) {
  const own = ownBuildId(reading.addressed());
  return { isLoaded: environment.loadedBuildIds.some((loaded) => sameBytes(loaded, own)) };
}

/** A section that was placed, by its own name. */
export const atPlaced = ({ section }: PlacedSection): Where => atSection(section, section.name);
export const sizeOf = ({ section: { name }, size }: PlacedSection) => ({ name, size });

/** The table of functions, with what its entries are judged by. */
interface Functions extends FunctionTable, Pick<Judged, 'environment'> {}

export const functionTable = ({ reading, environment }: Judged): readonly Functions[] =>
  present(reading.table()).map((table) => ({ ...table, environment }));

export const functionEntries = ({ environment, ...table }: Functions) =>
  map(table.entries(), ({ index, name, facts, at, reach }) => ({
    table,
    index,
    name,
    facts: { ...facts, isProtected: () => environment.isProtected(at, reach) },
  }));

export function lastOfFunctions({ reading, environment }: Judged) {
  const [table] = present(reading.table());
  if (table === undefined) return [];
  return examineLast(reading.functions(), table, reading.altered(), environment).map((own) => ({ ...own, table }));
}

interface FunctionEntry {
  readonly table: Pick<FunctionTable, 'placed' | 'layout'>;
  readonly index: number;
  readonly name: string;
}

export const atFunctionEntry = ({ table: { placed, layout }, index, name }: FunctionEntry): Where =>
  inData(placed, `${FUNCTIONS}[${index}] ${name}`.trimEnd(), index * layout.size, layout);

/** A section of hooks, in its payload. */
interface HookSection {
  readonly placed: PlacedSection;
  readonly placement: Placement;
}

export function hooks({ reading, environment: { revision } }: Judged): readonly HookSection[] {
  const placement = reading.addressed();
  return hookSections(placement, revision).map((placed) => ({ placed, placement }));
}

export const hookPointers = ({ placed, placement }: HookSection) =>
  pointersIn(placement, placed).map((address, index) => ({
    placed,
    index,
    pointer: { section: placed.section.name, address, isText: isText(placement, address) },
  }));

export const bugFrames = ({ reading }: Judged) => bugFrameSections(reading.addressed());

export const exceptionTables = ({ reading }: Judged) => present(reading.altered().named.get(EXCEPTION_TABLE));

export const alternativeTables = ({ reading, environment: { featureWords } }: Judged) =>
  present(reading.alternatives()).map((table) => ({ ...table, featureWords }));

export const alternatives = ({ entries, ...table }: ReturnType<typeof alternativeTables>[number]) =>
  map(entries(), ({ condition: { feature }, ...entry }) => ({
    ...table,
    index: entry.index,
    checked: { ...entry, feature, featureWords: table.featureWords },
  }));

export const metadata = ({ reading, environment: { revision } }: Judged) =>
  present(reading.altered().named.get(MODINFO)).map((placed) => ({
    placed,
    bytes: readMetadata(reading.altered(), revision),
  }));

export const newSymbols = ({ reading, environment }: Judged) =>
  reading
    .symbols()
    .filter(({ loaded }) => loaded.isNew)
    .map(({ symbol, loaded: { name } }) => ({ symbol, name, object: reading.object, environment }));
