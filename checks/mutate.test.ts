import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutantOf, originals, randomFrom } from './mutate';

const SUBJECT = { buildId: new Uint8Array(20).fill(1), sizeOf: () => 16 };

test('the same seed makes the same mutants, another one others', () => {
  const mutants = (seed: number): readonly string[] => {
    const random = randomFrom(seed);
    return originals(SUBJECT).map((original) => Buffer.from(mutantOf(original, random)).toString('hex'));
  };
  assert.deepEqual(mutants(1), mutants(1));
  assert.notDeepEqual(mutants(1), mutants(2));
});

test('a mutant is seldom its original, which stays as it is', () => {
  const random = randomFrom(7);
  const [original] = originals(SUBJECT);
  assert.ok(original !== undefined);
  const before = Buffer.from(original.bytes);
  const same = Array.from({ length: 200 }, () => mutantOf(original, random)).filter((mutant) => before.equals(mutant));
  assert.ok(same.length < 20, `${same.length} of 200 are`);
  assert.ok(before.equals(original.bytes));
});
