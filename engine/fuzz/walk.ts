/**
 * Single changes of a good payload, one after the other: each field gets the edges of its size. Random changes would hit
 * the one field of the one section that matters only now and then.
 */
import type { Revision } from '../abi/hypercall';
import { isWhole } from './spans';
import { structuresOf, type Table } from './structures';
import { putWord, wordAt } from './words';

/** A field by what it is in: the same for all payloads that have such a section. */
interface Place {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const placesIn = ({ fields }: Table, name: string, entry: number): readonly Place[] =>
  fields.map(([field, { offset, codec }]) => ({ name: `${name}${field}`, offset: entry + offset, size: codec.size }));

/** The fields of the header, of each section's header, and of the first entry of each table. */
function placesOf(payload: Uint8Array, revision: Revision): readonly Place[] {
  const { header, headers, sections, tables } = structuresOf(payload, revision);
  return [
    ...placesIn(header, header.name, header.offset),
    ...sections.flatMap(({ key }, index) =>
      placesIn(headers, `section[${key}]`, headers.offset + index * headers.size),
    ),
    ...tables.flatMap((table) => placesIn(table, table.name, table.offset)),
  ];
}

const edgesFor = (old: bigint, size: number): ReadonlySet<bigint> =>
  new Set([0n, old + 1n, old - 1n, -1n].map((value) => BigInt.asUintN(8 * size, value)));

/** All of them. `walked`: the places that others have had; those of this payload are added. */
export function* walk(payload: Uint8Array, revision: Revision, walked: Set<string>): Generator<Uint8Array> {
  for (const { name, offset, size } of placesOf(payload, revision)) {
    if (walked.has(name) || isWhole(name)) continue;
    walked.add(name);
    const old = wordAt(Buffer.from(payload), offset, size);
    for (const value of edgesFor(old, size)) {
      if (value === old) continue;
      const changed = Buffer.from(payload);
      putWord(changed, offset, size, value);
      yield changed;
    }
  }
}
