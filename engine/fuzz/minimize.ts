/** The least change of a good payload that still does the same. */
import type { Revision } from '../abi/hypercall';
import { differences, differing, spansOf, type Difference, type Span } from './spans';
import type { Seed } from './seeds';

export interface Minimal {
  /** The name of the good payload. */
  readonly seed: string;
  readonly payload: Uint8Array;
  readonly changes: readonly Difference[];
}

/** A payload is asked at most so often, so that a stop with many causes does not hold the search up. */
const MOST_TRIES = 300;

/** Bytes in which two files differ. */
function distance(one: Uint8Array, other: Uint8Array): number {
  let count = Math.abs(one.length - other.length);
  for (let at = 0; at < Math.min(one.length, other.length); at++) if (one[at] !== other[at]) count += 1;
  return count;
}

/** The good payload that is most like this one. RangeError if there is none. */
export function nearestSeed(payload: Uint8Array, seeds: readonly Seed[]): Seed {
  const [first, ...others] = seeds.map((seed) => ({ seed, far: distance(seed.bytes, payload) }));
  if (first === undefined) throw new RangeError('seeds: expected some, got none');
  return others.reduce((best, one) => (one.far < best.far ? one : best), first).seed;
}

/** The payload with these spans as the seed has them. */
function restored(payload: Uint8Array, seed: Uint8Array, spans: readonly Span[]): Uint8Array {
  const copy = Uint8Array.from(payload);
  for (const { offset, size } of spans)
    copy.set(seed.subarray(offset, Math.min(offset + size, copy.length)), Math.min(offset, copy.length));
  return copy;
}

/** As long as the seed: what is too much is cut off, what is missing comes from it. */
function fitted(payload: Uint8Array, seed: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(seed);
  copy.set(payload.subarray(0, seed.length));
  return copy;
}

/**
 * Takes back one part of the changes after the other, in halves first, and keeps what does not matter taken back.
 * `isAlike` says whether a payload still does the same.
 */
export async function minimize(
  payload: Uint8Array,
  seed: Seed,
  revision: Revision,
  isAlike: (payload: Uint8Array) => Promise<boolean>,
): Promise<Minimal> {
  const spans = spansOf(seed.bytes, revision);
  let least = payload;
  let tries = 0;
  const keepIfAlike = async (candidate: Uint8Array): Promise<boolean> => {
    tries += 1;
    if (tries > MOST_TRIES || !(await isAlike(candidate))) return false;
    least = candidate;
    return true;
  };
  if (payload.length !== seed.bytes.length) await keepIfAlike(fitted(payload, seed.bytes));
  let changed = differing(spans, seed.bytes, least);
  for (let size = Math.ceil(changed.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < changed.length;) {
      const isBack = await keepIfAlike(restored(least, seed.bytes, changed.slice(at, at + size)));
      if (isBack) changed = [...changed.slice(0, at), ...changed.slice(at + size)];
      else at += size;
    }
  }
  return { seed: seed.name, payload: least, changes: differences(spans, seed.bytes, least) };
}
