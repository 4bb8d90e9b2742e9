import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bindingOf,
  ELF_HEADER,
  ELF_MAGIC,
  hasMagic,
  programHeadersOf,
  relocationTypeName,
  SECTION_HEADER,
  sectionHeadersOf,
  STB,
  STT,
  SYMBOL,
  symbolInfo,
  tableOf,
  typeOf,
} from './elf';

describe('ELF files', () => {
  it('begin with the magic number, all four bytes of it', () => {
    assert.ok(hasMagic(ELF_HEADER.decode(ELF_HEADER.encode(ELF_MAGIC))));
    for (const field of ['ei_mag0', 'ei_mag1', 'ei_mag2', 'ei_mag3'])
      assert.ok(!hasMagic(ELF_HEADER.decode(ELF_HEADER.encode({ ...ELF_MAGIC, [field]: 0 }))));
  });

  it('have their headers where they say, and zeros where they end before', () => {
    const head = ELF_HEADER.encode({ e_shoff: 64n, e_shnum: 3, e_phoff: 1000n, e_phnum: 2 });
    const sections = [1, 2].map((sh_type) => SECTION_HEADER.encode({ sh_type }));
    const file = Uint8Array.from([head, ...sections].flatMap((part) => [...part]));
    assert.deepEqual(
      sectionHeadersOf(file).map(({ sh_type }) => sh_type),
      [1, 2, 0],
    );
    assert.deepEqual(
      programHeadersOf(file).map(({ p_type }) => p_type),
      [0, 0],
    );
  });

  it('have tables of whole entries', () => {
    const table = Uint8Array.from([...SYMBOL.encode({ st_name: 7 }), ...SYMBOL.encode({ st_name: 8 }), 0, 0]);
    assert.deepEqual(
      tableOf(SYMBOL, table).map(({ st_name }) => st_name),
      [7, 8],
    );
  });

  it('keep binding and type of a symbol in one byte', () => {
    const info = symbolInfo(STB.WEAK, STT.FUNC);
    assert.deepEqual([info, bindingOf(info), typeOf(info)], [0x22, STB.WEAK, STT.FUNC]);
  });
});

it('a type of relocations is called by number and name', () => {
  assert.deepEqual([11, 99].map(relocationTypeName), ['11 (R_X86_64_32S)', '99']);
});
