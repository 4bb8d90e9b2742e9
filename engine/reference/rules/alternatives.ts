/** What is asked of `.altinstructions`. Clauses ALT-2, ALT-4. */
import { FEATURES_A_WORD } from '../../abi/features';
import type { Rule } from './rule';

export interface AlternativesSize {
  readonly size: bigint;
  /** Bytes of an entry. */
  readonly entrySize: number;
}

export const ALTERNATIVES_RULES: readonly Rule<AlternativesSize>[] = [
  {
    name: 'alternatives-size',
    clause: 'ALT-2',
    errno: 'EINVAL',
    says: 'The size of .altinstructions is a multiple of its entry size.',
    refused: ({ size, entrySize }) => `The size of .altinstructions is ${size}, not a multiple of ${entrySize}.`,
    field: 'sh_size',
    broken: ({ size, entrySize }) => size % BigInt(entrySize) !== 0n,
  },
];

export interface CheckedAlternative {
  /** Bytes of the original, its padding included, and of the replacement. */
  readonly room: number;
  readonly replacementSize: number;
  /** Word * 32 + bit. */
  readonly feature: number;
  /** The number of the hypervisor's feature words; undefined if it is not known. */
  readonly featureWords: number | undefined;
  /** Whether the original is in the payload's text, the replacement in .altinstr_replacement. */
  readonly isOriginalInText: boolean;
  readonly isReplacementInPlace: boolean;
}

/** Asked of each entry. */
export const ALTERNATIVE_RULES: readonly Rule<CheckedAlternative>[] = [
  {
    name: 'alternative-original-outside',
    clause: 'ALT-2',
    errno: 'EINVAL',
    says: "The original of an alternative is in the payload's text.",
    refused: "The original of the alternative is outside the payload's text.",
    field: 'orig',
    broken: ({ isOriginalInText }) => !isOriginalInText,
  },
  {
    name: 'alternative-replacement-outside',
    clause: 'ALT-2',
    errno: 'EINVAL',
    says: 'The replacement of an alternative is in .altinstr_replacement.',
    refused: 'The replacement of the alternative is outside .altinstr_replacement.',
    field: 'repl',
    broken: ({ isReplacementInPlace }) => !isReplacementInPlace,
  },
  {
    name: 'alternative-too-long',
    clause: 'ALT-4',
    errno: 'EINVAL',
    says: 'A replacement is not longer than its original with padding.',
    refused: ({ room, replacementSize }) =>
      `The replacement has ${replacementSize} bytes, and its original with padding only ${room}.`,
    field: 'repl_len',
    broken: ({ room, replacementSize }) => replacementSize > room,
  },
  {
    name: 'alternative-feature',
    clause: 'ALT-4',
    errno: 'EINVAL',
    says: "The feature of an alternative is one of the hypervisor's feature words.",
    refused: ({ feature, featureWords }) =>
      `The feature ${feature} is outside the hypervisor's ${featureWords ?? 0} feature words.`,
    field: 'cpuid',
    broken: ({ feature, featureWords }) => featureWords !== undefined && feature >= featureWords * FEATURES_A_WORD,
  },
];
