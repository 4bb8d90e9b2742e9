/** Names for addresses, from a scenario's evidence. */
import { hex } from '../../engine/bytes';
import type { EvidenceEvent, MemoryEvidence, RegionsEvidence } from '../../engine/evidence';

/** The number in a `0x…` string; undefined if it is no such string. */
export function parseAddress(text: string): bigint | undefined {
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? BigInt(text) : undefined;
}

/** The bytes of a hex string, up to the first invalid one. */
export function parseBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

interface NamedRange {
  readonly name: string;
  /** What the name means. */
  readonly base: bigint;
  readonly start: bigint;
  readonly end: bigint;
}

function rangeOf({ address, symbol, bytes }: MemoryEvidence): NamedRange | undefined {
  const start = parseAddress(address);
  if (start === undefined || symbol === '' || parseAddress(symbol) !== undefined) return undefined;
  const [, name = symbol, offset = '0'] = /^(.*)\+0x([0-9a-f]+)$/i.exec(symbol) ?? [];
  const base = start - BigInt(`0x${offset}`);
  return { name, base, start, end: start + BigInt(Math.max(1, bytes.length / 2)) };
}

function regionRanges({ payload, regions }: RegionsEvidence): readonly NamedRange[] {
  return regions.flatMap(({ name, start, size }) => {
    const base = parseAddress(start);
    return base === undefined ? [] : [{ name: `${payload} ${name}`, base, start: base, end: base + BigInt(size) }];
  });
}

/** Names an address within the bytes that were read at a symbol, or in a payload: "xen_extra_version+0x5". */
export type NameOf = (address: bigint) => string | undefined;

export function symbolsOf(events: readonly EvidenceEvent[]): NameOf {
  const read = events.flatMap((event) => (event.kind === 'memory' ? (rangeOf(event) ?? []) : []));
  const ranges = [...read, ...events.flatMap((event) => (event.kind === 'regions' ? regionRanges(event) : []))];
  return (address) => {
    const found =
      ranges.find(({ base }) => base === address) ?? ranges.find(({ start, end }) => address >= start && address < end);
    if (found === undefined) return undefined;
    const offset = address - found.base;
    return offset === 0n ? found.name : `${found.name}+${hex(offset)}`;
  };
}
