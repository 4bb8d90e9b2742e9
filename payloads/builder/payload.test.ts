import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { R_X86_64, RELA, SHF, SHN, SHT, SYMBOL } from '../../engine/abi/elf';
import { LIVEPATCH_FUNC } from '../../engine/abi/hypercall';
import { labelled, machineCode } from './assembly';
import { callsPrintk, hookReturning, increments, returnsNumber, returnsString } from './code';
import { faults } from './misdeeds';
import { alter, duplicate, remove } from './edit';
import type { Built } from './elf';
import { sectionsOf, symbolsOf, textAt } from './fields';
import { fieldBytes, fieldNumber, overwrite } from './overwrite';
import { livepatch } from './payload';
import type { PayloadDescription } from './description';

const ID = Uint8Array.from({ length: 20 }, (_, i) => i);
const HELLO = {
  revision: 2,
  buildId: ID,
  depends: ID,
  xenDepends: ID,
  functions: [{ name: 'xen_extra_version', oldSize: 16, replacement: returnsString('Hello') }],
} as const satisfies PayloadDescription;

const names = ({ bytes }: Built): readonly string[] => sectionsOf(bytes).map(({ key }) => key);

/** What the pointer at that place of a section will point to: a symbol, or text or code by what is there. */
function pointer({ bytes }: Built, section: string, offset: number) {
  const sections = sectionsOf(bytes);
  const symbols = symbolsOf(sections);
  const table = sections.find(({ key }) => key === `.rela${section}`)?.content ?? new Uint8Array();
  for (let at = 0; at < table.length; at += RELA.size) {
    const { r_offset, r_type, r_sym, r_addend } = RELA.decode(table, at);
    const symbol = symbols[r_sym];
    if (r_offset !== BigInt(offset) || symbol === undefined) continue;
    const start = Number(symbol.values.st_value + r_addend);
    const content = sections[symbol.values.st_shndx]?.content ?? new Uint8Array();
    return { symbol: symbol.key, type: r_type, text: textAt(content, start), code: content.subarray(start) };
  }
  return undefined;
}

test('revision 2: sections and flags are those that Xen asks for', () => {
  const file = livepatch({ ...HELLO, hooks: { load: [hookReturning(0)] }, metadata: { author: 'me', version: '1' } });
  assert.deepEqual(names(file), [
    '',
    '.text',
    '.rela.text',
    '.rodata.str',
    '.livepatch.funcs',
    '.rela.livepatch.funcs',
    '.livepatch.hooks.load',
    '.rela.livepatch.hooks.load',
    '.modinfo',
    '.livepatch.depends',
    '.livepatch.xen_depends',
    '.note.gnu.build-id',
    '.symtab',
    '.strtab',
    '.shstrtab',
  ]);
  const header = (section: string) =>
    ['sh_type', 'sh_flags', 'sh_addralign'].map((field) => fieldNumber(file, `section[${section}].${field}`));
  assert.deepEqual(header('.text'), [BigInt(SHT.PROGBITS), SHF.ALLOC | SHF.EXECINSTR, 16n]);
  assert.deepEqual(header('.livepatch.funcs'), [BigInt(SHT.PROGBITS), SHF.ALLOC | SHF.WRITE, 8n]);
  assert.deepEqual(header('.livepatch.hooks.load'), [BigInt(SHT.PROGBITS), SHF.ALLOC | SHF.WRITE, 8n]);
  assert.deepEqual(header('.note.gnu.build-id'), [BigInt(SHT.NOTE), SHF.ALLOC, 4n]);
  assert.equal(Buffer.from(fieldBytes(file, 'section[.modinfo].data')).toString(), 'author=me\0version=1\0');
});

test('revision 1: entries of 64 bytes, version 1, no xen_depends', () => {
  const file = livepatch({ ...HELLO, revision: 1 });
  assert.ok(!names(file).includes('.livepatch.xen_depends'));
  assert.equal(fieldBytes(file, 'section[.livepatch.funcs].data').length, 64);
  assert.equal(fieldNumber(file, '.livepatch.funcs[0].version'), 1n);
});

