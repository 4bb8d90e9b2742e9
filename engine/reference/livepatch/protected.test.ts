import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readImage } from '../../machine/image';
import { IMAGES } from '../image/build';
import { isProtected, PATCHING_PATH } from './protected';

const image = readImage(readFileSync(IMAGES.own.file));

describe('the functions that patch', () => {
  it('are functions of the image', () => {
    const missing = PATCHING_PATH.filter((name) => (image.symbols.get(name)?.size ?? 0) === 0);
    assert.deepEqual(missing, []);
  });

  it('are protected from their first byte to their last', () => {
    const { address, size } = image.symbols.get('patch_bytes') ?? { address: 0n, size: 0 };
    assert.ok(isProtected(image, address - 4n, 5));
    assert.ok(isProtected(image, address + BigInt(size) - 1n, 5));
  });

  it('are not all there is', () => {
    assert.ok(!isProtected(image, image.address('xen_extra_version'), 5));
  });
});
