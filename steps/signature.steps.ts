/** Signatures: keys that a hypervisor trusts, payloads that are signed, and what happens to them afterwards. */
import { Given } from '@cucumber/cucumber';
import { HASH_ALGO, type HashAlgorithm } from '../engine/abi/signature';
import { cut, extend, fieldAt, overwrite } from '../payloads/builder/overwrite';
import { signatureOf, signed } from '../payloads/builder/signature';
import { keyNamed } from '../payloads/keys';
import { buildPayload, draft } from './drafts';
import { setUp, type Scene, type World } from './scene';
import { fieldValue } from './values';

const trust = (scene: Scene, more: NonNullable<Scene['setup']['trustedKeys']>): void =>
  setUp(scene, { trustedKeys: [...(scene.setup.trustedKeys ?? []), ...more] });

Given('a hypervisor that checks signatures with the key {string}', function (this: World, key: string) {
  trust(this.scene, [keyNamed(key)]);
});

Given('a hypervisor that checks signatures with the OpenPGP key {string}', function (this: World, key: string) {
  trust(this.scene, [{ ...keyNamed(key), idType: 'PGP' }]);
});

Given('a hypervisor that checks signatures and has no key', function (this: World) {
  trust(this.scene, []);
});

/** RangeError if it is none. */
function hashNamed(name: string): HashAlgorithm {
  const found = (Object.keys(HASH_ALGO) as HashAlgorithm[]).find((hash) => hash === name);
  if (found === undefined) throw new RangeError(`hash: expected one such as SHA256, got ${name}`);
  return found;
}

Given('{string} is signed with the key {string}', function (this: World, name: string, key: string) {
  draft(this.scene, name).cuts.push((file) => signed(file, keyNamed(key)));
});

Given(
  '{string} is signed with the key {string} over its {word}',
  function (this: World, name: string, key: string, hash: string) {
    const algorithm = hashNamed(hash);
    draft(this.scene, name).cuts.push((file) => signed(file, keyNamed(key), { hash: algorithm }));
  },
);

Given(
  '{string} has a signature of {int} zero byte(s) by the key {string}',
  function (this: World, name: string, count: number, key: string) {
    draft(this.scene, name).cuts.push((file) => signed(file, keyNamed(key), { bytes: new Uint8Array(count) }));
  },
);

Given('{string} has the signature of {string}', function (this: World, name: string, other: string) {
  const signature = signatureOf(buildPayload(this.scene, other));
  draft(this.scene, name).cuts.push((file) => extend(file, signature));
});

Given('{string} names the key {string} after that', function (this: World, name: string, key: string) {
  draft(this.scene, name).cuts.push((file) => overwrite(file, { 'signature.key_id': keyNamed(key).id }));
});

Given(
  'the field {} of {string} becomes {} after that',
  function (this: World, field: string, name: string, value: string) {
    const written = fieldValue(this.scene, value);
    draft(this.scene, name).cuts.push((file) => overwrite(file, { [field]: written }));
  },
);

/** The lowest bit of the first byte. */
Given('one bit of {} of {string} is flipped after that', function (this: World, field: string, name: string) {
  draft(this.scene, name).cuts.push((file) => {
    const { offset } = fieldAt(file, field);
    const bytes = file.bytes.slice();
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    return { ...file, bytes };
  });
});

Given('{string} loses its last {int} byte(s)( after that)', function (this: World, name: string, count: number) {
  draft(this.scene, name).cuts.push((file) => cut(file, file.bytes.length - count));
});

Given('{string} gets {int} byte(s) more after that', function (this: World, name: string, count: number) {
  draft(this.scene, name).cuts.push((file) => extend(file, file.bytes.length + count));
});
