import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ELF_HEADER, SECTION_HEADER } from '../../engine/abi/elf';
import { returnsString } from './code';
import { sectionsOf, textAt } from './fields';
import { livepatch } from './payload';
import { moveSectionTable } from './section-table';

const ID = new Uint8Array(20).fill(0x11);
const FILE = livepatch({
  revision: 1,
  buildId: ID,
  depends: ID,
  functions: [{ name: 'xen_extra_version', oldSize: 16, replacement: returnsString('text') }],
});
const COUNT = sectionsOf(FILE.bytes).length;

/** What the headers say but for the places of names, with the names instead. */
function read(bytes: Uint8Array): readonly unknown[] {
  const { e_shoff, e_shnum, e_shentsize, e_shstrndx } = ELF_HEADER.decode(bytes);
  const headers = Array.from({ length: e_shnum }, (_, index) =>
    SECTION_HEADER.decode(bytes, Number(e_shoff) + index * e_shentsize),
  );
  const names = Number(headers[e_shstrndx]?.sh_offset ?? 0n);
  return headers.map(({ sh_name, sh_type, sh_flags, sh_link, sh_info, sh_entsize }) => {
    return { name: textAt(bytes, names + sh_name), sh_type, sh_flags, sh_link, sh_info, sh_entsize };
  });
}

describe('a section table that was moved', () => {
  for (const stride of [63, 64, 65, 4096])
    it(`says the same with headers ${stride} bytes apart`, () => {
      const moved = moveSectionTable(FILE, { stride });
      assert.equal(ELF_HEADER.decode(moved.bytes).e_shentsize, stride);
      assert.deepEqual(read(moved.bytes), read(FILE.bytes));
    });

  it('has as many sections as asked for, the further ones like the last', () => {
    const headers = read(moveSectionTable(FILE, { count: COUNT + 2 }).bytes);
    assert.deepEqual(headers.slice(0, COUNT), read(FILE.bytes));
    assert.deepEqual(headers.slice(COUNT), [headers[COUNT - 1], headers[COUNT - 1]]);
  });

  it('names no fields of section headers, which are elsewhere', () => {
    const { fields } = moveSectionTable(FILE, {});
    assert.equal(fields.has('section[.text].sh_flags'), false);
    assert.equal(fields.has('section[.text].data'), true);
  });

  it('neither has fewer sections nor shares more than one byte', () => {
    assert.throws(() => moveSectionTable(FILE, { count: COUNT - 1 }), RangeError);
    assert.throws(() => moveSectionTable(FILE, { stride: 62 }), RangeError);
  });
});
