/** The hypervisor as a whole, seen from outside: memory, list, symbols. "Nothing changed" compares two of these. */
import { hex } from '../engine/bytes';
import type { ListEntry, Listing, Toolstack } from '../engine/toolstack/toolstack';
import { returnName } from '../engine/abi/errno';
import { ownerText } from '../engine/owners';
import type { MemoryRegion, MemorySnapshot, RegionContent } from '../engine/target';
import { newNamesOf } from './drafts';
import type { Scene } from './scene';
import type { Observation } from './types';

/** One difference, as a sentence. */
export type Difference = string;

/** As many as most scenarios have: room for more is filled and read each time. */
const ENTRIES_AT_ONCE = 8;

const nothing = (): void => undefined;

/** Page by page until none remains, `before` done before each. The last page's answer, with all entries. */
export function listPages(toolstack: Toolstack, entriesAtOnce: number, before = nothing): Listing {
  const entries: ListEntry[] = [];
  for (;;) {
    before();
    const page = toolstack.list(entriesAtOnce, entries.length);
    entries.push(...page.entries);
    if (page.returned <= 0 || page.remaining === 0) return { ...page, entries };
  }
}

/** As a tool lists them: a probe, then page by page. The last page's answer, with all entries. */
export function listAll(toolstack: Toolstack, entriesAtOnce: number, before = nothing): Listing {
  toolstack.list(0);
  return listPages(toolstack, entriesAtOnce, before);
}

/**
 * Looks at everything that the target shows: memory and symbols may not be among it. The calls made for it are no
 * evidence of the scenario.
 */
export function observe(scene: Scene): Observation {
  const { version, entries } = listPages(scene.observer, ENTRIES_AT_ONCE);
  scene.observer.drain();
  const names = [...scene.payloads.values()].flatMap(newNamesOf);
  const { linker, memory } = scene.target;
  const symbols = new Map(linker === undefined ? [] : names.map((name) => [name, linker.lookup(name)]));
  return { memory: memory?.snapshot(), listVersion: version, entries, symbols };
}

const entryText = ({ name, state, rc }: ListEntry): string => `${name} ${state ?? 'without a state'} ${returnName(rc)}`;
const regionText = ({ owner, start, size, permissions }: MemoryRegion): string =>
  `${ownerText(owner)} at ${hex(start)}, ${size} bytes, ${permissions}`;

/** A stretch of memory whose bytes differ. */
export interface ChangedBytes {
  readonly start: bigint;
  readonly length: number;
}

/** Neighbours less far apart than this are reported as one. */
const APART = 8;
/** Most of an image is the same: that many bytes are compared at once before single ones are. */
const AT_ONCE = 4096;

/** Offsets of the bytes that differ, counted from `first`; both are of the same length. */
function* offsetsIn(before: Uint8Array, now: Uint8Array, first: number): Generator<number> {
  for (let from = 0; from < before.length; from += AT_ONCE) {
    const [old, own] = [before.subarray(from, from + AT_ONCE), now.subarray(from, from + AT_ONCE)];
    if (Buffer.compare(old, own) === 0) continue;
    for (const [at, byte] of old.entries()) if (byte !== own[at]) yield first + from + at;
  }
}

/** Likewise in all blocks; both contents have the same. */
function* offsetsChanged(before: RegionContent, now: RegionContent): Generator<number> {
  let from = 0;
  for (const [index, block] of before.blocks.entries()) {
    const own = now.blocks[index];
    if (own !== undefined && own !== block) yield* offsetsIn(block, own, from);
    from += block.length;
  }
}

/** Stretches of bytes that differ in regions that both have; those less than `apart` bytes apart are one. */
export function changedBytes(before: MemorySnapshot, after: MemorySnapshot, apart = APART): readonly ChangedBytes[] {
  const changed: { start: bigint; length: number }[] = [];
  for (const old of before.regions) {
    const now = after.regions.find(({ start, size }) => start === old.start && size === old.size);
    if (now === undefined || now.content === old.content) continue;
    for (const offset of offsetsChanged(old.content, now.content)) {
      const at = old.start + BigInt(offset);
      const last = changed.at(-1);
      if (last !== undefined && at - last.start - BigInt(last.length) < BigInt(apart))
        last.length = Number(at - last.start) + 1;
      else changed.push({ start: at, length: 1 });
    }
  }
  return changed;
}

function missing<Item>(from: readonly Item[], of: readonly Item[], text: (item: Item) => string): readonly string[] {
  const there = new Set(of.map(text));
  return from.map(text).filter((line) => !there.has(line));
}

export function regionDifferences(before: MemorySnapshot, after: MemorySnapshot): readonly Difference[] {
  return [
    ...missing(before.regions, after.regions, regionText).map((text) => `gone: ${text}`),
    ...missing(after.regions, before.regions, regionText).map((text) => `new: ${text}`),
  ];
}

/** All differences of list, symbols and the map of memory; bytes are for `changedBytes`. */
export function differences(before: Observation, after: Observation): readonly Difference[] {
  const symbols = [...after.symbols].filter(([name, address]) => before.symbols.get(name) !== address);
  return [
    ...missing(before.entries, after.entries, entryText).map((text) => `no longer listed: ${text}`),
    ...missing(after.entries, before.entries, entryText).map((text) => `newly listed: ${text}`),
    ...(before.listVersion === after.listVersion
      ? []
      : [`version of the list: ${before.listVersion}, then ${after.listVersion}`]),
    ...symbols.map(([name]) => `symbol ${name} resolves differently`),
    ...(before.memory && after.memory ? regionDifferences(before.memory, after.memory) : []),
  ];
}

/** What two observations compare, for evidence. */
export function extent({ memory, entries }: Observation): string {
  const listed = `${entries.length} listed payloads`;
  if (memory === undefined) return `${listed}, without memory`;
  return `${memory.regions.reduce((sum, { size }) => sum + size, 0)} bytes in ${memory.regions.length} regions, ${listed}`;
}
