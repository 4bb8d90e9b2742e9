/** What is asked of symbols. Clauses SYM-2 to SYM-4. */
import { SHN } from '../../abi/elf';
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
    field: 'st_shndx',
    broken: ({ symbol }) => symbol.header.st_shndx === SHN.COMMON,
  },
  {
    name: 'unknown-symbol',
    clause: 'SYM-4',
    errno: 'ENOENT',
    says: 'An undefined symbol is one of the hypervisor or of a loaded payload.',
    field: 'st_name',
    broken: ({ symbol, elsewhere }) => symbol.header.st_shndx === SHN.UNDEF && elsewhere === undefined,
  },
  {
    name: 'reserved-section-index',
    clause: 'SYM-2',
    errno: 'EOPNOTSUPP',
    says: 'A symbol has no reserved section number other than ABS.',
    field: 'st_shndx',
    broken: ({ symbol: { header } }) =>
      header.st_shndx >= SHN.LORESERVE && header.st_shndx !== SHN.ABS && header.st_shndx !== SHN.COMMON,
  },
  {
    name: 'symbol-section-past-end',
    clause: 'SYM-2',
    errno: 'EINVAL',
    says: 'The section of a symbol is one of the sections.',
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
    says: 'The offset of symbol+offset lies within the symbol.',
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
    says: 'A new symbol does not bear the name of a symbol of the hypervisor.',
    field: 'st_name',
    broken: ({ inHypervisor }) => inHypervisor,
  },
  {
    name: 'new-symbol-of-payload',
    clause: 'SYM-3',
    errno: 'EEXIST',
    says: 'A new symbol does not bear the name of a new symbol of a loaded payload.',
    field: 'st_name',
    broken: ({ inPayload }) => inPayload,
  },
];
