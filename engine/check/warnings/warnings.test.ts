import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { machineCode } from '../../../payloads/builder/assembly';
import { hookReturning } from '../../../payloads/builder/code';
import { example } from '../../reference/livepatch/load/fixtures';
import { CASES, EXAMPLES } from './examples.fixtures';
import { addressOf, patch, PATCHED, payload, warningsOf, withInit, withoutExpectation } from './fixtures';
import { WARNINGS, type Warning } from '.';

describe('warnings', () => {
  const names = (warnings: readonly Warning[]): readonly string[] => warnings.map(({ name }) => name);

  for (const { name, gets, beside, says = /\.$/ } of EXAMPLES)
    test(`${name}: one payload gets it, and one beside it does not`, () => {
      const warning = gets().find((own) => own.name === name);
      assert.match(warning?.says ?? '', says);
      assert.ok(!names(beside()).includes(name));
    });

  for (const [name, what, gets, make] of CASES)
    test(`${name}, ${what}: ${gets ? 'yes' : 'no'}`, () => assert.equal(names(make()).includes(name), gets));

  test('each row of the tables has an example', () => {
    assert.deepEqual(EXAMPLES.map(({ name }) => name).toSorted(), WARNINGS.map(({ name }) => name).toSorted());
  });

  test('none is said of a payload that is as it should be', () => {
    assert.deepEqual(warningsOf(payload({ hooks: { load: [hookReturning(0)] }, metadata: { author: 'me' } })), []);
    assert.deepEqual(
      warningsOf(payload({ functions: [patch({ replacement: machineCode(Uint8Array.of(0xc3)) })] })),
      [],
    );
  });

  test('says which field it is about, and where that is in the file', () => {
    const bytes = payload({ functions: [patch({ oldSize: 200 })] });
    const { where, field, offset = 0 } = warningsOf(bytes)[0] ?? {};
    assert.deepEqual([where, field], ['.livepatch.funcs[0] xen_extra_version', 'old_size']);
    assert.equal(new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true), 200);
  });

  test('many places of one kind are named up to a number, and counted', () => {
    const functions = Array.from({ length: 20 }, () => patch({ oldSize: 200, replacement: undefined }));
    const found = warningsOf(payload({ functions })).filter(({ name }) => name === 'old-size-differs');
    assert.equal(found.length, 16);
    assert.match(found.at(-1)?.where ?? '', /, and 4 more$/);
  });

  test('a refused payload gets only those that may be the cause', () => {
    const refused = payload({ depends: undefined, functions: [{ ...withoutExpectation(), oldSize: 200 }] });
    assert.deepEqual(names(warningsOf(refused)), []);
    assert.deepEqual(names(warningsOf(refused, withInit(addressOf(PATCHED), addressOf(PATCHED) + 1n))), [
      'patches-init-code',
    ]);
    assert.deepEqual(warningsOf(Buffer.from('no ELF')), []);
    assert.deepEqual(names(warningsOf(example(2).bytes.subarray(0, 100))), []);
  });
});
