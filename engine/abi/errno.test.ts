import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRNO, returnName, returnValue } from './errno';

test('each errno has a number of its own, and is found by name and by number', () => {
  const entries = Object.entries(ERRNO);
  assert.equal(new Set(Object.values(ERRNO)).size, entries.length);
  for (const [name, number] of entries) {
    assert.equal(returnName(-number), `-${name}`);
    assert.equal(returnValue(`-${name}`), -number);
  }
});

test('numbers without a name stay numbers, both ways', () => {
  for (const number of [0, 3, 22, -4, -4000]) {
    assert.equal(returnName(number), String(number));
    assert.equal(returnValue(String(number)), number);
  }
});

test('what is no return value is refused', () => {
  for (const name of ['EINVAL', '-ENOTHING', '-einval', '', '--22', '1.5'])
    assert.throws(() => returnValue(name), RangeError);
});
