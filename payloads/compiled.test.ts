import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PAYLOAD_VERSION } from '../engine/abi/hypercall';
import type { Revision } from '../engine/abi/hypercall';
import { sectionsOf } from './builder/fields';
import { fieldBytes, fieldNumber, overwrite } from './builder/overwrite';
import { CATALOGUE, buildIdOf, payloadNamed } from './catalogue';
import type { PayloadContext } from './catalogue';
import { COMPILED, compiled } from './compiled';

const REVISIONS: readonly Revision[] = [1, 2];
const id = (byte: number) => new Uint8Array(20).fill(byte);
const SIZES: Readonly<Record<string, number>> = { xen_extra_version: 16, xen_minor_version: 10 };

const context = (revision: Revision): PayloadContext => ({
  revision,
  hypervisorBuildId: id(1),
  depends: id(2),
  buildId: id(3),
  sizeOf: (symbol) => SIZES[symbol] ?? assert.fail(symbol),
});

for (const revision of REVISIONS)
  for (const { name, make } of CATALOGUE)
    test(`${name}, revision ${revision}: fitted to its hypervisor`, () => {
      const file = make(context(revision));
      const entry = (field: string) => fieldNumber(file, `.livepatch.funcs[0].${field}`);
      assert.deepEqual(fieldBytes(file, 'note[.note.gnu.build-id].desc'), id(3));
      assert.deepEqual(fieldBytes(file, 'note[.livepatch.depends].desc'), id(2));
      assert.equal(file.fields.has('note[.livepatch.xen_depends].desc'), revision === 2);
      if (revision === 2) assert.deepEqual(fieldBytes(file, 'note[.livepatch.xen_depends].desc'), id(1));
      assert.equal(entry('version'), BigInt(PAYLOAD_VERSION[revision]));
      assert.equal(entry('old_size'), name === 'nop' ? 10n : 16n);
      assert.equal(entry('new_size'), name === 'nop' ? 5n : 8n, 'lea and ret, or the nops');
      assert.equal(entry('old_addr'), 0n);
      assert.equal(fieldBytes(file, 'section[.livepatch.funcs].data').length, revision === 1 ? 64 : 104);
    });

test('hello_world brings data and hooks; nop brings no code', () => {
  const hello = payloadNamed('hello_world').make(context(2));
  assert.equal(fieldNumber(hello, 'section[.data].sh_size'), 4n);
  assert.ok(hello.fields.has('.livepatch.hooks.load[0]') && hello.fields.has('.livepatch.hooks.unload[0]'));
  const nop = payloadNamed('nop').make(context(2));
  assert.equal(fieldNumber(nop, 'section[.text].sh_size'), 0n);
  assert.ok(!nop.fields.has('.rela.livepatch.funcs[1].r_info'), 'new_addr is not relocated');
});

test('a build-id of any length can be set; the rest of the payload stays', () => {
  fc.assert(
    fc.property(fc.constantFrom(...COMPILED), fc.uint8Array({ minLength: 1, maxLength: 64 }), (name, buildId) => {
      const symbol = name === 'nop' ? 'xen_minor_version' : 'xen_extra_version';
      const fitting = {
        revision: 2,
        buildId,
        depends: buildId,
        xenDepends: id(1),
        oldSizes: { [symbol]: 16 },
      } as const;
      const file = compiled(name, fitting);
      assert.deepEqual(fieldBytes(file, 'note[.note.gnu.build-id].desc'), buildId.slice());
      assert.deepEqual(fieldBytes(file, 'note[.livepatch.depends].desc'), buildId.slice());
      const plain = sectionsOf(compiled(name, { ...fitting, buildId: id(9), depends: id(9) }).bytes);
      const same = sectionsOf(file.bytes).filter(({ key }) => !/depends|build-id/.test(key));
      for (const { key, index, content } of same) assert.deepEqual(content.slice(), plain[index]?.content.slice(), key);
    }),
  );
});

test('any field of a compiled payload can be made wrong', () => {
  const file = overwrite(payloadNamed('bye_world').make(context(1)), {
    'header.e_machine': 3,
    'symbol[xen_extra_version].st_shndx': 0xfff2,
  });
  assert.equal(fieldNumber(file, 'header.e_machine'), 3n);
  assert.equal(fieldNumber(file, 'symbol[xen_extra_version].st_shndx'), 0xfff2n);
});

test('further fields of an entry can be set, and old sizes must be given', () => {
  const fitting = { revision: 2, buildId: id(3), depends: id(2), oldSizes: { xen_minor_version: 40 } } as const;
  const file = compiled('nop', { ...fitting, entries: { xen_minor_version: { new_size: 32, old_addr: 0x1234n } } });
  assert.equal(fieldNumber(file, '.livepatch.funcs[0].new_size'), 32n);
  assert.equal(fieldNumber(file, '.livepatch.funcs[0].old_addr'), 0x1234n);
  assert.throws(() => compiled('nop', { ...fitting, oldSizes: {} }), /old size of xen_minor_version/);
  assert.throws(() => compiled('bye_world', fitting), /xen_extra_version.*xen_minor_version/);
});

test('names: descriptions of one sentence, build-ids of their own', () => {
  assert.deepEqual(
    CATALOGUE.map(({ name }) => name),
    COMPILED,
  );
  for (const { description } of CATALOGUE) assert.match(description, /^\S.*\.$/);
  assert.equal(Buffer.from(buildIdOf('abc')).toString('hex'), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  assert.throws(() => payloadNamed('hello'), /hello_world/);
});
