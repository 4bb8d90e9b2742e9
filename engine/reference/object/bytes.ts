/**
 * Total readers: whatever a payload says, reading it never throws. What is past the end reads as zero, a size is
 * cut to what is there, a string ends where its bytes do.
 */

/** Longest name that is read; a longer one is cut. Keeps the cost of reading a hostile file near its size. */
const NAME_LIMIT = 1024;

/** An offset within the bytes, their end if it is past it. */
export function clamp(bytes: Uint8Array, offset: bigint): number {
  return offset > BigInt(bytes.length) ? bytes.length : Number(offset);
}

/** The part [offset, offset + size) as far as it is there. */
export function part(bytes: Uint8Array, offset: bigint, size: bigint): Uint8Array {
  return bytes.subarray(clamp(bytes, offset), clamp(bytes, offset + size));
}

/** From one entry of a table to the next, where the file says `size`. */
export const strideOf = (bytes: Uint8Array, size: bigint, least: number): number =>
  size < BigInt(least) ? least : clamp(bytes, size);

/** The string at `offset`, up to its NUL or to the end. One character a byte. */
export function stringAt(bytes: Buffer, offset: number): string {
  const end = bytes.subarray(offset, offset + NAME_LIMIT).indexOf(0);
  return bytes.toString('latin1', offset, offset + (end < 0 ? NAME_LIMIT : end));
}

/** Mostly they differ in their first byte: no call is made for that. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one[0] === other[0] && Buffer.compare(one, other) === 0;

export const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Addresses wrap as the processor's do. */
export const wrap = (address: bigint): bigint => BigInt.asUintN(64, address);

/** The items of the numbers below `count`, each made when it is asked for: a hostile file may have 100,000. */
export function* upTo<Item>(count: number, at: (index: number) => Item): Iterable<Item> {
  for (let index = 0; index < count; index++) yield at(index);
}

/** The items changed one by one, each when it is asked for. */
export function* map<Item, Other>(items: Iterable<Item>, change: (item: Item) => Other): Iterable<Other> {
  for (const item of items) yield change(item);
}
