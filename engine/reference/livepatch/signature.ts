/**
 * The signature after a payload: read, and held against the rules and the keys that the hypervisor trusts. Reading is
 * total, whatever the bytes are. Clauses SIG-1 to SIG-9.
 *
 * The document does not say how the signature is found. It begins at the last place in the file where its string
 * is: a payload may have that string in its data, and whatever was before the last would be signed with it.
 */
import { createPublicKey, verify } from 'node:crypto';
import { DIGESTS, PKEY_ID, SIGNATURE_HEADER, SIGNATURE_STRING } from '../../abi/signature';
import type { TrustedKey } from '../../target';
import type { Where } from '../rules/rule';
import { check, checkAll, type Asked, type Check } from '../rules/sequence';
import { SIGNATURE_RULES, SIGNED_RULES, type Signature } from '../rules/signature';
import { sameBytes } from '../object/bytes';

interface Trailer {
  readonly header: ReturnType<typeof SIGNATURE_HEADER.decode>;
  /** What is signed: the file up to the string. SIG-6. */
  readonly payload: Uint8Array;
  /** Bytes after the string. */
  readonly left: number;
  readonly signature: Uint8Array;
  readonly keyId: Uint8Array;
}

/** What is after the last of the strings; undefined if there is none. */
function readTrailer(file: Uint8Array): Trailer | undefined {
  const start = Buffer.from(file.buffer, file.byteOffset, file.length).lastIndexOf(SIGNATURE_STRING);
  if (start < 0) return undefined;
  const rest = file.subarray(start + SIGNATURE_STRING.length);
  const header = SIGNATURE_HEADER.decode(rest);
  const keyIdAt = SIGNATURE_HEADER.size + header.sig_len;
  return {
    header,
    payload: file.subarray(0, start),
    left: rest.length,
    signature: rest.subarray(SIGNATURE_HEADER.size, keyIdAt),
    keyId: rest.subarray(keyIdAt, keyIdAt + header.key_id_len),
  };
}

function isRight({ header, payload, signature }: Trailer, { publicKey }: TrustedKey): boolean {
  const digest = DIGESTS.get(header.hash);
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  return digest !== undefined && verify(digest, payload, key, signature);
}

/** An uploaded file, and the keys that its signature is held against. */
export interface SignedFile {
  readonly file: Uint8Array;
  readonly trusted: readonly TrustedKey[];
  /** What it is, for people. */
  readonly where: Where;
}

/** The signature of the file, if it has one. */
function signatures({ file, trusted, where }: SignedFile): readonly Asked<Signature>[] {
  const trailer = readTrailer(file);
  if (trailer === undefined) return [];
  const { header, keyId, left } = trailer;
  const key = trusted.find(({ idType, id }) => PKEY_ID[idType] === header.id_type && sameBytes(id, keyId));
  const subject: Signature = {
    algo: header.algo,
    hash: header.hash,
    idType: header.id_type,
    isPadZero: header.pad.every((byte) => byte === 0),
    announced: SIGNATURE_HEADER.size + header.sig_len + header.key_id_len + header.signer_len,
    left,
    isKeyKnown: key !== undefined,
    isRight: () => key !== undefined && isRight(trailer, key),
  };
  return [{ subject, where: () => where }];
}

export const SIGNATURE_CHECKS: readonly Check<SignedFile>[] = [
  check(
    SIGNED_RULES,
    ({ file }) => readTrailer(file) !== undefined,
    ({ where }) => where,
  ),
  checkAll(SIGNATURE_RULES, signatures),
];
