import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createReference } from '../reference';
import { mutate } from './mutate';
import { picked, randomFrom } from './random';
import { seedsFor, subjectOf } from './seeds';
import { structuresOf } from './structures';

const seeds = seedsFor(subjectOf(createReference({ revision: 2 }))).map(({ bytes }) => bytes);

/** A payload, changed so often, one time on top of the other. */
function grown(seed: number, times: number): Uint8Array {
  const random = randomFrom(seed);
  let payload = picked(random, seeds);
  for (let time = 0; time < times; time++) payload = mutate(random, payload, seeds, 2);
  return payload;
}

describe('a changed payload', () => {
  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), (seed, times) => {
        assert.deepEqual(grown(seed, times), grown(seed, times));
      }),
      { numRuns: 50 },
    );
  });

  test('is another one for another seed', () => {
    const some = Array.from({ length: 50 }, (_, seed) => Buffer.from(grown(seed, 1)).toString('hex'));
    assert.ok(new Set(some).size > 45);
  });

  test('is seldom its original, which stays as it is', () => {
    const random = randomFrom(7);
    const [original = new Uint8Array()] = seeds;
    const before = Buffer.from(original);
    const same = Array.from({ length: 200 }, () => mutate(random, original, seeds, 2)).filter((one) =>
      before.equals(one),
    );
    assert.ok(same.length < 20, `${same.length} of 200 are`);
    assert.ok(before.equals(original));
  });

  test('does not grow without end', () => {
    assert.ok(grown(1, 400).length < 2 ** 18);
  });
});

test('any bytes can be changed and read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.constantFrom(1, 2), (bytes, seed, revision) => {
      structuresOf(bytes, revision);
      mutate(randomFrom(seed), bytes, [bytes], revision);
    }),
    { numRuns: 200 },
  );
});

test('the structures of a payload are those of its sections', () => {
  const [hello = new Uint8Array()] = seeds;
  const { headers, sections, tables } = structuresOf(hello, 2);
  assert.equal(headers.count, sections.length);
  const named = new Set(tables.flatMap(({ fields }) => fields.map(([name]) => name)));
  for (const field of ['.st_shndx', '.r_addend', '.old_addr', '.namesz', '']) assert.ok(named.has(field), field);
});
