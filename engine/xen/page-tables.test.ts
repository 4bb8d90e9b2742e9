import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAddressSpace } from '../machine/address-space';
import { PAGE_SIZE } from '../pages';
import { createPageTables } from './page-tables';

const START = 0xffff_8300_0000_0000n;
const page = (number: number): bigint => START + BigInt(number * PAGE_SIZE);

/** Permissions of the first five pages; four are mapped. */
function after(change: (tables: ReturnType<typeof createPageTables>) => void): readonly string[] {
  const memory = createAddressSpace();
  const tables = createPageTables(memory);
  assert.ok(tables.map('own', START, 4, 'rw-'));
  change(tables);
  return [0, 1, 2, 3, 4].map((number) => memory.find(page(number))?.permissions ?? 'none');
}

describe('page tables', () => {
  it('change all pages that have a byte of a stretch', () => {
    assert.deepEqual(
      after(({ modify }) => modify(page(1) + 5n, page(2) + 1n, 'r--')),
      ['rw-', 'r--', 'r--', 'rw-', 'none'],
    );
    assert.deepEqual(
      after(({ modify }) => modify(page(3), page(9), 'r-x')),
      ['rw-', 'rw-', 'rw-', 'r-x', 'none'],
    );
    assert.deepEqual(
      after(({ modify }) => modify(page(1), page(2), '---')),
      ['rw-', 'none', 'rw-', 'rw-', 'none'],
    );
  });

  it('change nothing where the end is not behind the start', () => {
    for (const end of [page(2), page(1), 0n])
      for (const permissions of ['---', 'r--'] as const)
        assert.deepEqual(
          after(({ modify }) => modify(page(2), end, permissions)),
          ['rw-', 'rw-', 'rw-', 'rw-', 'none'],
        );
  });

  it('map nothing in the half of the domains', () => {
    const tables = createPageTables(createAddressSpace());
    assert.equal(tables.map('low', 0x1000n, 1, 'rw-'), false);
    assert.equal(tables.map('high', 0xffff_ffff_ffff_f000n, 1, 'rw-'), false);
  });
});
