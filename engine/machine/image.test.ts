import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ELF_HEADER, SECTION_HEADER, SHT, SYMBOL } from '../abi/elf';
import { PAGE_SIZE } from '../pages';
import { createAddressSpace } from './address-space';
import { mapImage, readImage } from './image';

/** An executable of the project's own: the reference's image. */
const FILE = readFileSync(join(__dirname, '../reference/image/reference.elf'));
const START = 0xffff_82d0_4020_0000n;

const changed = (offset: number, ...bytes: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(FILE);
  copy.set(bytes, offset);
  return copy;
};

/** The file with one symbol renamed to another's name. */
function renamed(from: string, to: string): Uint8Array {
  const copy = Uint8Array.from(FILE);
  const header = ELF_HEADER.decode(copy);
  const section = (index: number) => SECTION_HEADER.decode(copy, Number(header.e_shoff) + index * SECTION_HEADER.size);
  const table = Array.from({ length: header.e_shnum }, (_, i) => section(i)).find((s) => s.sh_type === SHT.SYMTAB);
  assert.ok(table);
  const entryOf = (name: string): number => {
    const { address } = readImage(FILE);
    for (let at = Number(table.sh_offset); ; at += SYMBOL.size)
      if (SYMBOL.decode(copy, at).st_value === address(name)) return at;
  };
  copy.copyWithin(entryOf(from), entryOf(to), entryOf(to) + 4);
  return copy;
}

/** The file with a field of 8 bytes of its first program header set: 0 p_type, 8 p_offset, 16 p_vaddr, … */
function withSegment(field: number, value: bigint): Uint8Array {
  const copy = Buffer.from(FILE);
  copy.writeBigUInt64LE(value, Number(ELF_HEADER.decode(copy).e_phoff) + field);
  return copy;
}

/** The file with a field of its symbol table's header set: 4 sh_type, 24 sh_offset, 32 sh_size, 40 sh_link. */
function withSymbolTable(field: number, value: bigint): Uint8Array {
  const copy = Buffer.from(FILE);
  const { e_shoff, e_shnum } = ELF_HEADER.decode(copy);
  const headers = Array.from({ length: e_shnum }, (_, index) => Number(e_shoff) + index * SECTION_HEADER.size);
  const table = headers.find((at) => SECTION_HEADER.decode(copy, at).sh_type === SHT.SYMTAB);
  assert.ok(table !== undefined);
  copy.writeBigUInt64LE(value, table + field);
  return copy;
}

describe('image', () => {
  test('segments are whole pages with their permissions', () => {
    const { segments } = readImage(FILE);
    assert.deepEqual(
      segments.map(({ permissions }) => permissions),
      ['r-x', 'r--', 'rw-', 'r-x', 'r-x', 'r-x'],
    );
    assert.equal(segments[0]?.start, START);
    for (const { start, bytes } of segments) {
      assert.equal(start % BigInt(PAGE_SIZE), 0n);
      assert.equal(bytes.length % PAGE_SIZE, 0);
    }
  });

  test('bytes are where the file says, also in a segment that begins within a page', () => {
    const memory = createAddressSpace();
    const image = readImage(FILE);
    mapImage(memory, image, 'image');
    const at = image.address('arch_do_domctl_fix');
    assert.notEqual(at % BigInt(PAGE_SIZE), 0n);
    assert.equal(Buffer.from(memory.read(at, 9)).toString('hex'), '4889e048250080ffff');
    assert.equal(
      Buffer.from(memory.read(image.address('hypervisor_constant'), 8)).readBigUInt64LE(),
      0x1122334455667788n,
    );
  });

  test('what is mapped is a copy', () => {
    const image = readImage(FILE);
    const memory = createAddressSpace();
    mapImage(memory, image, 'image');
    memory.write(START, Uint8Array.of(0xcc, 0xcc));
    assert.notEqual(image.segments[0]?.bytes[0], 0xcc);
  });

  test('symbols: address and size; RangeError for one that is not there', () => {
    const { symbols, address } = readImage(FILE);
    assert.equal(symbols.get('four_bytes')?.size, 4);
    assert.equal(symbols.get('forty_bytes')?.size, 40);
    assert.equal(address('syscall_entry'), START);
    assert.throws(() => address('no_such_symbol'), /expected the symbol no_such_symbol/);
  });

  test('of a function and a variable with one name, it is the variable', () => {
    const { address } = readImage(FILE);
    for (const [from, to] of [
      ['four_bytes', 'hypervisor_constant'],
      ['hypervisor_constant', 'four_bytes'],
    ] as const)
      assert.equal(readImage(renamed(from, to)).address(to), address('hypervisor_constant'));
  });

  test('an address is described by the symbol before it, or as it is', () => {
    const { address, describe: say } = readImage(FILE);
    const at = address('forty_bytes');
    assert.equal(say(at), 'forty_bytes');
    assert.equal(say(at + 0x12n), 'forty_bytes+0x12');
    assert.equal(say(0x1000n), '0x1000');
    assert.equal(say(address('payload_area')), '0xffff82d040400000');
    assert.equal(say(0xffff_ffff_0000_0000n), '0xffffffff00000000');
  });

  test('any other file is refused', () => {
    const others = [
      new Uint8Array(0),
      Buffer.from('no ELF file at all'),
      changed(0, 0x7e),
      changed(2, 0x4d),
      changed(3, 0x47),
      changed(4, 1), // 32 bits
      changed(18, 183), // another processor
      changed(56, 0, 0), // no program headers
      FILE.subarray(0, 0x6100), // cut off
    ];
    for (const file of others) assert.throws(() => readImage(file), RangeError);
  });

  test('one that asks for more than any hypervisor has is refused, before memory is taken', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const [file, why] of [
      [withSegment(40, 1n << 40n), /at most 67108864 bytes of memory, got 1099511627776 in the segment at 0xffff82d0/],
      [withSegment(40, 0xffff_ffff_ffff_ffffn), /at most 67108864 bytes of memory/],
      [withSegment(16, 0xffff_ffff_ffff_f000n), /at most 67108864 bytes of memory/],
      [withSegment(32, 1n << 33n), /bytes in the file for the segment/],
      [withSegment(8, 1n << 62n), /all of the segment at .*, got a file that is cut off/],
      [withSegment(16, START + 0x4000n), /pages of its own/],
      [withSymbolTable(32, 1n << 50n), /at most 16777216 bytes of symbols/],
      [withSymbolTable(32, 1n << 23n), /all of the symbols, got a file that is cut off/],
      [withSymbolTable(24, 1n << 63n), /all of the symbols, got a file that is cut off/],
    ] as const)
      assert.throws(
        () => readImage(file),
        (error) => error instanceof RangeError && why.test(error.message),
      );
    assert.ok(process.memoryUsage().arrayBuffers - before < 256 * 1024 * 1024);
  });

  test('a name without an end is no name', () => {
    const endless = Buffer.concat([FILE, Buffer.alloc(2048, 'x')]);
    const { e_shoff, e_shnum } = ELF_HEADER.decode(endless);
    for (let index = 0; index < e_shnum; index++) {
      const at = Number(e_shoff) + index * SECTION_HEADER.size;
      if (SECTION_HEADER.decode(endless, at).sh_type === SHT.STRTAB)
        endless.writeBigUInt64LE(BigInt(FILE.length), at + 24);
    }
    assert.throws(() => readImage(endless), /names of at most 1024 bytes/);
  });
});
