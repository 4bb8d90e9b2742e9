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

test('the numbers are those of the public header, and two of Linux for signatures', () =>
  assert.deepEqual(Object.entries(ERRNO).map(String), [
    ...['EPERM,1', 'ENOENT,2', 'EIO,5', 'E2BIG,7', 'EAGAIN,11', 'ENOMEM,12', 'EACCES,13', 'EFAULT,14', 'EBUSY,16'],
    ...['EEXIST,17', 'EINVAL,22', 'ENOSPC,28', 'ERANGE,34', 'ENOSYS,38', 'ENODATA,61', 'EOVERFLOW,75'],
    ...['EOPNOTSUPP,95', 'ENOBUFS,105', 'ENOKEY,126', 'EKEYREJECTED,129'],
  ]));

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
