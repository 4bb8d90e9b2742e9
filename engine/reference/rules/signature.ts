/** What is asked of a payload's signature, where signatures are checked. Clauses SIG-3, SIG-7, SIG-8. */
import { HASH_ALGO, PKEY_ALGO, PKEY_ID } from '../../abi/signature';
import type { Rule } from './rule';

/** Whether a payload has a signature at all. */
export const SIGNED_RULES: readonly Rule<boolean>[] = [
  {
    name: 'signature-present',
    clause: 'SIG-3',
    errno: 'EKEYREJECTED',
    says: 'A payload is signed.',
    refused: 'The payload is not signed.',
    broken: (isSigned) => !isSigned,
  },
];

export interface Signature {
  readonly algo: number;
  readonly hash: number;
  readonly idType: number;
  readonly isPadZero: boolean;
  /** Bytes that the header and what it announces take. */
  readonly announced: number;
  /** Bytes after the string that introduces the signature. */
  readonly left: number;
  /** Whether the hypervisor has the key that is named. */
  readonly isKeyKnown: boolean;
  /** Whether that key made this signature of this payload. */
  readonly isRight: () => boolean;
}

const HASHES: readonly number[] = [HASH_ALGO.SHA256, HASH_ALGO.SHA384, HASH_ALGO.SHA512];

export const SIGNATURE_RULES: readonly Rule<Signature>[] = [
  {
    name: 'signature-within-file',
    clause: 'SIG-7',
    errno: 'EKEYREJECTED',
    says: "The header of a signature, and the bytes that its lengths announce, are in the payload's file.",
    refused: ({ announced, left }) => `The signature announces ${announced} bytes, and the file has ${left} left.`,
    broken: ({ announced, left }) => announced > left,
  },
  {
    name: 'signature-up-to-end',
    clause: 'SIG-7',
    errno: 'EKEYREJECTED',
    says: 'Nothing follows a signature.',
    refused: ({ announced, left }) => `${left - announced} bytes follow the signature.`,
    broken: ({ announced, left }) => announced < left,
  },
  {
    name: 'signature-pad-zero',
    clause: 'SIG-7',
    errno: 'EKEYREJECTED',
    says: "The padding of a signature's header is zero.",
    refused: "The padding of the signature's header is not zero.",
    broken: ({ isPadZero }) => !isPadZero,
  },
  {
    name: 'signature-algorithm',
    clause: 'SIG-8',
    errno: 'EKEYREJECTED',
    says: 'A signature is made with RSA.',
    refused: ({ algo }) => `The algorithm of the signature is ${algo}, which is not RSA.`,
    broken: ({ algo }) => algo !== PKEY_ALGO.RSA,
  },
  {
    name: 'signature-hash',
    clause: 'SIG-8',
    errno: 'EKEYREJECTED',
    says: 'A signature is over the SHA-256, SHA-384 or SHA-512 of the payload.',
    refused: ({ hash }) => `The hash of the signature is ${hash}, which is not SHA-256, SHA-384 or SHA-512.`,
    broken: ({ hash }) => !HASHES.includes(hash),
  },
  {
    name: 'signature-id-type',
    clause: 'SIG-7',
    errno: 'EKEYREJECTED',
    says: 'The key identifier is one of OpenPGP or of X.509.',
    refused: ({ idType }) => `The type of the key identifier is ${idType}, neither OpenPGP nor X.509.`,
    broken: ({ idType }) => !Object.values<number>(PKEY_ID).includes(idType),
  },
  {
    name: 'signature-key-known',
    clause: 'SIG-3',
    errno: 'ENOKEY',
    says: 'The hypervisor has the key that a signature names.',
    refused: 'The hypervisor does not have the key that the signature names.',
    broken: ({ isKeyKnown }) => !isKeyKnown,
  },
  {
    name: 'signature-right',
    clause: 'SIG-3',
    errno: 'EKEYREJECTED',
    says: 'A signature is that of the payload, by the key that it names.',
    refused: 'The signature is not that of this payload, by the key that it names.',
    broken: ({ isRight }) => !isRight(),
  },
];
