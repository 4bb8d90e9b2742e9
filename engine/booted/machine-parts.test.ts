/** What a machine is made of, and how its memory is read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wordBytes } from '../bytes';
import { readImage } from '../machine/image';
import { readFileSync } from 'node:fs';
import { IMAGES } from '../reference/image/build';
import { bootable } from './bootable';
import { initramfs } from './initramfs';
import { createTables } from './page-tables';

describe('an initial RAM file system', () => {
  it('has folders before their files, each head and content at a multiple of four bytes', () => {
    const archive = Buffer.from(initramfs([{ name: 'modules/0.ko', bytes: Uint8Array.of(1, 2, 3, 4, 5) }]));
    const names: string[] = [];
    for (let at = 0; names.at(-1) !== 'TRAILER!!!';) {
      const field = (index: number): number =>
        parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
      assert.equal(archive.toString('latin1', at, at + 6), '070701');
      const [size, length] = [field(6), field(11)];
      names.push(archive.toString('latin1', at + 110, at + 110 + length - 1));
      const data = (at + 110 + length + 3) & ~3;
      if (names.at(-1) === 'modules/0.ko') assert.deepEqual([...archive.subarray(data, data + size)], [1, 2, 3, 4, 5]);
      at = (data + size + 3) & ~3;
    }
    assert.deepEqual(names, ['dev', 'modules', 'modules/0.ko', 'TRAILER!!!']);
  });
});

describe('a bootable file', () => {
  it('is a 32-bit ELF file of the same segments at their physical addresses', () => {
    const image = readImage(readFileSync(IMAGES.own.file));
    const entry = [...image.symbols.values()].find(({ address }) => address > 0n);
    const start = entry?.address ?? 0n;
    const file = Buffer.from(bootable({ ...image, address: () => start }));
    assert.equal(file.readUInt8(4), 1, '32 bits');
    assert.equal(file.readUInt16LE(18), 3, 'for the 386');
    assert.equal(file.readUInt32LE(24), Number(start & 0x3fff_ffffn));
    assert.equal(file.readUInt16LE(44), image.segments.length);
    for (const [index, { start: at, bytes }] of image.segments.entries()) {
      const head = 52 + 32 * index;
      const offset = file.readUInt32LE(head + 4);
      assert.equal(file.readUInt32LE(head + 12), Number(at & 0x3fff_ffffn));
      assert.deepEqual(new Uint8Array(file.subarray(offset, offset + bytes.length)), bytes);
    }
  });
});

describe('page tables', () => {
  const PRESENT = 1n;
  const WRITABLE = 2n;
  const LARGE = 0x80n;
  const NO_EXECUTE = 1n << 63n;
  const memory = new Uint8Array(0x40_0000);
  const put = (table: number, index: number, value: bigint): void => memory.set(wordBytes(value, 8), table + 8 * index);
  // 0xffff_8000_0000_0000 on: a page of 4 KiB, one without execution, a hole, and from 2 MiB on a large page.
  put(0x1000, 256, 0x2000n | PRESENT | WRITABLE);
  put(0x2000, 0, 0x3000n | PRESENT | WRITABLE);
  put(0x3000, 0, 0x4000n | PRESENT | WRITABLE);
  put(0x3000, 1, 0x20_0000n | PRESENT | LARGE);
  put(0x4000, 0, 0x5000n | PRESENT);
  put(0x4000, 1, 0x7000n | PRESENT | WRITABLE | NO_EXECUTE);
  const physical = {
    read: (at: number, length: number) => memory.slice(at, at + length),
    write: (at: number, bytes: Uint8Array) => memory.set(bytes, at),
  };
  const tables = createTables(physical, 0x1000n);
  const base = 0xffff_8000_0000_0000n;

  it('say where a page is and what may be done there', () => {
    assert.deepEqual(tables.find(base + 0x10n), { physical: 0x5010, left: 0xff0, permissions: 'r-x' });
    assert.deepEqual(tables.find(base + 0x1000n), { physical: 0x7000, left: 0x1000, permissions: 'rw-' });
    assert.deepEqual(tables.find(base + 0x20_0008n), { physical: 0x20_0008, left: 0x1f_fff8, permissions: 'r-x' });
    for (const hole of [base + 0x2000n, 0n, base - 1n]) assert.equal(tables.find(hole), undefined);
  });
  it('are followed across pages', () => {
    tables.write(base + 0xfffn, Uint8Array.of(1, 2));
    assert.deepEqual([memory[0x5fff], memory[0x7000]], [1, 2]);
    assert.deepEqual(tables.read(base + 0xfffn, 2), Uint8Array.of(1, 2));
    assert.equal(tables.tryRead(base + 0x1fffn, 2), undefined);
    assert.throws(() => tables.read(base + 0x1fffn, 2), RangeError);
    assert.throws(() => tables.write(base + 0x2000n, Uint8Array.of(1)), RangeError);
  });
  it('tell stretches of pages apart', () => {
    const found = tables.stretches(base, base + 0x40_0000n);
    assert.deepEqual(
      found.map(({ start, pages }) => [start - base, pages.map(({ permissions }) => permissions)]),
      [[0n, ['r-x', 'rw-']]],
    );
  });
});
