import assert from 'node:assert/strict';
import { test } from 'node:test';
import elfy from 'elfy';
import fc from 'fast-check';
import { R_X86_64, SHF, SHT, STB } from '../../engine/abi/elf';
import { elfObject } from './elf';
import type { Built, ObjectDescription, SectionDescription } from './elf';
import { keysOf } from './fields';
import { fieldBytes, fieldNumber } from './overwrite';

const SECTION_NAMES = [
  '.text',
  '.data',
  '.rodata',
  '.bss',
  '.note',
  '.livepatch.funcs',
  '.livepatch.hooks.load',
  '.altinstructions',
];

const section: fc.Arbitrary<SectionDescription> = fc
  .record({
    name: fc.constantFrom(...SECTION_NAMES),
    flags: fc.constantFrom(0n, SHF.ALLOC, SHF.ALLOC | SHF.WRITE, SHF.ALLOC | SHF.EXECINSTR),
    alignment: fc.constantFrom(0, 1, 2, 4, 8, 16, 64, 4096),
    content: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.nat(5000)),
  })
  .map((one) => ({ ...one, type: typeof one.content === 'number' ? SHT.NOBITS : SHT.PROGBITS }));

/** Sections, a symbol for some of them, undefined ones, and relocations from any section to any symbol. */
const object: fc.Arbitrary<ObjectDescription> = fc
  .tuple(
    fc.array(section, { minLength: 1, maxLength: 6 }),
    fc.array(fc.record({ global: fc.boolean(), in: fc.option(fc.nat()), value: fc.nat(500) }), { maxLength: 6 }),
    fc.array(fc.record({ from: fc.nat(), to: fc.nat(), offset: fc.nat(500), addend: fc.bigInt(-9n, 9n) }), {
      maxLength: 8,
    }),
  )
  .map(([sections, symbols, relocations]) => {
    const keys = keysOf(sections.map(({ name }) => name));
    return {
      symbols: symbols.map(({ global, in: at, value }, i) => ({
        name: `symbol${i}`,
        binding: global ? 'GLOBAL' : 'LOCAL',
        type: 'OBJECT',
        section: at === null ? { special: 'UNDEF' } : (keys[at % keys.length] ?? ''),
        value: BigInt(value),
      })),
      sections: sections.map((one, i) => ({
        ...one,
        relocations: relocations
          .filter(({ from }) => symbols.length > 0 && from % sections.length === i)
          .map(({ to, offset, addend }) => ({ offset, type: 'PC32', symbol: `symbol${to % symbols.length}`, addend })),
      })),
    };
  });

const contentOf = ({ content }: SectionDescription): Uint8Array =>
  typeof content === 'number' ? new Uint8Array() : content;

const sectionAt = ({ bytes }: Built, offset: bigint, size: number): Uint8Array =>
  bytes.slice(Number(offset), Number(offset) + size);

test('each section is found, by its key, at sh_offset', () => {
  fc.assert(
    fc.property(object, (description) => {
      const file = elfObject(description, 2);
      const keys = keysOf(description.sections.map(({ name }) => name));
      description.sections.forEach((one, i) => {
        const field = (name: string) => fieldNumber(file, `section[${keys[i]}].${name}`);
        assert.equal(field('sh_type'), BigInt(one.type));
        assert.equal(field('sh_flags'), one.flags);
        assert.equal(field('sh_addralign'), BigInt(one.alignment));
        assert.equal(field('sh_size'), BigInt(typeof one.content === 'number' ? one.content : one.content.length));
        assert.ok(field('sh_offset') >= 64n);
        assert.deepEqual(sectionAt(file, field('sh_offset'), contentOf(one).length), contentOf(one).slice());
      });
    }),
  );
});

test('fields lie in the file, and two of them are apart, the same, or one within the other', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(1 as const, 2 as const), (description, revision) => {
      const file = elfObject(description, revision);
      const fields = [...file.fields].sort(([, a], [, b]) => a.offset - b.offset || b.size - a.size);
      const open: number[] = [];
      for (const [path, { offset, size }] of fields) {
        const end = offset + size;
        assert.ok(end <= file.bytes.length, path);
        if (size === 0) continue;
        while (open.length > 0 && (open.at(-1) ?? 0) <= offset) open.pop();
        assert.ok(open.length === 0 || end <= (open.at(-1) ?? 0), `${path} overlaps another field`);
        open.push(end);
      }
    }),
    { numRuns: 50 },
  );
});

test('every byte that is not alignment belongs to a field', () => {
  fc.assert(
    fc.property(object, (description) => {
      const file = elfObject(description, 2);
      const owned = new Uint8Array(file.bytes.length);
      for (const { offset, size } of file.fields.values()) owned.fill(1, offset, offset + size);
      file.bytes.forEach((byte, at) => assert.ok(owned[at] === 1 || byte === 0, `byte ${at}`));
    }),
    { numRuns: 50 },
  );
});

