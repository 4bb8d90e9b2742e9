/** What is asked of symbols. Clauses SYM-2 to SYM-4. */
import { SHN } from '../../abi/elf';
import { hex } from '../../bytes';
import type { ObjectFile, ElfSymbol } from '../object/object';
import type { Rule } from './rule';

export interface SymbolToResolve {
  readonly symbol: ElfSymbol;
  readonly object: ObjectFile;
  /** Where the hypervisor or a loaded payload has a symbol of this name. */
  readonly elsewhere: bigint | undefined;
}

export const RESOLUTION_RULES: readonly Rule<SymbolToResolve>[] = [
  {
    name: 'common-symbol',
    clause: 'SYM-2',
    errno: 'EINVAL',
    says: 'A symbol is not COMMON.',
    refused: 'The symbol is COMMON.',
    field: 'st_shndx',
    broken: ({ symbol }) => symbol.header.st_shndx === SHN.COMMON,
  },
  {
    name: 'unknown-symbol',
    clause: 'SYM-4',
    errno: 'ENOENT',
    says: 'The hypervisor or a loaded payload has each undefined symbol.',
    refused: 'Neither the hypervisor nor a loaded payload has a symbol of this name.',
    field: 'st_name',
    broken: ({ symbol, elsewhere }) => symbol.header.st_shndx === SHN.UNDEF && elsewhere === undefined,
  },
  {
    name: 'reserved-section-index',
    clause: 'SYM-2',
    errno: 'EOPNOTSUPP',
    says: 'A symbol has no reserved section number other than ABS.',
    refused: ({ symbol }) => `The symbol has the reserved section number ${hex(symbol.header.st_shndx)}.`,
    field: 'st_shndx',
    broken: ({ symbol: { header } }) =>
      header.st_shndx >= SHN.LORESERVE && header.st_shndx !== SHN.ABS && header.st_shndx !== SHN.COMMON,
  },
  {
    name: 'symbol-section-past-end',
    clause: 'SYM-2',
    errno: 'EINVAL',
    says: 'The section of a symbol exists.',
    refused: ({ symbol, object }) =>
      `The symbol is in section ${symbol.header.st_shndx}, and there are ${object.header.e_shnum} sections.`,
    field: 'st_shndx',
    broken: ({ symbol: { header }, object }) =>
      header.st_shndx < SHN.LORESERVE && header.st_shndx >= object.header.e_shnum && header.st_shndx !== SHN.UNDEF,
  },
];

/** A place within a symbol, as symbol+offset names it. */
export interface SymbolOffset {
  readonly offset: bigint;
  /** Bytes of the symbol. */
  readonly size: number;
}

export const SYMBOL_OFFSET_RULES: readonly Rule<SymbolOffset>[] = [
  {
    name: 'symbol-offset-within',
    clause: 'TODO-9',
    errno: 'ENOENT',
    says: 'The offset of symbol+offset is within the symbol.',
    refused: ({ offset, size }) => `The offset is ${offset}, outside the symbol, which has ${size} bytes.`,
    option: 'symbol-offsets',
    broken: ({ offset, size }) => offset >= BigInt(size),
  },
];

/** A symbol that the payload brings, and whether its name is taken. */
export interface NewSymbol {
  readonly inHypervisor: boolean;
  readonly inPayload: boolean;
}

export const NEW_SYMBOL_RULES: readonly Rule<NewSymbol>[] = [
  {
    name: 'new-symbol-of-hypervisor',
    clause: 'SYM-3',
    errno: 'EEXIST',
    says: 'A new symbol does not have the name of a symbol of the hypervisor.',
    refused: 'The new symbol has the name of a symbol of the hypervisor.',
    field: 'st_name',
    broken: ({ inHypervisor }) => inHypervisor,
  },
  {
    name: 'new-symbol-of-payload',
    clause: 'SYM-3',
    errno: 'EEXIST',
    says: 'A new symbol does not have the name of a new symbol of a loaded payload.',
    refused: 'The new symbol has the name of a new symbol of a loaded payload.',
    field: 'st_name',
    broken: ({ inPayload }) => inPayload,
  },
];
