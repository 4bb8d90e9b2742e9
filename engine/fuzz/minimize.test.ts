import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReference } from '../reference';
import { minimize, nearestSeed } from './minimize';
import { mutate } from './mutate';
import { randomFrom } from './random';
import { seedsFor, subjectOf } from './seeds';
import { differing, spansOf } from './spans';

const seeds = seedsFor(subjectOf(createReference({ revision: 2 })));
const [seed = { name: '', bytes: new Uint8Array() }] = seeds;

const spans = spansOf(seed.bytes, 2);
const link = spans.find(({ name }) => name === 'section[.symtab].sh_link') ?? { offset: 0, size: 0 };

/** The seed with a link of 0, and with many other changes. */
function changed(): Uint8Array {
  const bytes = Uint8Array.from(seed.bytes);
  for (let at = 100; at < 1000; at += 50) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  bytes.fill(0, link.offset, link.offset + link.size);
  return bytes;
}

const hasNoLink = (bytes: Uint8Array): Promise<boolean> =>
  Promise.resolve(bytes.subarray(link.offset, link.offset + link.size).every((byte) => byte === 0));

test('the spans of a payload are the whole file, each byte once', () => {
  for (const { bytes } of seeds) {
    let end = 0;
    for (const { offset, size } of [...spansOf(bytes, 2)].sort((one, other) => one.offset - other.offset)) {
      assert.equal(offset, end);
      end += size;
    }
    assert.equal(end, bytes.length);
  }
});

for (const [what, more] of [
  ['of the same length', 0],
  ['that is longer', 300],
  ['that is shorter', -20],
] as const)
  test(`of a payload ${what}, the one field is left that matters`, async () => {
    const bytes = changed();
    const payload = more > 0 ? Buffer.concat([bytes, Buffer.alloc(more)]) : bytes.subarray(0, bytes.length + more);
    const { seed: name, changes, payload: least } = await minimize(payload, seed, 2, hasNoLink);
    assert.equal(name, seed.name);
    assert.deepEqual(
      changes.map(({ field, to }) => [field, to]),
      [['section[.symtab].sh_link', '0x0']],
    );
    assert.deepEqual(
      differing(spans, seed.bytes, least).map((span) => span.name),
      ['section[.symtab].sh_link'],
    );
  });

test('a payload that nothing can be taken back of stays as it is', async () => {
  const payload = changed();
  const { payload: least } = await minimize(payload, seed, 2, () => Promise.resolve(false));
  assert.deepEqual(least, payload);
});

test('the nearest seed of a payload is the one that it was made of', () => {
  const random = randomFrom(3);
  let found = 0;
  for (let time = 0; time < 50; time++)
    for (const own of seeds) if (nearestSeed(mutate(random, own.bytes, [own.bytes], 2), seeds) === own) found += 1;
  assert.ok(found > 45 * seeds.length, `${found}`);
});
