/** Appends a signature to a payload as the document lays it out. Clauses SIG-1, SIG-2. */
import { sign } from 'node:crypto';
import {
  DIGESTS,
  HASH_ALGO,
  PKEY_ALGO,
  PKEY_ID,
  SIGNATURE_HEADER,
  SIGNATURE_STRING,
  type HashAlgorithm,
} from '../../engine/abi/signature';
import type { SigningKey } from '../keys';
import { concat } from './bytes';
import type { Built } from './elf';
import type { FileField } from './fields';
import { fieldAt } from './overwrite';

export interface Signing {
  /** Default: SHA256. */
  readonly hash?: HashAlgorithm;
  /** Replaces the signature. */
  readonly bytes?: Uint8Array;
}

/** A substitute for a hash that the library does not have. */
const ANY_DIGEST = 'sha256';

/** The parts one after the other, each with its place in the file. */
function laidOut(
  start: number,
  parts: Readonly<Record<string, Uint8Array>>,
): readonly (readonly [string, FileField])[] {
  let offset = start;
  return Object.entries(parts).map(([name, { length: size }]) => {
    const field = [`signature.${name}`, { offset, size }] as const;
    offset += size;
    return field;
  });
}

/**
 * The file, signed with the key. Its new fields are `signature.string`, the header's (`signature.algo`, ...),
 * `signature.bytes`, `signature.key_id` and `signature.signer`.
 */
export function signed(
  { bytes: file, fields }: Built,
  key: SigningKey,
  { hash = 'SHA256', bytes }: Signing = {},
): Built {
  const signature = bytes ?? sign(DIGESTS.get(HASH_ALGO[hash]) ?? ANY_DIGEST, file, key.privateKey);
  const signer = Buffer.from(key.name);
  const header = SIGNATURE_HEADER.encode({
    algo: PKEY_ALGO.RSA,
    hash: HASH_ALGO[hash],
    id_type: PKEY_ID[key.idType],
    signer_len: signer.length,
    key_id_len: key.id.length,
    sig_len: signature.length,
  });
  const parts = { string: Buffer.from(SIGNATURE_STRING), header, bytes: signature, key_id: key.id, signer };
  const headerAt = file.length + SIGNATURE_STRING.length;
  const ofHeader = Object.entries(SIGNATURE_HEADER.fields).map(
    ([name, { offset, codec }]) => [`signature.${name}`, { offset: headerAt + offset, size: codec.size }] as const,
  );
  return {
    bytes: concat([file, ...Object.values(parts)]),
    fields: new Map([...fields, ...laidOut(file.length, parts), ...ofHeader]),
  };
}

/** What `signed` appended, from the string on. */
export function signatureOf(file: Built): Uint8Array {
  return file.bytes.slice(fieldAt(file, 'signature.string').offset);
}
