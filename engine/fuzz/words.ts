/** Fields of a file as numbers, whatever the file is: what is not there reads as zero, and is not written. */

const WORD = 8;

/** Reads up to 8 bytes, as far as the file goes. */
export function wordAt(bytes: Buffer, offset: number, size: number): bigint {
  const word = Buffer.alloc(WORD);
  if (offset < bytes.length) bytes.copy(word, 0, offset, offset + Math.min(size, WORD));
  return word.readBigUInt64LE();
}

export function putWord(bytes: Buffer, offset: number, size: number, value: bigint): void {
  const word = Buffer.alloc(WORD);
  word.writeBigUInt64LE(BigInt.asUintN(64, value));
  if (offset < bytes.length) word.copy(bytes, offset, 0, Math.min(size, WORD));
}
