/** What stands in the payloads of the catalogue, as our reader has it. */
import { readFileSync } from 'node:fs';
import { bindingOf, R_X86_64, RELA, SHF, SHT, STB, STT, typeOf } from '../engine/abi/elf';
import { LIVEPATCH_FUNC } from '../engine/abi/hypercall';
import type { Revision } from '../engine/abi/hypercall';
import { FUNCTIONS } from '../engine/abi/sections';
import { hex, hexDigits } from '../engine/bytes';
import { readImage } from '../engine/machine/image';
import { IMAGES } from '../engine/reference/image/build';
import { type ReadSection, type ReadSymbol, sectionsOf, symbolsOf } from '../payloads/builder/fields';
import { buildIdOf, CATALOGUE, type NamedPayload } from '../payloads/catalogue';

type Row = readonly (string | number)[];

export interface PayloadPage {
  readonly name: string;
  readonly description: string;
  readonly revision: Revision;
  /** Bytes of the file. */
  readonly size: number;
  /** Each with its columns' titles first. */
  readonly sections: readonly Row[];
  readonly symbols: readonly Row[];
  readonly relocations: readonly Row[];
  readonly entries: readonly Row[];
}

/** The name of a number in a table of numbers, or the number. */
function nameIn(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, number]) => number === value)?.[0] ?? String(value);
}

function flagsText(flags: bigint): string {
  const set = Object.entries(SHF).filter(([, bit]) => (flags & bit) !== 0n);
  return set.map(([name]) => name).join(' ');
}

const sectionRow = ({ key, index, header }: ReadSection): Row => [
  index,
  key,
  nameIn(SHT, header.sh_type),
  flagsText(header.sh_flags),
  Number(header.sh_size),
  Number(header.sh_addralign),
];

function symbolRow({ key, values }: ReadSymbol, index: number, sections: readonly ReadSection[]): Row {
  const { st_info, st_shndx, st_value, st_size } = values;
  const where = st_shndx === 0 ? 'undefined' : (sections[st_shndx]?.key ?? String(st_shndx));
  return [
    index,
    key,
    nameIn(STB, bindingOf(st_info)),
    nameIn(STT, typeOf(st_info)),
    where,
    hex(st_value),
    Number(st_size),
  ];
}

interface Relocation {
  readonly section: string;
  readonly offset: bigint;
  readonly type: string;
  /** "xen_extra_version+0x4" */
  readonly to: string;
}

function relocationsOf(sections: readonly ReadSection[], symbols: readonly ReadSymbol[]): readonly Relocation[] {
  return sections
    .filter(({ header }) => header.sh_type === SHT.RELA)
    .flatMap(({ content, header }) =>
      Array.from({ length: content.length / RELA.size }, (_, at) => {
        const { r_offset, r_type, r_sym, r_addend } = RELA.decode(content, at * RELA.size);
        const addend = BigInt.asIntN(64, r_addend);
        const sign = addend < 0n ? '-' : '+';
        return {
          section: sections[header.sh_info]?.key ?? String(header.sh_info),
          offset: r_offset,
          type: `R_X86_64_${nameIn(R_X86_64, r_type)}`,
          to: `${symbols[r_sym]?.key ?? r_sym}${addend === 0n ? '' : sign + hex(addend < 0n ? -addend : addend)}`,
        };
      }),
    );
}

function fieldValue(value: bigint | number | Uint8Array): string {
  if (value instanceof Uint8Array) return hexDigits(value);
  return typeof value === 'bigint' ? hex(value) : String(value);
}

/** The fields of each entry that hold something, or that a relocation fills. */
function entryRows(
  sections: readonly ReadSection[],
  relocations: readonly Relocation[],
  revision: Revision,
): readonly Row[] {
  const { fields, size } = LIVEPATCH_FUNC[revision];
  const table = sections.find(({ key }) => key === FUNCTIONS)?.content ?? new Uint8Array();
  return Array.from({ length: table.length / size }, (_, index) => index).flatMap((index) => {
    const values = LIVEPATCH_FUNC[revision].decode(table, index * size);
    return Object.entries(values).flatMap(([name, value]): readonly Row[] => {
      const offset =
        BigInt(index * size) + BigInt(Object.entries(fields).find(([own]) => own === name)?.[1].offset ?? 0);
      const filled = relocations.find((each) => each.section === FUNCTIONS && each.offset === offset);
      const text = filled === undefined ? fieldValue(value) : filled.to;
      return /^(0x)?0*$/.test(text) ? [] : [[index, name, text]];
    });
  });
}

function pageOf({ name, description, make }: NamedPayload, revision: Revision): PayloadPage {
  const image = readImage(new Uint8Array(readFileSync(IMAGES.own.file)));
  const { bytes } = make({
    revision,
    hypervisorBuildId: buildIdOf('hypervisor'),
    depends: buildIdOf('hypervisor'),
    buildId: buildIdOf(name),
    sizeOf: (symbol) => image.symbols.get(symbol)?.size ?? 0,
  });
  const sections = sectionsOf(bytes);
  const symbols = symbolsOf(sections);
  const relocations = relocationsOf(sections, symbols);
  const head = (...titles: readonly string[]): Row => titles;
  return {
    name,
    description,
    revision,
    size: bytes.length,
    sections: [head('', 'Section', 'Type', 'Flags', 'Bytes', 'Alignment'), ...sections.slice(1).map(sectionRow)],
    symbols: [
      head('', 'Symbol', 'Binding', 'Type', 'Section', 'Value', 'Bytes'),
      ...symbols.map((symbol, at) => symbolRow(symbol, at, sections)).slice(1),
    ],
    relocations: [
      head('Section', 'Offset', 'Type', 'To'),
      ...relocations.map(({ section, offset, type, to }) => [section, hex(offset), type, to]),
    ],
    entries: [head('Entry', 'Field', 'Value'), ...entryRows(sections, relocations, revision)],
  };
}

/** Each payload of the catalogue, fitted to the reference, in these revisions. */
export function payloadPages(revisions: readonly Revision[]): readonly PayloadPage[] {
  return CATALOGUE.flatMap((payload) => revisions.map((revision) => pageOf(payload, revision)));
}
