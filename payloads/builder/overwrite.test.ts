import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hookReturning, returnsString } from './code';
import { cut, extend, fieldBytes, fieldNumber, overwrite, resize } from './overwrite';
import { livepatch } from './payload';

const ID = new Uint8Array(20).fill(0x11);
const FILE = livepatch({
  revision: 2,
  buildId: ID,
  depends: ID,
  xenDepends: ID,
  functions: [{ name: 'xen_extra_version', oldSize: 16, replacement: returnsString('text') }],
  hooks: { load: [hookReturning(0)] },
  data: ID,
});
const NUMBERS = [...FILE.fields].filter(([, { size }]) => [1, 2, 4, 8].includes(size)).map(([path]) => path);

test('a number written to any field is read back, and nothing else has changed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NUMBERS), fc.bigInt(0n, 2n ** 64n - 1n), (path, random) => {
      const field = FILE.fields.get(path);
      assert.ok(field);
      const value = BigInt.asUintN(field.size * 8, random);
      const changed = overwrite(FILE, { [path]: value });
      assert.equal(fieldNumber(changed, path), value);
      const restored = overwrite(changed, { [path]: fieldBytes(FILE, path) });
      assert.deepEqual(restored.bytes, FILE.bytes);
    }),
    { numRuns: 500 },
  );
});

test('bytes replace the first ones of a field; the original file stays', () => {
  const before = FILE.bytes.slice();
  const changed = overwrite(FILE, {
    'section[.text].data': '9090',
    'header.e_machine': 3,
    'note[.livepatch.depends].name': '414243',
  });
  const text = fieldBytes(FILE, 'section[.text].data');
  assert.deepEqual(fieldBytes(changed, 'section[.text].data'), Uint8Array.of(0x90, 0x90, ...text.subarray(2)));
  assert.equal(fieldNumber(changed, 'header.e_machine'), 3n);
  assert.deepEqual(fieldBytes(changed, 'note[.livepatch.depends].name'), Uint8Array.from(Buffer.from('ABC\0')));
  assert.deepEqual(FILE.bytes, before);
});

test('negative numbers are written as two’s complement', () => {
  const changed = overwrite(FILE, { '.rela.text[0].r_addend': -1, 'section[.text].sh_size': -0x40n });
  assert.equal(fieldNumber(changed, '.rela.text[0].r_addend'), 2n ** 64n - 1n);
  assert.equal(fieldNumber(changed, 'section[.text].sh_size'), 2n ** 64n - 0x40n);
});

test('an unknown path is refused with those that look like it', () => {
  assert.throws(() => overwrite(FILE, { 'header.e_machin': 3 }), { name: 'RangeError', message: /header\.e_machine/ });
  assert.throws(() => overwrite(FILE, { 'section[.txt].sh_flags': 3 }), /section\[\.text\]\.sh_flags/);
});

test('what does not fit its field is refused', () => {
  assert.throws(() => overwrite(FILE, { 'header.e_machine': 0x10000 }), RangeError);
  assert.throws(() => overwrite(FILE, { 'header.e_machine': -0x8001 }), RangeError);
  assert.throws(() => overwrite(FILE, { 'header.e_machine': '010203' }), RangeError);
  assert.throws(() => overwrite(FILE, { 'header.e_machine': '0x3' }), TypeError);
  assert.throws(() => overwrite(FILE, { 'header.e_machine': 1.5 }), TypeError);
});

test('cut keeps the beginning and the fields that are whole', () => {
  const short = cut(FILE, 63);
  assert.deepEqual(short.bytes, FILE.bytes.slice(0, 63));
  assert.ok(short.fields.has('header.e_shnum'));
  assert.ok(!short.fields.has('header.e_shstrndx'));
  assert.throws(() => cut(FILE, FILE.bytes.length + 1), RangeError);
});

test('resize cuts or fills up', () => {
  const size = FILE.bytes.length;
  for (const wanted of [0, size - 1, size, size + 1]) assert.equal(resize(FILE, wanted).bytes.length, wanted);
  assert.deepEqual(resize(FILE, size - 1).bytes, cut(FILE, size - 1).bytes);
  assert.deepEqual(resize(FILE, size + 1).bytes, extend(FILE, size + 1).bytes);
});

test('extend puts zeros or bytes at the end', () => {
  const size = FILE.bytes.length;
  assert.deepEqual(extend(FILE, size + 2).bytes, Uint8Array.of(...FILE.bytes, 0, 0));
  assert.deepEqual(extend(FILE, Uint8Array.of(1, 2)).bytes, Uint8Array.of(...FILE.bytes, 1, 2));
  assert.throws(() => extend(FILE, size - 1), RangeError);
});
