import assert from 'node:assert/strict';
import { createPublicKey, sign, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { keyNamed } from './keys';

describe('a key to sign with', () => {
  it('is the same in each run', () => {
    assert.equal(Buffer.from(keyNamed('vendor').id).toString('hex'), 'cc102ad59f1107285241c9e9bdb572ce4a120fab');
  });

  it('is another for another name', () => {
    assert.notDeepEqual(keyNamed('vendor').id, keyNamed('stranger').id);
  });

  it('has halves that belong together, of 2048 bits', () => {
    const { privateKey, publicKey } = keyNamed('vendor');
    const known = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    assert.equal(signature.length, 256);
    assert.ok(verify('sha256', Buffer.from('text'), known, signature));
    assert.ok(!verify('sha256', Buffer.from('texT'), known, signature));
  });
});
