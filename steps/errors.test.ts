import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { returnValue } from '../engine/abi/errno';
import { resultNamed } from './errors';

const FEATURES = join(__dirname, '..', 'features');

test('each error that a feature names has the number of the public header', () => {
  const files = readdirSync(FEATURES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.feature'),
  );
  const text = files.map((file) => readFileSync(join(FEATURES, file), 'utf8')).join('\n');
  const names = new Set(text.match(/-E[A-Z0-9]+\b/g));
  assert.ok(names.size > 15);
  for (const name of names) assert.equal(resultNamed(name), returnValue(name), name);
});

test('numbers are themselves, and anything else is refused', () => {
  for (const number of [0, 3, -22]) assert.equal(resultNamed(String(number)), number);
  for (const name of ['EINVAL', '-ENOTHING', '', '--22', '-1.5']) assert.throws(() => resultNamed(name), RangeError);
});
