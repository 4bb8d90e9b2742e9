import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCache } from './cache';

/** A cache of texts, and a way to ask it that says whether the value was made. */
function asking(limit: number, sizeOf?: (text: Readonly<{ text: string }>) => number) {
  const cache = createCache<Readonly<{ text: string }>>(limit, sizeOf);
  const made = (key: string): boolean => {
    let isNew = false;
    const value = cache.get(key, () => {
      isNew = true;
      return { text: key };
    });
    assert.equal(value.text, key);
    return isNew;
  };
  return { cache, made };
}

describe('cache', () => {
  it('makes a value once, until it is cleared', () => {
    const { cache, made } = asking(2);
    assert.deepEqual([made('a'), made('a'), made('b'), made('a')], [true, false, true, false]);
    cache.clear();
    assert.deepEqual([made('a'), made('b'), made('a')], [true, true, false]);
  });

  it('drops first what was not asked for longest', () => {
    const { made } = asking(2);
    assert.deepEqual(['a', 'b', 'a', 'c', 'a', 'b'].map(made), [true, true, false, true, false, true]);
  });

  it('counts sizes, and does not keep what is too large by itself', () => {
    const { made } = asking(3, ({ text }) => text.length);
    assert.deepEqual(['aa', 'b', 'b', 'aa', 'cc', 'b', 'aa'].map(made), [true, true, false, false, true, true, true]);
    assert.deepEqual(['long', 'long', 'x', 'x'].map(made), [true, true, true, false]);
  });

  it('is not made without room', () => {
    for (const limit of [0, -1, NaN]) assert.throws(() => createCache(limit), RangeError);
  });
});