test('symbols and relocations say what was described, locals first', () => {
  fc.assert(
    fc.property(object, (description) => {
      const file = elfObject(description, 2);
      const locals = description.symbols.filter(({ binding }) => binding === 'LOCAL').length;
      assert.equal(fieldNumber(file, 'section[.symtab].sh_info'), BigInt(locals + 1));
      description.symbols.forEach((symbol, i) => {
        assert.equal(fieldNumber(file, `symbol[symbol${i}].st_value`), symbol.value);
        assert.equal(fieldNumber(file, `symbol[symbol${i}].st_info`) >> 4n, BigInt(STB[symbol.binding]));
      });
      const keys = keysOf(description.sections.map(({ name }) => name));
      const relaKeys = keysOf(
        description.sections.filter(({ relocations }) => relocations?.length).map(({ name }) => `.rela${name}`),
      );
      description.sections
        .map((one, i) => ({ one, key: keys[i] ?? '' }))
        .filter(({ one }) => one.relocations?.length)
        .forEach(({ one, key }, i) => {
          const rela = relaKeys[i] ?? '';
          const target = fieldNumber(file, `section[${rela}].sh_info`);
          assert.deepEqual(file.fields.get(`section[${target}].sh_type`), file.fields.get(`section[${key}].sh_type`));
          one.relocations?.forEach(({ offset, symbol, addend = 0n }, entry) => {
            const field = (name: string) => fieldNumber(file, `${rela}[${entry}].${name}`);
            assert.equal(field('r_offset'), BigInt(offset));
            assert.equal(field('r_info'), (field('r_sym') << 32n) | BigInt(R_X86_64.PC32));
            assert.equal(BigInt.asIntN(64, field('r_addend')), addend);
            assert.deepEqual(
              file.fields.get(`symbol[${field('r_sym')}].st_name`),
              file.fields.get(`symbol[${symbol}].st_name`),
            );
          });
        });
    }),
  );
});

const ELFY_TYPES = new Map<number, string>([
  [SHT.PROGBITS, 'progbits'],
  [SHT.NOBITS, 'nobits'],
]);

test('a second reader, elfy, sees the same names, types, offsets and sizes', () => {
  fc.assert(
    fc.property(object, (description) => {
      const file = elfObject(description, 2);
      const seen = elfy.parse(Buffer.from(file.bytes));
      assert.deepEqual([seen.class, seen.endian, seen.type, seen.machine], ['64', 'lsb', 'rel', 'amd64']);
      const sections = seen.body.sections.filter(({ name }) => SECTION_NAMES.includes(name));
      assert.deepEqual(
        sections.map(({ name, type, size }) => ({ name, type, size })),
        description.sections.map(({ name, type, content }) => ({
          name,
          type: ELFY_TYPES.get(type),
          size: typeof content === 'number' ? content : content.length,
        })),
      );
      sections.forEach((one, i) => {
        const described = description.sections[i];
        if (one.type === 'progbits' && described)
          assert.deepEqual(new Uint8Array(one.data), contentOf(described).slice());
      });
      assert.deepEqual(
        seen.body.sections.slice(-3).map(({ name }) => name),
        ['.symtab', '.strtab', '.shstrtab'],
      );
    }),
  );
});

const PLAIN: SectionDescription = {
  name: '.data',
  type: SHT.PROGBITS,
  flags: SHF.ALLOC | SHF.WRITE,
  alignment: 8,
  content: new Uint8Array(8),
};

test('REL relocations have no addend', () => {
  const file = elfObject(
    {
      sections: [{ ...PLAIN, relocationKind: 'REL', relocations: [{ offset: 0, type: '64', symbol: 'printk' }] }],
      symbols: [{ name: 'printk', binding: 'GLOBAL', type: 'NOTYPE', section: { special: 'UNDEF' } }],
    },
    1,
  );
  assert.equal(fieldNumber(file, 'section[.rel.data].sh_type'), BigInt(SHT.REL));
  assert.equal(fieldNumber(file, '.rel.data[0].r_type'), BigInt(R_X86_64['64']));
  assert.equal(fieldBytes(file, 'section[.rel.data].data').length, 16);
});

test('what is named and not there is a mistake of the description', () => {
  const relocations = [{ offset: 0, type: '64', symbol: 'nobody' }] as const;
  assert.throws(
    () => elfObject({ sections: [{ ...PLAIN, relocations }], symbols: [] }, 1),
    /relocation: symbol.*nobody/,
  );
  const symbols = [{ name: 'lost', binding: 'GLOBAL', type: 'OBJECT', section: '.nowhere' }] as const;
  assert.throws(() => elfObject({ sections: [PLAIN], symbols }, 1), /symbol: section.*\.nowhere/);
});
