/**
 * Binary structures as declarative field lists.
 *
 * A layout is a literal that reads like the table of the document: field, type, offset. It checks itself when it is
 * made: no field outside the structure, none over another, and where it is not `sparse`, no byte without a field.
 * Numbers are little endian unless the field says otherwise.
 */

interface Codec<Value> {
  readonly size: number;
  readonly read: (view: DataView, offset: number) => Value;
  readonly write: (view: DataView, offset: number, value: Value) => void;
}

export interface Field<Value> {
  readonly offset: number;
  readonly codec: Codec<Value>;
}

export type Fields = Readonly<Record<string, Field<never> | Field<number> | Field<bigint> | Field<Uint8Array>>>;

type ValueOf<F> = F extends Field<infer Value> ? Value : never;

/** The decoded form of a structure: one property a field. */
export type Values<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

export interface Layout<F extends Fields> {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly fields: F;
  /** Reads the structure at `offset`. Bytes past the end of `bytes` read as zero. */
  readonly decode: (bytes: Uint8Array, offset?: number) => Values<F>;
  /** Decodes at one offset of `bytes` after the other: for tables, of which a payload may have 100,000 entries. */
  readonly reader: (bytes: Uint8Array) => (offset: number) => Values<F>;
  /** Makes the structure's bytes; what is not given is zero. RangeError if a number does not fit its field. */
  readonly encode: (values: Partial<Values<F>>) => Uint8Array;
}

function integer(title: string, low: number, high: number) {
  return (value: number): number => {
    if (!Number.isInteger(value)) throw new TypeError(`${title}: expected an integer, got ${String(value)}`);
    if (value < low || value > high) throw new RangeError(`${title}: expected ${low}..${high}, got ${value}`);
    return value;
  };
}

const checkU8 = integer('u8', 0, 0xff);
const checkU16 = integer('u16', 0, 0xffff);
const checkU32 = integer('u32', 0, 0xffff_ffff);
const checkS32 = integer('s32', -0x8000_0000, 0x7fff_ffff);

/** An unsigned 64-bit value. TypeError or RangeError if it is none. */
export function checkU64(value: bigint): bigint {
  if (typeof value !== 'bigint') throw new TypeError(`u64: expected a bigint, got ${typeof value}`);
  if (BigInt.asUintN(64, value) !== value) throw new RangeError(`u64: expected 0..2^64-1, got ${value}`);
  return value;
}

const U8: Codec<number> = {
  size: 1,
  read: (view, at) => view.getUint8(at),
  write: (view, at, value) => view.setUint8(at, checkU8(value)),
};
const U16: Codec<number> = {
  size: 2,
  read: (view, at) => view.getUint16(at, true),
  write: (view, at, value) => view.setUint16(at, checkU16(value), true),
};
const U32: Codec<number> = {
  size: 4,
  read: (view, at) => view.getUint32(at, true),
  write: (view, at, value) => view.setUint32(at, checkU32(value), true),
};
const U32_BIG_ENDIAN: Codec<number> = {
  size: 4,
  read: (view, at) => view.getUint32(at, false),
  write: (view, at, value) => view.setUint32(at, checkU32(value), false),
};
const S32: Codec<number> = {
  size: 4,
  read: (view, at) => view.getInt32(at, true),
  write: (view, at, value) => view.setInt32(at, checkS32(value), true),
};
const U64: Codec<bigint> = {
  size: 8,
  read: (view, at) => view.getBigUint64(at, true),
  write: (view, at, value) => view.setBigUint64(at, checkU64(value), true),
};

export const u8 = (offset: number): Field<number> => ({ offset, codec: U8 });
export const u16 = (offset: number): Field<number> => ({ offset, codec: U16 });
export const u32 = (offset: number): Field<number> => ({ offset, codec: U32 });
export const u32BigEndian = (offset: number): Field<number> => ({ offset, codec: U32_BIG_ENDIAN });
export const s32 = (offset: number): Field<number> => ({ offset, codec: S32 });
export const u64 = (offset: number): Field<bigint> => ({ offset, codec: U64 });

/** `length` bytes, as they are. A shorter value is followed by zeros. */
export function bytes(offset: number, length: number): Field<Uint8Array> {
  return {
    offset,
    codec: {
      size: length,
      read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, length).slice(),
      write: (view, at, value) => {
        if (value.length > length) throw new RangeError(`bytes: expected at most ${length} bytes, got ${value.length}`);
        new Uint8Array(view.buffer, view.byteOffset + at, length).set(value);
      },
    },
  };
}

function checkLayout(name: string, size: number, fields: Fields, sparse: boolean): void {
  const owners = new Array<string | undefined>(size);
  for (const [field, { offset, codec }] of Object.entries(fields)) {
    if (offset < 0 || offset + codec.size > size)
      throw new RangeError(`${name}.${field}: expected an offset within ${size} bytes, got ${offset}`);
    for (let at = offset; at < offset + codec.size; at++) {
      if (owners[at] !== undefined) throw new RangeError(`${name}.${field}: overlaps ${owners[at]} at byte ${at}`);
      owners[at] = field;
    }
  }
  const gap = owners.findIndex((owner) => owner === undefined);
  if (!sparse && size > 0 && gap >= 0) throw new RangeError(`${name}: expected a field for byte ${gap}, got none`);
}

/** A copy with zeros after the end. */
function padded(from: Uint8Array, offset: number, size: number): DataView {
  const own = new Uint8Array(size);
  own.set(from.subarray(offset, offset + size));
  return new DataView(own.buffer);
}

function writeField<Value>(view: DataView, field: Field<Value>, value: Value): void {
  field.codec.write(view, field.offset, value);
}

/**
 * Declares a structure of `size` bytes.
 * RangeError if a field is outside it, two overlap, or (unless `sparse`) a byte belongs to no field.
 */
export function layout<F extends Fields>(
  name: string,
  size: number,
  fields: F,
  options: { readonly sparse?: boolean } = {},
): Layout<F> {
  checkLayout(name, size, fields, options.sparse ?? false);
  const entries = Object.entries(fields);
  const reads = entries.map(([field, { codec, offset }]) => ({ field, offset, read: codec.read }));
  // Engines are quick with objects that have all their properties from the start.
  const blank = Object.fromEntries(reads.map(({ field }) => [field, undefined]));
  const readAt = (view: DataView, at: number): Values<F> => {
    const values: Record<string, unknown> = { ...blank };
    for (const { field, offset, read } of reads) values[field] = read(view, at + offset);
    return values as Values<F>;
  };
  const reader: Layout<F>['reader'] = (from) => {
    const whole = new DataView(from.buffer, from.byteOffset, from.length);
    return (offset) =>
      offset >= 0 && offset + size <= from.length ? readAt(whole, offset) : readAt(padded(from, offset, size), 0);
  };
  return {
    name,
    size,
    fields,
    reader,
    decode: (from, offset = 0) => reader(from)(offset),
    encode(values) {
      const own = new Uint8Array(size);
      const view = new DataView(own.buffer);
      for (const [field, description] of entries) {
        const value: unknown = values[field];
        if (value !== undefined) writeField<never>(view, description as Field<never>, value as never);
      }
      return own;
    },
  };
}
