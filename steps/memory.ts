/** Reading the machine's memory, with what was read as evidence. */
import { Decoder, DecoderOptions, Mnemonic } from 'iced-x86';
import { beginsWithEndbr64, ENDBR64 } from '../engine/abi/code';
import { hex, hexDigits } from '../engine/bytes';
import { need } from '../engine/needs';
import { payloadRegions, type PayloadRegion } from '../engine/owners';
import { callsOf } from '../engine/roles';
import type { Memory, WatchedStore } from '../engine/target';
import { Mismatch } from './expect';
import { addressOf, sizeOf } from './places';
import type { Scene } from './scene';

/** The hypervisor's memory. CannotBeAsked if it cannot be read. */
export const memoryOf = ({ target }: Scene): Memory => need(target, 'memory');

/** Bytes shown of a function: a trampoline and what comes after it. */
const SHOWN = 16;

/** Reads bytes at a symbol and keeps them as evidence. */
export function noteBytes(scene: Scene, symbol: string, when: string, length = SHOWN): Uint8Array {
  return noteBytesAt(scene, addressOf(scene, symbol), when, length);
}

/** Where the patch of a function begins: at its first byte, or after the endbr64 that a build may put there. V2-CET-1. */
export function patchedAt(scene: Scene, symbol: string): bigint {
  const address = addressOf(scene, symbol);
  const first = memoryOf(scene).read(address, ENDBR64.length);
  return beginsWithEndbr64(first) ? address + BigInt(ENDBR64.length) : address;
}

export function noteBytesAt(scene: Scene, address: bigint, when: string, length: number): Uint8Array {
  const memory = memoryOf(scene);
  const bytes = memory.read(address, length);
  scene.toolstack.note({
    kind: 'memory',
    when,
    address: hex(address),
    symbol: scene.target.image.describe(address),
    bytes: hexDigits(bytes),
    permissions: memory.permissions(address),
  });
  return bytes;
}

/** What does nothing: nops, and the mark of a function that may be called by a pointer. */
const NOPS: ReadonlySet<Mnemonic> = new Set([Mnemonic.Nop, Mnemonic.Endbr64]);

/** Offsets of the instructions in these bytes that are no nops, or do not end within them. */
export function othersThanNops(bytes: Uint8Array): readonly number[] {
  const decoder = new Decoder(64, bytes, DecoderOptions.None);
  const others: number[] = [];
  while (decoder.canDecode) {
    const offset = decoder.position;
    const instruction = decoder.decode();
    if (!NOPS.has(instruction.mnemonic)) others.push(offset);
    instruction.free();
  }
  decoder.free();
  return others;
}

/** The stores to a symbol since a step began to watch it. */
export function watchedStores(scene: Scene, symbol: string): readonly WatchedStore[] {
  const watch = scene.watches.get(symbol);
  if (watch === undefined) throw new TypeError(`${symbol}: expected a step that watches the stores to it, got none`);
  return need(scene.target, 'stores').seen(watch);
}

/** Likewise, where there have to be some. */
export function storesTo(scene: Scene, symbol: string): readonly WatchedStore[] {
  const stores = watchedStores(scene, symbol);
  if (stores.length === 0) throw new Mismatch(`stores to ${symbol}`, 'some', 'none');
  noteStores(scene, symbol, stores);
  return stores;
}

/** Keeps as evidence who stored when, once for each vCPU and time, and what all vCPUs did at the first of these. */
function noteStores(scene: Scene, symbol: string, stores: readonly WatchedStore[]): void {
  const sameMoment = (one: WatchedStore, other: WatchedStore): boolean =>
    one.cpu === other.cpu && one.time === other.time;
  for (const [index, store] of stores.entries()) {
    if (stores.findIndex((earlier) => sameMoment(earlier, store)) < index) continue;
    scene.toolstack.note({
      kind: 'stores',
      symbol,
      time: store.time.toString(),
      cpu: store.cpu,
      bytes: stores.filter((other) => sameMoment(other, store)).reduce((sum, { size }) => sum + size, 0),
      cpus: store.cpus.map(({ cpu, at, interrupts }) => ({ cpu, at, interrupts })),
    });
  }
}

/** Keeps as evidence where a payload is. */
function noteRegions(scene: Scene, name: string, regions: readonly PayloadRegion[]): void {
  scene.toolstack.note({
    kind: 'regions',
    payload: name,
    regions: regions.map(({ owner, start, size, permissions }) => ({
      name: owner.part,
      start: hex(start),
      size,
      permissions,
    })),
  });
}

/** A payload's regions by address, which become evidence. Mismatch if it has none. */
export function regionsOf(scene: Scene, name: string): readonly PayloadRegion[] {
  const regions = payloadRegions(memoryOf(scene).regions(), name);
  if (regions.length === 0) throw new Mismatch(`regions of ${name}`, 'some', 'none');
  noteRegions(scene, name, regions);
  return regions;
}

/** The region of a payload that steps call by this word: "text", "data", "rodata". Undefined if it has none. */
export const regionOf = (regions: readonly PayloadRegion[], part: string): PayloadRegion | undefined =>
  regions.find(({ owner }) => owner.part === part);

/** A stretch of memory. */
export interface Range {
  readonly start: bigint;
  readonly length: number;
}

const EVERY_CALL = /^every call of (\w+)$/;

/**
 * What a row of a table of changed bytes is about: `from` is an offset, or `patch`, after the endbr64 that a build may put there;
 * `bytes` a number, or `all` that the symbol has.
 */
export function rangesOf(scene: Scene, { symbol = '', from = '0', bytes = '0' }: Readonly<Record<string, string>>) {
  const called = EVERY_CALL.exec(symbol)?.[1];
  const places = called === undefined ? [symbol] : callsOf(scene.target.image, called);
  return places.map((place): Range => {
    const start = from === 'patch' ? patchedAt(scene, place) : addressOf(scene, place) + BigInt(from);
    return { start, length: bytes === 'all' ? sizeOf(scene, place) : Number(bytes) };
  });
}
