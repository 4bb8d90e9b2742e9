/** Places in the hypervisor and in loaded payloads, as steps name them: `symbol`, `symbol+0x5`, or a role. */
import { hex, hexDigits } from '../engine/bytes';
import { need } from '../engine/needs';
import { isRole, placeFor, ROLES } from '../engine/roles';
import { Mismatch } from './expect';
import type { Scene } from './scene';

/** Bytes shown of the place that has a role. */
const SHOWN = 16;

const symbolIn = (place: string): string => place.split('+', 1)[0] ?? '';

/** A place as the symbol of it and how many bytes further on it is. */
export function parted(place: string): { readonly symbol: string; readonly offset: bigint } {
  const symbol = symbolIn(place);
  return { symbol, offset: place === symbol ? 0n : BigInt(place.slice(symbol.length + 1)) };
}

/** Keeps as evidence, once in a scenario, which place has the role. */
function noteRole({ target, toolstack, roles }: Scene, role: keyof typeof ROLES, place: string): void {
  if (roles.has(role)) return;
  roles.add(role);
  const { symbol, offset } = parted(place);
  const address = (target.image.symbol(symbol) ?? 0n) + offset;
  const size = Math.max(0, Math.min(SHOWN, (target.image.size(symbol) ?? 0) - Number(offset)));
  const bytes = hexDigits(target.image.bytes(address, size) ?? new Uint8Array());
  toolstack.note({ kind: 'role', role, is: ROLES[role].is, place, address: hex(address), bytes });
}

/**
 * The place in this hypervisor: `symbol` or `symbol+0x5`. Of a role it is the place that has it, and evidence; all else
 * stays as it is. CannotBeAsked if the hypervisor has no such place.
 */
export function placed(scene: Scene, place: string): string {
  const symbol = symbolIn(place);
  if (!isRole(symbol)) return place;
  const { offset } = parted(place);
  const own = placeFor(scene.target.image, symbol);
  noteRole(scene, symbol, own);
  const base = parted(own);
  const taken = offset === 0n ? own : `${base.symbol}+${hex(base.offset + offset)}`;
  scene.taken.add(taken);
  return taken;
}

/**
 * The address of a symbol of the hypervisor or a new one of a loaded payload; of `symbol+0x5` the place within it.
 * Mismatch if there is none.
 */
export function addressOf(scene: Scene, place: string): bigint {
  const { symbol, offset } = parted(placed(scene, place));
  const address = scene.target.image.symbol(symbol) ?? need(scene.target, 'linker').lookup(symbol);
  if (address === undefined) throw new Mismatch(`symbol ${symbol}`, 'loaded', 'not there');
  return address + offset;
}

/** Bytes of a function or object of the hypervisor, of `symbol+0x5` those from there on; 0 where its symbol does not say. */
export function sizeOf(scene: Scene, place: string): number {
  const { symbol, offset } = parted(placed(scene, place));
  return Math.max(0, (scene.target.image.size(symbol) ?? 0) - Number(offset));
}

/**
 * What a payload's code names a place by: its symbol; the address where none can be looked up, as of Xen's data, and of
 * a place within a function or object.
 */
export function nameOrAddress(scene: Scene, place: string): string | bigint {
  if (parted(place).offset !== 0n) return addressOf(scene, place);
  const isFound = need(scene.target, 'linker').lookup(place) !== undefined;
  return isFound ? place : (scene.target.image.symbol(place) ?? place);
}
