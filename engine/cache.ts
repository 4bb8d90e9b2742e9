/** A cache for values that take time to make. */

export interface Cache<Value> {
  /** The value of this key; made by `make` where it is not kept. */
  readonly get: (key: string, make: () => Value) => Value;
  readonly clear: () => void;
}

/**
 * Keeps values of `limit` in all, as `sizeOf` measures them, by default that many of them. If there are more, those
 * that were not asked for longest go first. RangeError for a limit below 1.
 */
export function createCache<Value extends object>(
  limit: number,
  sizeOf: (value: Value) => number = () => 1,
): Cache<Value> {
  if (!(limit >= 1)) throw new RangeError(`cache: expected a limit of 1 or more, got ${limit}`);
  /** The least recently used value is the first. */
  const kept = new Map<string, Value>();
  let size = 0;
  const drop = (key: string, value: Value): void => {
    kept.delete(key);
    size -= sizeOf(value);
  };
  const keep = (key: string, value: Value): void => {
    kept.set(key, value);
    size += sizeOf(value);
    for (const [oldest, other] of kept) {
      if (size <= limit) break;
      drop(oldest, other);
    }
  };
  return {
    get(key, make) {
      const known = kept.get(key);
      if (known !== undefined) drop(key, known);
      const value = known ?? make();
      keep(key, value);
      return value;
    },
    clear() {
      kept.clear();
      size = 0;
    },
  };
}
