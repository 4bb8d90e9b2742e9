import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReference } from '../reference';
import { seedsFor, subjectOf } from './seeds';
import { differences, spansOf } from './spans';
import { walk } from './walk';

const reference = createReference({ revision: 2 });
const [first, ...others] = seedsFor(subjectOf(reference)).map(({ bytes }) => bytes);
reference.close();
if (first === undefined) throw new TypeError('seeds: expected some, got none');

const changesOf = (payload: Uint8Array, walked: Set<string>) => {
  const spans = spansOf(payload, 2);
  return [...walk(payload, 2, walked)].map((changed) => differences(spans, payload, changed));
};

test('each changes one thing', () => {
  assert.ok(changesOf(first, new Set()).every((changed) => changed.length === 1));
});

test('the edges of each field of header, section headers and tables are among them', () => {
  const found = new Set(
    changesOf(first, new Set()).map((changed) => changed.map(({ field, to }) => `${field} ${to}`).join()),
  );
  for (const change of [
    'header.e_shnum 0x0',
    'section[.symtab].sh_link 0x0',
    'section[.text].sh_size 0xffffffffffffffff',
    'section[.rela.livepatch.funcs].sh_info 0x0',
    '.livepatch.funcs[0].opaque 0x1',
  ])
    assert.ok(found.has(change), change);
});

test('what a payload had need not be tried on others, but what they have besides', () => {
  const walked = new Set<string>();
  changesOf(first, walked);
  assert.deepEqual(changesOf(first, walked), []);
  const fields = others
    .flatMap((payload) => changesOf(payload, walked))
    .flatMap((changed) => changed.map(({ field }) => field));
  assert.ok(fields.includes('section[.modinfo].sh_size'));
  assert.ok(!fields.includes('section[.symtab].sh_link'));
});
