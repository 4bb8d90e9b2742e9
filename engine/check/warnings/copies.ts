/** The inlined copies of patched functions that a payload leaves as they are. */
import { once } from '../../reference/once';
import type { ImageFunction, StaticImage } from '../../target';
import type { Inspected } from '../inspect';
import { factsOf } from './hypervisor';

/** What the compiler split off a function. By the debug information it is that function too, but no copy has this part. */
const isPart = ({ name }: ImageFunction): boolean => /\.part\.\d+/.test(name);

/**
 * Says of an address where other functions have copies of the one that begins there: copies that are neither replaced nor
 * freed after boot. None of a function that has itself a copy of another patched one: it may be replaced for that alone, and
 * the copies of the other are named.
 */
export function keptCopies(
  functions: Inspected['functions'],
  image: StaticImage,
): (address: bigint) => readonly string[] {
  const { beginningAt, isText, isInit } = factsOf(image);
  const replaced = new Set(functions.filter(({ newAddress }) => newAddress !== 0n).map(({ oldAddress }) => oldAddress));
  const follow = once(() => {
    const others = [...replaced].flatMap((address) =>
      image.inlined(address).flatMap(({ owner }) => (owner === address ? [] : [owner])),
    );
    return new Set(others);
  });
  const find = (address: bigint): readonly string[] => {
    if (beginningAt(address).some(isPart) || follow().has(address)) return [];
    const kept = image
      .inlined(address)
      .filter(({ owner }) => !replaced.has(owner) && isText(owner) && !isInit(owner))
      .map((copy) => image.describe(copy.address));
    return [...new Set(kept)];
  };
  const known = new Map<bigint, readonly string[]>();
  return (address) => {
    const copies = known.get(address) ?? find(address);
    known.set(address, copies);
    return copies;
  };
}
