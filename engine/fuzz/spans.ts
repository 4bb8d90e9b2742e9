/** The differences of two payloads, field by field. */
import { fieldsOf } from '../../payloads/builder/fields';
import type { Revision } from '../abi/hypercall';
import { hex, u64At } from '../bytes';

/** A stretch of a file that has a name, 8 bytes or less: a field, or a piece of a section. */
export interface Span {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** A field that has another value. */
export interface Difference {
  /** "section[.symtab].sh_link"; FILE_END where more or less follows. */
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

export const FILE_END = 'the end of the file';

const PIECE = 8;
/** Structures with fields of their own, which are named rather than these. */
export const isWhole = (name: string): boolean => /\.(e_ident|r_info)$/.test(name);

function piecesOf(name: string, offset: number, size: number): readonly Span[] {
  if (size <= PIECE) return [{ name, offset, size }];
  return Array.from({ length: Math.ceil(size / PIECE) }, (_, index) => ({
    name: index === 0 ? name : `${name}+${index * PIECE}`,
    offset: offset + index * PIECE,
    size: Math.min(PIECE, size - index * PIECE),
  }));
}

/** The spans of a well-formed payload, in order; together they are the whole file, each byte once. */
export function spansOf(file: Uint8Array, revision: Revision): readonly Span[] {
  const fields = [...fieldsOf(file, revision)]
    .filter(([name]) => !isWhole(name))
    .map(([name, { offset, size }]) => ({ name, offset, size }))
    .sort((one, other) => one.size - other.size);
  // The smallest field that has a byte gives it its name, and of those the first: `section[.text]`, not `section[1]`.
  const owners = new Array<Span | undefined>(file.length);
  for (const field of [...fields, { name: 'file', offset: 0, size: file.length }])
    for (const piece of piecesOf(field.name, field.offset, field.size))
      for (let at = piece.offset; at < piece.offset + piece.size; at++) owners[at] ??= piece;
  const begins = owners.flatMap((owner, at) =>
    owner !== undefined && owner !== owners[at - 1] ? [{ owner, at }] : [],
  );
  return begins.map(({ owner, at }, index) => ({
    name: owner.offset === at ? owner.name : `${owner.name}+${at - owner.offset}`,
    offset: at,
    size: (begins[index + 1]?.at ?? file.length) - at,
  }));
}

const isSame = (one: Uint8Array, other: Uint8Array, { offset, size }: Span): boolean =>
  Buffer.compare(one.subarray(offset, offset + size), other.subarray(offset, offset + size)) === 0;

/** Those spans in which the two files differ. */
export const differing = (spans: readonly Span[], one: Uint8Array, other: Uint8Array): readonly Span[] =>
  spans.filter((span) => !isSame(one, other, span));

function valueAt(file: Uint8Array, { offset, size }: Span): string {
  const word = new Uint8Array(PIECE);
  word.set(file.subarray(offset, offset + size));
  return hex(u64At(word));
}

/** What is different, in words. */
export function differences(spans: readonly Span[], seed: Uint8Array, changed: Uint8Array): readonly Difference[] {
  const fields = differing(spans, seed, changed).map((span) => ({
    field: span.name,
    from: valueAt(seed, span),
    to: valueAt(changed, span),
  }));
  if (seed.length === changed.length) return fields;
  const end = { field: FILE_END, from: `${seed.length} bytes`, to: `${changed.length} bytes` };
  return [...fields, end];
}
