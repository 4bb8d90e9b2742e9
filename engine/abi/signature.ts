/** The signature that is appended to a payload: numbers and layout. Clauses SIG-2, SIG-5. */
import { bytes, layout, u32BigEndian, u8 } from './fields';

/** Comes between the ELF file and the header. */
export const SIGNATURE_STRING = '~Module signature appended~\n';

export const PKEY_ALGO = { DSA: 0, RSA: 1 } as const;

export const HASH_ALGO = {
  MD4: 0,
  MD5: 1,
  SHA1: 2,
  RIPE_MD_160: 3,
  SHA256: 4,
  SHA384: 5,
  SHA512: 6,
  SHA224: 7,
  RIPE_MD_128: 8,
  RIPE_MD_256: 9,
  RIPE_MD_320: 10,
  WP_256: 11,
  WP_384: 12,
  WP_512: 13,
  TGR_128: 14,
  TGR_160: 15,
  TGR_192: 16,
} as const;
export type HashAlgorithm = keyof typeof HASH_ALGO;

/** What the cryptographic library calls those of them that it has. */
export const DIGESTS: ReadonlyMap<number, string> = new Map([
  [HASH_ALGO.MD5, 'md5'],
  [HASH_ALGO.SHA1, 'sha1'],
  [HASH_ALGO.SHA224, 'sha224'],
  [HASH_ALGO.SHA256, 'sha256'],
  [HASH_ALGO.SHA384, 'sha384'],
  [HASH_ALGO.SHA512, 'sha512'],
]);

export const PKEY_ID = { PGP: 0, X509: 1 } as const;
export type KeyIdType = keyof typeof PKEY_ID;

/** After it come the signature, the key identifier and the signer's name, of these lengths. */
export const SIGNATURE_HEADER = layout('elf_payload_signature', 12, {
  algo: u8(0),
  hash: u8(1),
  id_type: u8(2),
  signer_len: u8(3),
  key_id_len: u8(4),
  pad: bytes(5, 3),
  sig_len: u32BigEndian(8),
});
