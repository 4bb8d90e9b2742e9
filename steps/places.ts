/** Places in the hypervisor and in loaded payloads, as steps name them: `symbol`, `symbol+0x5`. */
import { need } from '../engine/needs';
import { Mismatch } from './expect';
import type { Scene } from './scene';

/**
 * The address of a symbol of the hypervisor or a new one of a loaded payload; of `symbol+0x5` the place within it.
 * Mismatch where there is none.
 */
export function addressOf(scene: Scene, place: string): bigint {
  const [symbol = '', offset = '0'] = place.split('+');
  const address = scene.target.image.symbol(symbol) ?? need(scene.target, 'linker').lookup(symbol);
  if (address === undefined) throw new Mismatch(`symbol ${symbol}`, 'loaded', 'not there');
  return address + BigInt(offset);
}

/** Bytes of a function or object of the hypervisor, of `symbol+0x5` those from there on; 0 where its symbol does not say. */
export function sizeOf(scene: Scene, place: string): number {
  const [symbol = '', offset = '0'] = place.split('+');
  return Math.max(0, (scene.target.image.size(symbol) ?? 0) - Number(offset));
}

/** What a payload's code names a symbol by: where none can be looked up, as of Xen's data, by the address it has. */
export const placeOf = ({ target }: Scene, symbol: string): string | bigint =>
  need(target, 'linker').lookup(symbol) === undefined ? (target.image.symbol(symbol) ?? symbol) : symbol;
