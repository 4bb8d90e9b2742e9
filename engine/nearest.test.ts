import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest';

test('the three names that take the fewest changes, the nearest first', () => {
  const names = ['function-size', 'magic', 'function-old-size-zero', 'machine', 'os-abi'];
  assert.equal(nearest('function-old-size', names), 'function-size, function-old-size-zero, machine');
  assert.equal(nearest('magick', names), 'magic, machine, os-abi');
  assert.equal(nearest('x', ['only']), 'only');
});
