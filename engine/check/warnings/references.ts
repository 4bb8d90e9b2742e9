/** Warnings about what a payload refers to in the hypervisor. */
import { REPLACEMENTS } from '../../abi/sections';
import { s32At } from '../../bytes';
import { atRelocation } from '../../reference/livepatch/load/where';
import { relocationsIn, relocationTables, type FoundRelocation } from '../../reference/livepatch/load/relocate';
import type { Asked } from '../../reference/rules/sequence';
import type { StaticImage } from '../../target';
import type { ReadPayload } from '../inspect';
import { factsOf, type ImageFacts } from './hypervisor';
import type { WarningRow } from './warning';

/** A relocation by a symbol that is not in the payload. */
export interface Reference {
  readonly symbol: string;
  /** Whether the function that is replaced there refers to the symbol too: what keeps it from that, keeps the new one. */
  readonly isOld: boolean;
}

export const REFERENCE_WARNINGS: readonly WarningRow<Reference>[] = [
  {
    name: 'refers-to-init',
    clause: 'SYM-1',
    says: ({ symbol }) =>
      `The payload uses ${symbol}, init code or data that the hypervisor frees after boot. The old function does not use it.`,
    found: ({ isOld }) => !isOld,
  },
];

/** Bytes of a distance, and of what may follow it in an instruction: nothing, or a number of 1, 2 or 4 bytes. */
const DISTANCE = 4;
const FOLLOWING = [0, 1, 2, 4];

/** Whether code at this address has the distance to that one somewhere. */
function refersTo(code: Uint8Array, start: bigint, address: bigint): boolean {
  const from = Number(address - start) - DISTANCE;
  for (let at = 0; at + DISTANCE <= code.length; at++) {
    const distance = from - at - s32At(code, at);
    if (FOLLOWING.includes(distance)) return true;
  }
  return false;
}

/** Whether the old one of the function that has this place refers to the address too. */
function isInOld({ payload }: ReadPayload, { beginningAt }: ImageFacts, place: bigint, address: bigint): boolean {
  const own = payload.functions.find(
    ({ newAddress, newSize }) => newAddress <= place && place < newAddress + BigInt(newSize),
  );
  return (own ? beginningAt(own.oldAddress) : []).some(({ code, address: at }) => refersTo(code, at, address));
}

/**
 * The relocations by init symbols, of each symbol the first. Replacements of alternatives do not count: tools keep all of
 * a source file, whoever uses them.
 */
export function references(read: ReadPayload, image: StaticImage): readonly Asked<Reference>[] {
  const { object, values: valuesOf, placed } = read.reading;
  const facts = factsOf(image);
  const [values, placement] = [valuesOf(), placed()];
  const wanted = new Map(
    object.symbols.flatMap(({ index, header }) => {
      const value = values[index] ?? 0n;
      return !placement.sections.has(header.st_shndx) && facts.isInit(value) ? [[index, value] as const] : [];
    }),
  );
  if (wanted.size === 0) return [];
  const found = new Map<string, Asked<Reference>>();
  const take = ({ facts: { symbolIndex }, place, table, index }: FoundRelocation): void => {
    const value = wanted.get(symbolIndex);
    if (value === undefined) return;
    const symbol = object.symbols[symbolIndex]?.name() ?? '';
    const isOld = isInOld(read, facts, place, value);
    const key = `${symbol} ${String(isOld)}`;
    if (!found.has(key))
      found.set(key, { subject: { symbol, isOld }, where: () => atRelocation(table, index, symbol) });
  };
  for (const table of relocationTables(object, placement))
    if (table.target?.section.name !== REPLACEMENTS)
      for (const relocation of relocationsIn(table, values, undefined)) take(relocation);
  return [...found.values()];
}
