import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ALTERNATIVE, alternativeFormOf, type AlternativeForm } from './tables';

const START = 0x1000n;
const isCode = (address: bigint, length: number): boolean => address >= 0x5000n && address < 0x6000n && length > 0;
const tableOf = (form: AlternativeForm, count: number): Uint8Array => {
  const { size, encode } = ALTERNATIVE[form];
  const entry = (at: number): Uint8Array =>
    encode({ orig: 0x4000 - at * size, repl: 0x10_0000, orig_len: 5, repl_len: 5 });
  return Buffer.concat(Array.from({ length: count }, (_, at) => entry(at)));
};

it('alternatives are of the plain form if each entry that is read so leads to code', () => {
  // 84 bytes are whole entries of both forms.
  for (const [form, count] of [
    ['plain', 1],
    ['plain', 7],
    ['padded', 1],
    ['padded', 6],
  ] as const)
    assert.equal(alternativeFormOf(tableOf(form, count), START, isCode), form);
});
