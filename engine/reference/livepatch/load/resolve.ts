/** Symbols get their values: the hypervisor's, those of payloads loaded before, the payload's own. Clauses SYM-1 to SYM-4. */
import { SHF, SHN } from '../../../abi/elf';
import { firstBroken, firstRefusal, granted, refused, type OrRefusal, type RuleContext } from '../../rules/rule';
import { NEW_SYMBOL_RULES, RESOLUTION_RULES } from '../../rules/symbols';
import { wrap } from './bytes';
import type { ElfObject, ElfSymbol } from './elf';
import type { Placement } from './place';
import type { LoadedSymbol } from './types';
import { atSymbol } from './where';

export interface SymbolSources {
  /** The address of one of the hypervisor's own symbols. */
  readonly hypervisorSymbol: (name: string) => bigint | undefined;
  /** The address of a new symbol of a loaded payload. */
  readonly payloadSymbol: (name: string) => bigint | undefined;
}

/** Value of each symbol by its number; undefined where its section was not placed. */
export type SymbolValues = readonly (bigint | undefined)[];

/** The hypervisor first, then loaded payloads. SYM-4. */
export function lookUp(name: string, sources: SymbolSources): bigint | undefined {
  return sources.hypervisorSymbol(name) ?? sources.payloadSymbol(name);
}

function valueOf({ header }: ElfSymbol, elsewhere: bigint | undefined, placement: Placement): bigint | undefined {
  if (header.st_shndx === SHN.UNDEF) return elsewhere;
  if (header.st_shndx === SHN.ABS) return header.st_value;
  const placed = placement.sections.get(header.st_shndx);
  return placed && wrap(placed.address + header.st_value);
}

export function resolveSymbols(
  object: ElfObject,
  placement: Placement,
  environment: RuleContext & SymbolSources,
): OrRefusal<SymbolValues> {
  const values: (bigint | undefined)[] = [undefined];
  const refusal = firstRefusal(object.symbols.slice(1), (symbol) => {
    const elsewhere = symbol.header.st_shndx === SHN.UNDEF ? lookUp(symbol.name(), environment) : undefined;
    values.push(valueOf(symbol, elsewhere, placement));
    return firstBroken(RESOLUTION_RULES, { symbol, object, elsewhere }, environment, () => atSymbol(object, symbol));
  });
  return refusal ? refused(refusal) : granted(values);
}

/** A symbol of the payload that counts: it has a name and a place, and is no artefact of the assembler. SYM-3. */
function isPayloadSymbol(name: string, { header }: ElfSymbol, placement: Placement): boolean {
  const placed = placement.sections.get(header.st_shndx);
  if (placed === undefined || name === '') return false;
  return !(name.startsWith('.L') && (placed.section.header.sh_flags & SHF.MERGE) !== 0n);
}

/** The payload's symbols. Those that are no function's new body are new, and their names must be free. SYM-3. */
export function collectSymbols(
  object: ElfObject,
  placement: Placement,
  values: SymbolValues,
  functions: readonly { readonly newAddress: bigint }[],
  environment: RuleContext & SymbolSources,
): OrRefusal<readonly LoadedSymbol[]> {
  const bodies = new Set(functions.map(({ newAddress }) => newAddress));
  const symbols: LoadedSymbol[] = [];
  const refusal = firstRefusal(object.symbols.slice(1), (symbol) => {
    const name = symbol.name();
    if (!isPayloadSymbol(name, symbol, placement)) return undefined;
    const address = values[symbol.index] ?? 0n;
    const isNew = !bodies.has(address);
    symbols.push({ name, address, size: Number(symbol.header.st_size), isNew });
    if (!isNew) return undefined;
    const taken = {
      inHypervisor: environment.hypervisorSymbol(name) !== undefined,
      inPayload: environment.payloadSymbol(name) !== undefined,
    };
    return firstBroken(NEW_SYMBOL_RULES, taken, environment, () => atSymbol(object, symbol));
  });
  return refusal ? refused(refusal) : granted(symbols);
}

/** Addresses of the new symbols by name; of equal names the first. */
export function newSymbolsOf(symbols: readonly LoadedSymbol[]): ReadonlyMap<string, bigint> {
  const own = symbols.filter(({ isNew }) => isNew).reverse();
  return new Map(own.map(({ name, address }) => [name, address]));
}
