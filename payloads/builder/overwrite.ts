/** Makes a payload wrong on purpose: any field of the file, or its length. The original is not changed. */
import { nearest } from '../../engine/nearest';
import type { Built } from './elf';
import type { FileField } from './fields';

/** A number (negative: two's complement) of the field's width, or a hex string for the field's first bytes. */
export type FieldValue = number | bigint | string | Uint8Array;

function littleEndian(path: string, value: number | bigint, size: number): Uint8Array {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new TypeError(`${path}: expected an integer, got ${value}`);
  const number = BigInt(value);
  const bits = size * 8;
  if (BigInt.asUintN(bits, number) !== number && BigInt.asIntN(bits, number) !== number)
    throw new RangeError(`${path}: expected a number of ${size} bytes, got ${value}`);
  const unsigned = BigInt.asUintN(bits, number);
  return Uint8Array.from({ length: size }, (_, i) => Number((unsigned >> BigInt(8 * i)) & 0xffn));
}

function hexBytes(path: string, text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new TypeError(`${path}: expected bytes in hexadecimal, got ${text}`);
  return Buffer.from(text, 'hex');
}

function valueBytes(path: string, value: FieldValue, size: number): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') return littleEndian(path, value, size);
  const bytes = typeof value === 'string' ? hexBytes(path, value) : value;
  if (bytes.length > size) throw new RangeError(`${path}: expected at most ${size} bytes, got ${bytes.length}`);
  return bytes;
}

/** Where a field is. RangeError, naming the paths that look most like it, if there is none. */
export function fieldAt({ fields }: Built, path: string): FileField {
  const field = fields.get(path);
  if (field !== undefined) return field;
  throw new RangeError(`field: expected a path such as ${nearest(path, fields.keys())}, got ${path}`);
}

/** The bytes of a field. */
export function fieldBytes(built: Built, path: string): Uint8Array {
  const { offset, size } = fieldAt(built, path);
  return built.bytes.slice(offset, offset + size);
}

/** A field as an unsigned number. */
export function fieldNumber(built: Built, path: string): bigint {
  return fieldBytes(built, path).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/**
 * The same file with these fields replaced, in the order given. Nothing else changes, so a field may contradict
 * another. RangeError for an unknown path and for a value that does not fit its field.
 */
export function overwrite(built: Built, changes: Readonly<Record<string, FieldValue>>): Built {
  const bytes = built.bytes.slice();
  for (const [path, value] of Object.entries(changes)) {
    const { offset, size } = fieldAt(built, path);
    bytes.set(valueBytes(path, value, size), offset);
  }
  return { bytes, fields: built.fields };
}

/** The first `size` bytes of the file, with the fields that are still complete. */
export function cut({ bytes, fields }: Built, size: number): Built {
  if (!Number.isInteger(size) || size < 0 || size > bytes.length)
    throw new RangeError(`cut: expected 0..${bytes.length} bytes, got ${size}`);
  const whole = [...fields].filter(([, field]) => field.offset + field.size <= size);
  return { bytes: bytes.slice(0, size), fields: new Map(whole) };
}

/** The file, cut or padded with zeros to `size` bytes. */
export const resize = (built: Built, size: number): Built =>
  size < built.bytes.length ? cut(built, size) : extend(built, size);

/** The file with bytes after it: these, or zeros until it is `size` bytes long. */
export function extend({ bytes, fields }: Built, more: Uint8Array | number): Built {
  const size = typeof more === 'number' ? more : bytes.length + more.length;
  if (!Number.isInteger(size) || size < bytes.length)
    throw new RangeError(`extend: expected at least ${bytes.length} bytes, got ${size}`);
  const longer = new Uint8Array(size);
  longer.set(bytes);
  if (typeof more !== 'number') longer.set(more, bytes.length);
  return { bytes: longer, fields };
}
