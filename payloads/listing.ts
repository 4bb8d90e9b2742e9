/** What is in a payload of the catalogue, for reports: made when the run is, and sent with its messages. */
import { bindingOf, R_X86_64, RELA, SHF, SHT, STB, STT, typeOf } from '../engine/abi/elf';
import { FUNCTIONS } from '../engine/abi/sections';
import { hex, hexDigits } from '../engine/bytes';
import { LIVEPATCH_FUNC } from '../engine/abi/hypercall';
import type { Revision } from '../engine/abi/hypercall';
import type { PayloadListing } from '../engine/evidence';
import type { Hypervisor } from '../engine/target';
import { type ReadSection, type ReadSymbol, sectionsOf, symbolsOf } from './builder/fields';
import { buildIdOf, CATALOGUE, type NamedPayload } from './catalogue';

/** The name of a number in a table, or the number. */
function nameIn(table: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(table).find(([, number]) => number === value)?.[0] ?? String(value);
}

function flagsText(flags: bigint): string {
  const set = Object.entries(SHF).filter(([, bit]) => (flags & bit) !== 0n);
  return set.map(([name]) => name).join(' ');
}

const sectionOf = ({ key, header }: ReadSection): PayloadListing['sections'][number] => ({
  name: key,
  type: nameIn(SHT, header.sh_type),
  flags: flagsText(header.sh_flags),
  size: Number(header.sh_size),
  alignment: Number(header.sh_addralign),
});

function symbolOf({ key, values }: ReadSymbol, sections: readonly ReadSection[]): PayloadListing['symbols'][number] {
  const { st_info, st_shndx, st_value, st_size } = values;
  return {
    name: key,
    binding: nameIn(STB, bindingOf(st_info)),
    type: nameIn(STT, typeOf(st_info)),
    section: st_shndx === 0 ? 'undefined' : (sections[st_shndx]?.key ?? String(st_shndx)),
    value: hex(st_value),
    size: Number(st_size),
  };
}

/** "xen_extra_version+0x4". */
function placeText(symbol: string, addend: bigint): string {
  if (addend === 0n) return symbol;
  return addend < 0n ? `${symbol}-${hex(-addend)}` : `${symbol}+${hex(addend)}`;
}

function relocationsOf(
  sections: readonly ReadSection[],
  symbols: readonly ReadSymbol[],
): PayloadListing['relocations'] {
  return sections
    .filter(({ header }) => header.sh_type === SHT.RELA)
    .flatMap(({ content, header }) =>
      Array.from({ length: content.length / RELA.size }, (_, at) => {
        const { r_offset, r_type, r_sym, r_addend } = RELA.decode(content, at * RELA.size);
        return {
          section: sections[header.sh_info]?.key ?? String(header.sh_info),
          offset: hex(r_offset),
          type: `R_X86_64_${nameIn(R_X86_64, r_type)}`,
          to: placeText(symbols[r_sym]?.key ?? String(r_sym), BigInt.asIntN(64, r_addend)),
        };
      }),
    );
}

function fieldText(value: bigint | number | Uint8Array): string {
  if (value instanceof Uint8Array) return hexDigits(value);
  return typeof value === 'bigint' ? hex(value) : String(value);
}

/** The fields of each entry that are not zero, or that a relocation fills. */
function entryFields(
  sections: readonly ReadSection[],
  relocations: PayloadListing['relocations'],
  revision: Revision,
): PayloadListing['entries'] {
  const { fields, size } = LIVEPATCH_FUNC[revision];
  const table = sections.find(({ key }) => key === FUNCTIONS)?.content ?? new Uint8Array();
  const offsets = new Map(Object.entries(fields).map(([field, { offset }]) => [field, offset]));
  return Array.from({ length: table.length / size }, (_, entry) =>
    Object.entries(LIVEPATCH_FUNC[revision].decode(table, entry * size)).flatMap(([field, value]) => {
      const offset = hex(entry * size + (offsets.get(field) ?? 0));
      const filled = relocations.find((each) => each.section === FUNCTIONS && each.offset === offset);
      const text = filled?.to ?? fieldText(value);
      return /^(0x)?0*$/.test(text) ? [] : [{ entry, field, value: text }];
    }),
  ).flat();
}

/** A payload for this hypervisor, whose functions have these sizes in bytes. */
function listingOf(
  { name, description, make }: NamedPayload,
  { revision, buildId }: Pick<Hypervisor, 'revision' | 'buildId'>,
  sizeOf: (symbol: string) => number,
): PayloadListing {
  const own = { revision, hypervisorBuildId: buildId, depends: buildId, buildId: buildIdOf(name), sizeOf };
  const { bytes } = make(own);
  const sections = sectionsOf(bytes);
  const symbols = symbolsOf(sections);
  const relocations = relocationsOf(sections, symbols);
  return {
    name,
    description,
    size: bytes.length,
    entries: entryFields(sections, relocations, revision),
    sections: sections.slice(1).map(sectionOf),
    symbols: symbols.slice(1).map((symbol) => symbolOf(symbol, sections)),
    relocations,
  };
}

/** Each payload of the catalogue, made for a hypervisor. `sizeOf`: bytes of its functions. */
export const payloadListings = (
  hypervisor: Pick<Hypervisor, 'revision' | 'buildId'>,
  sizeOf: (symbol: string) => number,
): readonly PayloadListing[] => CATALOGUE.map((payload) => listingOf(payload, hypervisor, sizeOf));
