/** Numbers and bytes: as hexadecimal text, and as words of memory, whose lowest byte comes first. */

/** `0x12ab`. */
export const hex = (value: bigint | number): string => `0x${value.toString(16)}`;

/** The same bytes, with a buffer's ways to read and write them. */
export const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

/** Two digits a byte, without spaces. */
export const hexDigits = (bytes: Uint8Array): string => asBuffer(bytes).toString('hex');

/** Two digits a byte, with a space between two bytes. */
export const spacedHexDigits = (bytes: Uint8Array): string => hexDigits(bytes).replace(/..(?=.)/g, '$& ');

/** The bytes of digits, two each; spaces do not count. TypeError for any other text. */
export function bytesOfHex(digits: string): Uint8Array {
  const plain = digits.replaceAll(' ', '');
  if (!/^([0-9a-f]{2})*$/i.test(plain))
    throw new TypeError(`bytes: expected pairs of hexadecimal digits, got ${digits}`);
  return new Uint8Array(Buffer.from(plain, 'hex'));
}

/** Where a byte is, at the first place or after it. */
export function offsetsOf(bytes: Uint8Array, byte: number): readonly number[] {
  const offsets: number[] = [];
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) offsets.push(at);
  return offsets;
}

/** The word at `offset`. RangeError if the bytes end before it does. */
export const u32At = (bytes: Uint8Array, offset = 0): number => asBuffer(bytes).readUInt32LE(offset);
export const s32At = (bytes: Uint8Array, offset = 0): number => asBuffer(bytes).readInt32LE(offset);
export const u64At = (bytes: Uint8Array, offset = 0): bigint => asBuffer(bytes).readBigUInt64LE(offset);

/** All whole words of 64 bits. */
export function u64sOf(bytes: Uint8Array): readonly bigint[] {
  const buffer = asBuffer(bytes);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) => buffer.readBigUInt64LE(8 * index));
}

/** The low `size` bytes of an integer, negative ones as two's complement. */
export function wordBytes(value: bigint | number, size: 1 | 2 | 4 | 8): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return new Uint8Array(bytes.subarray(0, size));
}
