/** Symbols get their values: the hypervisor's, those of payloads loaded before, the payload's own. Clauses SYM-1 to SYM-4. */
import { SHF, SHN } from '../../../abi/elf';
import { wrap } from '../../object/bytes';
import type { ElfSymbol, ObjectFile } from '../../object/object';
import type { LoadedFunction, LoadedSymbol, Placement, SymbolSources, SymbolValues } from './types';

/** The hypervisor first, then loaded payloads. SYM-4. */
export function lookUp(name: string, sources: SymbolSources): bigint | undefined {
  return sources.hypervisorSymbol(name) ?? sources.payloadSymbol(name);
}

/** Where the hypervisor or a loaded payload has what the payload leaves undefined. */
export const elsewhere = ({ header, name }: ElfSymbol, sources: SymbolSources): bigint | undefined =>
  header.st_shndx === SHN.UNDEF ? lookUp(name(), sources) : undefined;

function valueOf(symbol: ElfSymbol, placement: Placement, sources: SymbolSources): bigint | undefined {
  const { st_shndx, st_value } = symbol.header;
  if (st_shndx === SHN.UNDEF) return elsewhere(symbol, sources);
  if (st_shndx === SHN.ABS) return st_value;
  const placed = placement.sections.get(st_shndx);
  return placed && wrap(placed.address + st_value);
}

/** The null symbol has no value. */
export const resolveSymbols = ({ symbols }: ObjectFile, placement: Placement, sources: SymbolSources): SymbolValues => [
  undefined,
  ...symbols.slice(1).map((symbol) => valueOf(symbol, placement, sources)),
];

/** A symbol of the payload that counts: it has a name and a place, and is no artefact of the assembler. SYM-3. */
function isPayloadSymbol(name: string, { header }: ElfSymbol, placement: Placement): boolean {
  const placed = placement.sections.get(header.st_shndx);
  if (placed === undefined || name === '') return false;
  return !(name.startsWith('.L') && (placed.section.header.sh_flags & SHF.MERGE) !== 0n);
}

export interface CollectedSymbol {
  readonly symbol: ElfSymbol;
  readonly loaded: LoadedSymbol;
}

/** The payload's symbols. Those that are no function's new body are new. SYM-3. */
export function collectSymbols(
  { symbols }: ObjectFile,
  placement: Placement,
  values: SymbolValues,
  functions: readonly LoadedFunction[],
): readonly CollectedSymbol[] {
  const bodies = new Set(functions.map(({ newAddress }) => newAddress));
  return symbols.slice(1).flatMap((symbol) => {
    const name = symbol.name();
    if (!isPayloadSymbol(name, symbol, placement)) return [];
    const address = values[symbol.index] ?? 0n;
    return [{ symbol, loaded: { name, address, size: Number(symbol.header.st_size), isNew: !bodies.has(address) } }];
  });
}

/** Addresses of the new symbols by name; of equal names the first. */
export function newSymbolsOf(symbols: readonly LoadedSymbol[]): ReadonlyMap<string, bigint> {
  const own = symbols.filter(({ isNew }) => isNew).reverse();
  return new Map(own.map(({ name, address }) => [name, address]));
}