test('notes carry build-ids of any length, and are left out where there is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (id) => {
      const file = livepatch({ ...HELLO, depends: id });
      assert.deepEqual(fieldBytes(file, 'note[.livepatch.depends].desc'), id.slice());
      assert.equal(fieldNumber(file, 'note[.livepatch.depends].descsz'), BigInt(id.length));
      assert.equal(fieldNumber(file, 'note[.livepatch.depends].namesz'), 4n);
      assert.equal(fieldNumber(file, 'note[.livepatch.depends].type'), 3n);
      assert.equal(Buffer.from(fieldBytes(file, 'note[.livepatch.depends].name')).toString(), 'GNU\0');
    }),
  );
  const bare = livepatch({ ...HELLO, buildId: undefined, depends: undefined, xenDepends: undefined });
  assert.ok(names(bare).every((name) => !name.includes('depends') && !name.includes('note')));
});

test('an entry points to its name, its code and its old function', () => {
  const file = livepatch({
    ...HELLO,
    functions: [
      { name: 'by_name', oldSize: 9, replacement: returnsNumber(1) },
      { name: 'by_number', oldSize: 10, oldAddress: 0xffff82d040200000n, replacement: returnsNumber(2), newSize: 99 },
      { name: 'by_symbol', oldSize: 11, oldAddress: { symbol: 'by_symbol' }, replacement: returnsNumber(3) },
      { name: 'to_nops', oldSize: 12, replacement: undefined, newSize: 7 },
      { name: 'elsewhere', oldSize: 13, replacement: { symbol: 'printk' } },
      { name: 'to_number', oldSize: 14, replacement: 0x1234n, version: 9, opaque: Uint8Array.of(1), applied: 1 },
    ],
  });
  const at = (entry: number, field: 'name' | 'new_addr' | 'old_addr') =>
    pointer(file, '.livepatch.funcs', entry * 104 + LIVEPATCH_FUNC[2].fields[field].offset);
  const entry = (i: number) => LIVEPATCH_FUNC[2].decode(fieldBytes(file, 'section[.livepatch.funcs].data'), i * 104);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((i) => at(i, 'name')?.text),
    ['by_name', 'by_number', 'by_symbol', 'to_nops', 'elsewhere', 'to_number'],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((i) => at(i, 'new_addr')?.symbol),
    ['by_name', 'by_number', 'by_symbol.new', undefined, 'printk', undefined],
  );
  [0, 1, 2].forEach((i) => assert.equal(at(i, 'new_addr')?.code[1], i + 1, 'the number that the code returns'));
  assert.equal(at(0, 'new_addr')?.type, R_X86_64['64']);
  assert.equal(at(0, 'old_addr'), undefined);
  assert.equal(at(2, 'old_addr')?.symbol, 'by_symbol');
  assert.equal(fieldNumber(file, 'symbol[by_symbol].st_shndx'), BigInt(SHN.UNDEF));
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => entry(i).new_size),
    [6, 99, 6, 7],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => entry(i).old_size),
    [9, 10, 11, 12],
  );
  assert.equal(entry(1).old_addr, 0xffff82d040200000n);
  assert.deepEqual([entry(0).version, entry(0).applied, entry(0).expect], [2, 0, 0]);
  const { new_addr, version, opaque, applied } = entry(5);
  assert.deepEqual([new_addr, version, opaque[0], applied], [0x1234n, 9, 1, 1]);
});

test('a replacement has a symbol with its place and size', () => {
  const file = livepatch({ ...HELLO, defines: { helper: returnsNumber(1) } });
  const symbols = symbolsOf(sectionsOf(file.bytes));
  const helper = symbols.find(({ key }) => key === 'helper');
  assert.deepEqual([helper?.values.st_value, helper?.values.st_size, helper?.values.st_info], [16n, 6n, 0x12]);
  assert.ok(symbols.some(({ key }) => key === 'xen_extra_version'));
});

