/** A place in bytes that moves on with each value. All throw a RangeError where the bytes end before the value. */

export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

export const cursorAt = (bytes: Buffer, at: number): Cursor => {
  if (at > bytes.length) throw new RangeError(`debug information: expected at most ${bytes.length}, got ${at}`);
  return { bytes, at };
};

export function skip(cursor: Cursor, size: number): void {
  cursor.at += size;
  if (cursor.at > cursor.bytes.length) throw new RangeError('debug information: expected more bytes, got the end');
}

/** An unsigned number of so many bytes, at most 8; one above 2^53 is not exact. */
export function numberOf(cursor: Cursor, size: number): number {
  const { bytes, at } = cursor;
  cursor.at += size;
  if (size <= 6) return size === 0 ? 0 : bytes.readUIntLE(at, size);
  return Number(bytes.readBigUInt64LE(at));
}

export function wordOf(cursor: Cursor): bigint {
  const value = cursor.bytes.readBigUInt64LE(cursor.at);
  cursor.at += 8;
  return value;
}

/** Bytes of a LEB128 number: 64 bits, 7 in each. */
const LONGEST_LEB = 10;

/** An unsigned LEB128 number; one above 2^53 is not exact. */
export function lebOf(cursor: Cursor): number {
  let value = 0;
  for (let count = 0, unit = 1; count < LONGEST_LEB; count++, unit *= 128) {
    const byte = cursor.bytes.readUInt8(cursor.at++);
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return value;
  }
  throw new RangeError(`debug information: expected numbers of at most ${LONGEST_LEB} bytes, got a longer one`);
}

/** Moves past a text and the zero at its end. */
export function skipText(cursor: Cursor): void {
  const end = cursor.bytes.indexOf(0, cursor.at);
  if (end < 0) throw new RangeError('debug information: expected the end of a text, got none');
  cursor.at = end + 1;
}
