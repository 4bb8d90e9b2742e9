/** Warnings about a payload's sections and symbols. */
import { SECTION_HEADER } from '../../abi/elf';
import { PAGE_SIZE } from '../../pages';
import { atSymbol } from '../../reference/livepatch/load/where';
import type { Asked } from '../../reference/rules/sequence';
import type { Inspected, ReadPayload } from '../inspect';
import type { WarningRow } from './warning';

type Section = Inspected['sections'][number];

export interface PlacedSection extends Section {
  /** Whether nothing comes before it in its region. */
  readonly isFirst: boolean;
}

/** Alignments that Xen treats differently. */
export const ALIGNMENT_WARNINGS = [
  {
    name: 'alignment-zero',
    clause: 'ELF-13',
    says: 'An alignment of 0 means no alignment, like 1. Xen places such a section over the sections before it.',
    field: 'sh_addralign',
    found: ({ alignment, isFirst }) => alignment === 0n && !isFirst,
  },
  {
    name: 'alignment-above-page',
    clause: 'ELF-16',
    says: 'The reference honours an alignment above a page. Xen only aligns the section within its region, which may begin at any page.',
    field: 'sh_addralign',
    found: ({ alignment }) => alignment > BigInt(PAGE_SIZE),
  },
] as const satisfies readonly WarningRow<PlacedSection>[];

/** What start-up code of a program, or a booting hypervisor, goes through; nobody does so for a payload. */
const NEVER_RUN = /^\.((preinit|init|fini)_array|[cd]tors|initcall\w*(\.\w+)?|init\.setup|exitcall\.exit)(\.|$)/;

export const SECTION_WARNINGS: readonly WarningRow<PlacedSection>[] = [
  ...ALIGNMENT_WARNINGS,
  {
    name: 'never-run',
    says: ({ name }) => `Nothing calls the functions in ${name} when a payload is loaded: use a hook.`,
    found: ({ name, size }) => size > 0 && NEVER_RUN.test(name),
  },
];

/** The placed sections; a field is one of the section's header. */
export const placedSections = ({ sections, regions }: Inspected): readonly Asked<PlacedSection>[] =>
  sections.map((section) => ({
    subject: { ...section, isFirst: regions.some(({ start }) => start === section.address) },
    where: () => ({
      name: `section ${section.name}`,
      offset: (field) => {
        const fields: Readonly<Record<string, { readonly offset: number }>> = SECTION_HEADER.fields;
        return field === undefined ? section.offset : section.headerAt + (fields[field]?.offset ?? 0);
      },
    }),
  }));

/** Characters of a symbol's name that Xen keeps. */
const KEPT = 126;

export interface NamedSymbol {
  /** Bytes. */
  readonly length: number;
  readonly isNew: boolean;
}

export const SYMBOL_WARNINGS: readonly WarningRow<NamedSymbol>[] = [
  {
    name: 'symbol-name-cut',
    clause: 'SYM-3',
    says: ({ length }) =>
      `The symbol's name has ${length} characters. Xen keeps ${KEPT}, so other payloads cannot find it.`,
    field: 'st_name',
    found: ({ length, isNew }) => isNew && length > KEPT,
  },
];

/** A name in a text. */
const SHOWN = 40;

export const newSymbols = ({ reading: { object, symbols } }: ReadPayload): readonly Asked<NamedSymbol>[] =>
  symbols().map(({ symbol, loaded: { name, isNew } }) => ({
    subject: { length: name.length, isNew },
    where: () => atSymbol(object, symbol, name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name),
  }));