test('expectations are encoded as bits and bytes', () => {
  const expecting = (expect: NonNullable<PayloadDescription['functions'][number]['expect']>) =>
    livepatch({ ...HELLO, functions: [{ ...HELLO.functions[0], expect }] });
  const file = expecting({ bytes: Uint8Array.of(1, 2, 3) });
  assert.equal(fieldNumber(file, '.livepatch.funcs[0].expect'), BigInt(1 | (3 << 1)));
  assert.deepEqual(fieldBytes(file, '.livepatch.funcs[0].expect_data').subarray(0, 4), Uint8Array.of(1, 2, 3, 0));
  const odd = expecting({ bytes: Uint8Array.of(), enabled: false, length: 31, reserved: 3 });
  assert.equal(fieldNumber(odd, '.livepatch.funcs[0].expect'), 0xfen);
});

test('hooks are pointers to their code, in order', () => {
  const hooks = {
    load: [callsPrintk('one'), hookReturning(2)],
    unload: [hookReturning(3)],
    preapply: hookReturning(4),
  };
  const file = livepatch({ ...HELLO, hooks });
  const codeAt = (section: string, i: number, length: number) =>
    pointer(file, `.livepatch.hooks.${section}`, 8 * i)?.code.slice(0, length);
  assert.deepEqual(codeAt('load', 0, 4), callsPrintk('one').bytes.slice(0, 4));
  assert.deepEqual(codeAt('load', 1, 6), hookReturning(2).bytes);
  assert.deepEqual(codeAt('unload', 0, 6), hookReturning(3).bytes);
  assert.deepEqual(codeAt('preapply', 0, 6), hookReturning(4).bytes);
  assert.ok(file.fields.has('.livepatch.hooks.load[1]'));
  assert.ok(!file.fields.has('.livepatch.hooks.load[2]'));
});

test('strings come with the code that uses them', () => {
  const file = livepatch({ ...HELLO, hooks: { load: [callsPrintk('said\n')] } });
  const table = fieldBytes(file, 'section[.rela.text].data');
  const texts = Array.from({ length: table.length / RELA.size }, (_, i) => {
    const { r_addend, r_type } = RELA.decode(table, i * RELA.size);
    const strings = fieldBytes(file, 'section[.rodata.str].data');
    return r_type === R_X86_64.PC32 ? textAt(strings, Number(BigInt.asIntN(64, r_addend)) + 4) : undefined;
  });
  assert.deepEqual(texts, ['Hello', 'said\n', undefined]);
});

test('data: bytes, named objects, bss; present even where empty', () => {
  const file = livepatch({
    ...HELLO,
    data: { flag: Uint8Array.of(1), counter: new Uint8Array(8) },
    bss: 3000,
    rodata: ID,
    hooks: { load: [increments('counter')] },
  });
  assert.equal(fieldNumber(file, 'symbol[counter].st_value'), 8n);
  assert.equal(fieldNumber(file, 'symbol[flag].st_size'), 1n);
  assert.equal(fieldNumber(file, 'section[.data].sh_size'), 16n);
  assert.equal(fieldNumber(file, 'section[.bss].sh_type'), BigInt(SHT.NOBITS));
  assert.equal(fieldNumber(file, 'section[.bss].sh_size'), 3000n);
  assert.deepEqual(fieldBytes(file, 'section[.rodata].data'), ID);
  const empty = livepatch({ ...HELLO, data: new Uint8Array(), bss: 0 });
  assert.equal(fieldNumber(empty, 'section[.data].sh_size'), 0n);
  assert.equal(fieldNumber(empty, 'section[.bss].sh_size'), 0n);
});

test('no code, no .text; no functions, no .livepatch.funcs', () => {
  const nop = livepatch({ ...HELLO, functions: [{ name: 'f', oldSize: 9, replacement: undefined }] });
  assert.ok(!names(nop).includes('.text'));
  assert.equal(fieldNumber(nop, '.livepatch.funcs[0].new_size'), 5n);
  const hookOnly = livepatch({ ...HELLO, functions: [], hooks: { apply: hookReturning(0) } });
  assert.ok(!names(hookOnly).includes('.livepatch.funcs'));
});

