import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pageAlign, pagesFor, pageStart, pageStarts, pageUp, sizeOfPages } from './pages';

describe('pages', () => {
  it('round addresses', () => {
    assert.deepEqual([pageStart(0x1fffn), pageStart(0x2000n)], [0x1000n, 0x2000n]);
    assert.deepEqual([pageUp(0x1001n), pageUp(0x2000n)], [0x2000n, 0x2000n]);
  });

  it('round and count lengths', () => {
    assert.deepEqual([pageAlign(0), pageAlign(1), pageAlign(4096)], [0, 4096, 4096]);
    assert.deepEqual([pagesFor(0n), pagesFor(1n), pagesFor(4096n), pagesFor(4097n)], [0n, 1n, 1n, 2n]);
    assert.deepEqual([sizeOfPages(2), sizeOfPages(3n)], [0x2000n, 0x3000n]);
  });

  it('are listed', () => {
    assert.deepEqual([...pageStarts(0x1ffen, 0x3001n)], [0x1000n, 0x2000n, 0x3000n]);
    assert.deepEqual([...pageStarts(0x1ffen, 0x2000n)], [0x1000n]);
    assert.deepEqual([...pageStarts(0x1000n, 0x1000n)], []);
  });
});
