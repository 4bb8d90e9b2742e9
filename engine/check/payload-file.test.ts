import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LIMITS } from '../abi/hypercall';
import { readPayloadFile } from './payload-file';

const folder = mkdtempSync(join(tmpdir(), 'payload-file-'));
const place = (name: string): string => join(folder, name);
after(() => rmSync(folder, { recursive: true }));

test('a file is read whole', () => {
  writeFileSync(place('small'), 'abc');
  assert.deepEqual(readPayloadFile(place('small')), { bytes: new Uint8Array(Buffer.from('abc')), size: 3 });
});

test('no more is read than could be loaded', () => {
  writeFileSync(place('large'), '');
  truncateSync(place('large'), 2 ** 30);
  const { bytes, size } = readPayloadFile(place('large'));
  assert.deepEqual([bytes.length, size], [LIMITS.payload + 1, 2 ** 30]);
});

for (const [what, make, message] of [
  ['a missing file', () => place('missing'), /missing cannot be read: no such file or directory\.$/],
  ['a folder', () => folder, /cannot be read: it is a folder\.$/],
  ['a device', () => '/dev/zero', /^The payload \/dev\/zero cannot be read: it is not a regular file\.$/],
  [
    'a loop of links',
    () => (symlinkSync('loop', place('loop')), place('loop')),
    /loop cannot be read: too many symbolic links encountered\.$/,
  ],
] as const)
  test(`${what} is told in a sentence`, () => {
    assert.throws(() => readPayloadFile(make()), { name: 'UserError', message });
  });
