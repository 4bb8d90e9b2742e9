/** Parts of a number that have bits of their own. */

export interface Bits {
  /** The lowest bit's number. */
  readonly at: number;
  /** How many bits. */
  readonly width: number;
}

const maskOf = ({ width }: Bits): number => 2 ** width - 1;

/** A part of a number of at most 32 bits. */
export const takeBits = (value: number, bits: Bits): number => (value >>> bits.at) & maskOf(bits);

/** The number that has this part and nothing else; of a part that is too large, the bits that fit. */
export const putBits = (part: number, bits: Bits): number => ((part & maskOf(bits)) << bits.at) >>> 0;
