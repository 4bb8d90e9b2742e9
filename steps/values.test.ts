/** What tables and sentences write as values. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { createReference } from '../engine/reference';
import { createScene, ownVersions } from './scene';
import { addressValue, callFields, fieldText, fieldValue, number } from './values';

const reference = createReference({ revision: 2 });
const scene = createScene(reference, ownVersions(reference), false);
beforeEach(() => reference.reset());
after(() => reference.close());

const PRINTK = reference.image.symbol('printk') ?? 0n;

describe('a value', () => {
  it('is a number, decimal or hexadecimal', () => {
    for (const [text, value] of [
      ['0', 0n],
      ['12', 12n],
      ['-12', -12n],
      ['0x1f', 31n],
      ['-0x1F', -31n],
    ] as const) {
      assert.equal(number(text), value);
      assert.equal(fieldValue(scene, text), value);
    }
  });

  it('is a number of ELF by its name, or several as flags', () => {
    for (const [text, value] of [
      ['SHT_REL', 9n],
      ['SHF_ALLOC', 2n],
      ['SHF_ALLOC | SHF_WRITE', 3n],
      ['SHN_ABS', 0xfff1n],
      ['R_X86_64_PC32', 2n],
    ] as const)
      assert.equal(fieldValue(scene, text), value, text);
    for (const text of ['SHF_ALLOC | ODD', 'ODD', 'SHF_ALLOC|SHF_WRITE', '', '0x', '1 2'])
      assert.throws(() => fieldValue(scene, text), RangeError, text);
  });

  it('is a named address, or one before or after that of a symbol', () => {
    for (const [text, value] of [
      ['an unmapped guest address', 0xdead0000n],
      ['an unmapped hypervisor address', 0xffff82d03fff0000n],
      ['NODEPS', 1n],
      ['the address of printk', PRINTK],
      ['the address of printk + 5', PRINTK + 5n],
      ['the address of printk - 0x10', PRINTK - 16n],
    ] as const) {
      assert.equal(fieldValue(scene, text), value, text);
      assert.equal(addressValue(scene, text), value, text);
    }
    assert.equal(addressValue(scene, '-1'), 0xffff_ffff_ffff_ffffn);
    assert.throws(() => addressValue(scene, 'bytes 00'), RangeError);
  });

  it('is bytes', () => {
    assert.equal(fieldValue(scene, 'bytes 0a 1b'), '0a1b');
    assert.equal(fieldValue(scene, 'bytes 0a'), '0a');
    for (const text of ['bytes', 'bytes 0', 'bytes 0A', 'so bytes 0a'])
      assert.throws(() => fieldValue(scene, text), RangeError);
  });

  it('is what another field or the file has', () => {
    for (const [text, value] of [
      ['5', 5n],
      ['the length of the file', { of: 'length', plus: 0n }],
      ['the length of the file + 2', { of: 'length', plus: 2n }],
      ['that of header.e_shnum', { of: { field: 'header.e_shnum' }, plus: 0n }],
      ['that of header.e_shnum - 0x10', { of: { field: 'header.e_shnum' }, plus: -16n }],
    ] as const)
      assert.deepEqual(fieldText(scene, text), value, text);
  });
});

describe('the fields of a call', () => {
  it('are as wide as they are in the structure', () => {
    const wide = ['sysctl', 'name', 'size', 'payload', 'status', 'len', 'metadata', 'metadata_len'];
    for (const field of wide) assert.deepEqual(callFields(scene, [[field, '-1']]), { [field]: 0xffff_ffff_ffff_ffffn });
    for (const field of ['nr', 'cmd', 'op.pad', 'name_size'])
      assert.deepEqual(callFields(scene, [[field, '-1']]), { [field]: -1 });
    assert.deepEqual(callFields(scene, [['name_pad', '01 02 00 00 00 00']]), {
      name_pad: Uint8Array.of(1, 2, 0, 0, 0, 0),
    });
    assert.deepEqual(callFields(scene, []), {});
  });

  it('may be the interface version, or near it', () => {
    const version = reference.hypervisor.interfaceVersion;
    const values = ['the interface version', 'the interface version + 2', 'the interface version - 1'];
    assert.deepEqual(
      values.map((value) => callFields(scene, [['sysctl.interface_version', value]])['sysctl.interface_version']),
      [version, version + 2, version - 1],
    );
  });

  it('may be where a text is', () => {
    const memory = reference.domain('control');
    const placed = (text: string): bigint => {
      const { name } = callFields(scene, [['name', text]]);
      assert.ok(typeof name === 'bigint');
      return name;
    };
    const textAt = (address: bigint, length: number): string =>
      Buffer.from(memory.read(address, length)).toString('latin1');
    assert.equal(textAt(placed('the text "a\\0b"'), 3), 'a\0b');
    const long = placed('a text of 5 bytes with its NUL');
    assert.equal(textAt(long, 5), 'nnnn\0');
    assert.equal(textAt(placed('a text of 1 byte with its NUL'), 1), '\0');
    const edge = placed('the text "abc" before an unmapped page');
    assert.equal(textAt(edge, 3), 'abc');
    assert.throws(() => memory.read(edge, 4), RangeError);
    const readOnly = placed('the text "abc" in read-only memory');
    assert.equal(textAt(readOnly, 3), 'abc');
    assert.throws(() => memory.read(readOnly, 4), RangeError);
  });
});
