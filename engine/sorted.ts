/** Lists that are sorted by address. */

/** How many of the items are at the address or before it. */
export function countUpTo<Item>(sorted: readonly Item[], address: bigint, at: (item: Item) => bigint): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && at(item) <= address) low = middle + 1;
    else high = middle;
  }
  return low;
}
