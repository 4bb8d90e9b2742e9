/** What the rules of the loader are asked of, part by part, as `checks.ts` asks them. */
import { NOTE_HEADER } from '../../../abi/notes';
import { ALTERNATIVES, BUILD_ID, EXCEPTION_TABLE, FUNCTIONS, MODINFO, XEN_DEPENDS } from '../../../abi/sections';
import { map, sameBytes } from '../../object/bytes';
import type { Section } from '../../object/object';
import type { Where } from '../../rules/rule';
import type { Asked } from '../../rules/sequence';
import type { Alternatives } from './alternatives';
import { COMMENT, commentOf, compilersOf } from './compiler';
import { examineLast, type FunctionTable } from './functions';
import { ownBuildId, readNote } from './notes';
import { allocatedIn, isText } from './place';
import type { Reading } from './reading';
import { relocationsIn, relocationTables, type RelocationTable } from './relocate';
import { elsewhere } from './resolve';
import { hookSections, pointersIn, readMetadata, specialSections } from './special';
import { bugFrameSections } from './tables';
import type { LoadEnvironment, PlacedSection, Placement } from './types';
import { atHeader, atRelocation, atSection, atSections, atSymbol, inData } from './where';

/** A payload that is judged, and the hypervisor that it is for. */
export interface Judged {
  readonly reading: Reading;
  readonly environment: LoadEnvironment;
}

/** The parts that are there, of those that may be. */
const present = <Item>(...items: readonly (Item | undefined)[]): readonly Item[] =>
  items.filter((item) => item !== undefined);

const aboutSection = (section: Section): Asked<Section> => ({ subject: section, where: () => atSection(section) });
const aboutPlaced = (placed: PlacedSection): Asked<{ readonly name: string; readonly size: bigint }> => ({
  subject: { name: placed.section.name, size: placed.size },
  where: () => atSection(placed.section, placed.section.name),
});

// The object file.

export const header = ({ reading: { object } }: Judged) => [{ subject: object, where: atHeader }];

export const sections = ({ reading: { object } }: Judged) =>
  object.sections.slice(1).map((section) => ({ subject: { section, object }, where: () => atSection(section) }));

export const symbolTable = ({ reading: { object } }: Judged) => [
  { subject: object, where: () => (object.symbolTable ? atSection(object.symbolTable) : atSections(object)) },
];

const sectionNames = ({ reading: { object } }: Judged): Section | undefined =>
  object.sections[object.header.e_shstrndx];
const symbolNames = ({ reading: { object } }: Judged): Section | undefined =>
  object.symbolTable && object.sections[object.symbolTable.header.sh_link];

export const stringTables = (judged: Judged) => present(symbolNames(judged), sectionNames(judged)).map(aboutSection);

export function namesOfSections(judged: Judged) {
  const table = sectionNames(judged);
  return judged.reading.object.sections.slice(1).map((section) => ({
    subject: { offset: section.header.sh_name, table },
    where: () => atSection(section, `section ${section.index}`),
  }));
}

export function namesOfSymbols(judged: Judged) {
  const table = symbolNames(judged);
  const { object } = judged.reading;
  return object.symbols.slice(1).map((symbol) => ({
    subject: { offset: symbol.header.st_name, table },
    where: () => atSymbol(object, symbol, ''),
  }));
}

// Its place, symbols and relocations.

export const allocatedSections = ({ reading }: Judged) => allocatedIn(reading.object).map(aboutSection);

export const room = ({ reading }: Judged) => [
  { subject: reading.base(), where: () => ({ name: `${reading.plan().pages} pages` }) },
];

export const symbols = ({ reading: { object }, environment }: Judged) =>
  map(object.symbols.slice(1), (symbol) => ({
    subject: { symbol, object, elsewhere: elsewhere(symbol, environment) },
    where: () => atSymbol(object, symbol),
  }));

/** A section of relocations, with what it is of. */
interface Relocations {
  readonly judged: Judged;
  readonly table: RelocationTable;
}

export const relocationSections = (judged: Judged): readonly Relocations[] =>
  relocationTables(judged.reading.object, judged.reading.placed()).map((table) => ({ judged, table }));

export const relocationSection = ({ judged, table: { section } }: Relocations) => [
  { subject: { section, object: judged.reading.object }, where: () => atSection(section) },
];

/** The section again, where its relocations are performed. */
export const performedSection = (own: Relocations) => (own.table.counts ? relocationSection(own) : []);

export const relocations = ({ judged: { reading, environment }, table }: Relocations) =>
  map(relocationsIn(table, reading.values(), environment.options), ({ facts, table: section, index }) => ({
    subject: facts,
    where: () => atRelocation(section, index, reading.object.symbols[facts.symbolIndex]?.name() ?? ''),
  }));

// What a payload has to have.

export const whole = ({ reading: { object } }: Judged) => [{ subject: object, where: () => atSections(object) }];

export const specialOnes = ({ reading, environment: { revision } }: Judged) =>
  specialSections(reading.object, revision).map((found) => ({ subject: found, where: () => atSection(found.section) }));