test('further sections can point to labels in the code', () => {
  const file = livepatch({
    ...HELLO,
    hooks: { load: [labelled(faults(), { fault: 0, fixup: 8 })] },
    sections: [
      {
        name: '.ex_table',
        type: SHT.PROGBITS,
        flags: SHF.ALLOC,
        alignment: 4,
        content: new Uint8Array(8),
        relocations: [
          { offset: 0, type: 'PC32', symbol: 'fault' },
          { offset: 4, type: 'PC32', symbol: 'fixup' },
        ],
      },
    ],
    relocations: { '.livepatch.depends': [{ offset: 16, type: '64', symbol: 'printk' }] },
  });
  assert.deepEqual(pointer(file, '.ex_table', 0)?.code.slice(0, 9), faults().bytes);
  assert.deepEqual(pointer(file, '.ex_table', 4)?.code[0], 0xc3);
  assert.equal(pointer(file, '.livepatch.depends', 16)?.symbol, 'printk');
  assert.ok(!file.fields.has('symbol[fault].st_name'));
  assert.deepEqual(
    fieldBytes(overwrite(file, { '.ex_table[0].cont': 5 }), 'section[.ex_table].data').slice(4),
    Uint8Array.of(5, 0, 0, 0),
  );
});

test('every relocation of any payload names a symbol of its table and lies in its section', () => {
  const code = fc.constantFrom(
    returnsString('a'),
    increments('counter'),
    callsPrintk('b'),
    machineCode(Uint8Array.of(0xc3)),
  );
  const patch = fc.record({ name: fc.constantFrom('f', 'g', 'h'), oldSize: fc.nat(), replacement: fc.option(code) });
  const description = fc.record({
    functions: fc.array(patch, { maxLength: 4 }),
    load: fc.array(code, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(description, fc.constantFrom(1 as const, 2 as const), ({ functions, load }, revision) => {
      const file = livepatch({
        ...HELLO,
        revision,
        functions: functions.map((one) => ({ ...one, replacement: one.replacement ?? undefined })),
        hooks: { load },
      });
      const sections = sectionsOf(file.bytes);
      const count = fieldBytes(file, 'section[.symtab].data').length / SYMBOL.size;
      for (const { header, content } of sections.filter(({ header: { sh_type } }) => sh_type === SHT.RELA))
        for (let at = 0; at < content.length; at += RELA.size) {
          const { r_sym, r_offset } = RELA.decode(content, at);
          assert.ok(r_sym > 0 && r_sym < count);
          assert.ok(Number(r_offset) + 4 <= (sections[header.sh_info]?.content.length ?? 0));
        }
    }),
  );
});

test('edits: remove, duplicate, alter', () => {
  const edited = (...edits: NonNullable<PayloadDescription['edits']>) => livepatch({ ...HELLO, edits });
  assert.ok(!names(edited(remove('.livepatch.depends'))).includes('.livepatch.depends'));
  const textless = edited(remove('.text'));
  assert.ok(!textless.fields.has('symbol[xen_extra_version].st_name'));
  assert.equal(fieldBytes(textless, 'section[.rela.livepatch.funcs].data').length, RELA.size);

  const twice = edited(duplicate('.livepatch.funcs'));
  assert.deepEqual(
    fieldBytes(twice, 'section[.livepatch.funcs#2].data'),
    fieldBytes(twice, 'section[.livepatch.funcs].data'),
  );
  assert.equal(fieldNumber(twice, '.livepatch.funcs#2[0].old_size'), 16n);
  assert.ok(twice.fields.has('.rela.livepatch.funcs#2[1].r_info'));

  const altered = edited(alter('.livepatch.funcs', { flags: 0n, content: new Uint8Array(), relocations: [] }));
  assert.equal(fieldNumber(altered, 'section[.livepatch.funcs].sh_flags'), 0n);
  assert.equal(fieldNumber(altered, 'section[.livepatch.funcs].sh_size'), 0n);
  assert.throws(() => edited(remove('.nothing')), RangeError);
});
