/** Random choices, the same ones for the same seed. */

/** The next random whole number from 0 to below `limit`, which is at most 2^32. */
export type Random = (limit: number) => number;

/** Marsaglia's xorshift, with 32 bits. */
export function randomFrom(seed: number): Random {
  // A seed of 0 would stay 0, and small seeds begin with similar numbers.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** One of the items. RangeError if there is none. */
export function picked<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new RangeError('pick: expected some items, got none');
  return item;
}