export function compilers({ reading: { object }, environment }: Judged) {
  const section = commentOf(object);
  const where = (): Where => (section ? atSection(section, COMMENT) : { name: COMMENT });
  return [{ subject: { ofPayload: compilersOf(object), ofHypervisor: environment.compiler }, where }];
}

/** The note of a section by name, if the section was placed. */
function notesIn(placement: Placement, name: string) {
  const placed = placement.named.get(name);
  const note = readNote(placement, name);
  return placed && note ? [{ subject: note, where: () => inData(placed, name, 0, NOTE_HEADER) }] : [];
}

/** Right after relocation: nothing of the payload has been used. */
export const xenDepends = ({ reading, environment: { buildId } }: Judged) =>
  notesIn(reading.relocated(), XEN_DEPENDS).map(({ subject: note, where }) => ({
    subject: { note, matches: sameBytes(note.buildId, buildId) },
    where,
  }));

export const note =
  (name: string) =>
  ({ reading }: Judged) =>
    notesIn(reading.addressed(), name);

export function buildId({ reading, environment }: Judged) {
  const placement = reading.addressed();
  const own = ownBuildId(placement);
  const where = (): Where => notesIn(placement, BUILD_ID)[0]?.where() ?? { name: BUILD_ID };
  return [{ subject: { isLoaded: environment.loadedBuildIds.some((loaded) => sameBytes(loaded, own)) }, where }];
}

// Functions and hooks.

export const functionTables = ({ reading }: Judged) => present(reading.table());

const atEntry = ({ placed, layout }: FunctionTable, index: number, name: string): Where =>
  inData(placed, `${FUNCTIONS}[${index}] ${name}`.trimEnd(), index * layout.size, layout);

export const functionEntries = (table: FunctionTable) =>
  map(table.entries(), ({ index, name, facts }) => ({ subject: facts, where: () => atEntry(table, index, name) }));

export const lastOfFunctions = ({ reading, environment }: Judged) =>
  present(reading.table()).flatMap((table) =>
    examineLast(reading.functions(), table, reading.altered(), environment).map(({ facts, index, name }) => ({
      subject: facts,
      where: () => atEntry(table, index, name),
    })),
  );

/** A section of hooks, in its payload. */
interface Hooks {
  readonly placed: PlacedSection;
  readonly placement: Placement;
}

export function hooks({ reading, environment: { revision } }: Judged): readonly Hooks[] {
  const placement = reading.addressed();
  return hookSections(placement, revision).map((placed) => ({ placed, placement }));
}

export function hookPointers({ placed, placement }: Hooks) {
  const { name } = placed.section;
  return pointersIn(placement, placed).map((address, index) => ({
    subject: { section: name, address, isText: isText(placement, address) },
    where: () => inData(placed, `${name}[${index}]`, index * 8),
  }));
}

/** A table or a section of hooks: its size. */
export const sizeOfTable = ({ placed }: { readonly placed: PlacedSection }) => [aboutPlaced(placed)];

// Tables that go with code, and metadata.

export const bugFrames = ({ reading }: Judged) => bugFrameSections(reading.addressed()).map(aboutPlaced);

export const exceptionTable = ({ reading }: Judged) =>
  present(reading.altered().named.get(EXCEPTION_TABLE)).map(aboutPlaced);

interface AlternativesOf extends Alternatives {
  readonly featureWords: number | undefined;
}

export const alternativeTables = ({ reading, environment: { featureWords } }: Judged): readonly AlternativesOf[] =>
  present(reading.alternatives()).map((table) => ({ ...table, featureWords }));

export const sizeOfAlternatives = ({ placed, layout }: AlternativesOf) => [
  { ...aboutPlaced(placed), subject: { size: placed.size, entrySize: layout.size } },
];

export const alternatives = ({ placed, layout, entries, featureWords }: AlternativesOf) =>
  map(entries(), ({ index, room, replacementSize, condition, isOriginalInText, isReplacementInPlace }) => ({
    subject: {
      room,
      replacementSize,
      feature: condition.feature,
      featureWords,
      isOriginalInText,
      isReplacementInPlace,
    },
    where: () => inData(placed, `${ALTERNATIVES}[${index}]`, index * layout.size, layout),
  }));

export const metadata = ({ reading, environment: { revision } }: Judged) =>
  present(reading.altered().named.get(MODINFO)).map((placed) => ({
    subject: readMetadata(reading.altered(), revision),
    where: () => inData(placed, MODINFO),
  }));

export const newSymbols = ({ reading, environment: { hypervisorSymbol, payloadSymbol } }: Judged) =>
  map(
    reading.symbols().filter(({ loaded }) => loaded.isNew),
    ({ symbol, loaded: { name } }) => ({
      subject: { inHypervisor: hypervisorSymbol(name) !== undefined, inPayload: payloadSymbol(name) !== undefined },
      where: () => atSymbol(reading.object, symbol),
    }),
  );
