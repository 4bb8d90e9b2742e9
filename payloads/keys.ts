/**
 * Keys for signing payloads, for this suite only. A key is made from its name, so that it is the same in each run and
 * no private key has to be stored.
 */
import { checkPrimeSync, createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { hexDigits } from '../engine/bytes';
import { createCache } from '../engine/cache';
import type { TrustedKey } from '../engine/target';

export interface SigningKey extends TrustedKey {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** Bytes of each of the two primes: RSA of 2048 bits. */
const PRIME_SIZE = 128;
const EXPONENT = 65537n;

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();

/** `PRIME_SIZE` bytes that depend only on the seed. */
function bytesFrom(seed: string): Buffer {
  const blocks = Array.from({ length: PRIME_SIZE / 32 }, (_, index) => sha256(`${seed} ${index}`));
  return Buffer.concat(blocks);
}

const isPrime = (value: number): boolean =>
  !Array.from({ length: Math.floor(Math.sqrt(value)) - 1 }, (_, index) => index + 2).some((by) => value % by === 0);
/** Most odd numbers are a multiple of one of these, so they need no slow test. */
const SMALL_PRIMES = Array.from({ length: 499 }, (_, index) => 2 * index + 3).filter(isPrime);

/**
 * The first prime p after a number made from the seed, with both high bits set, such that 65537 does not divide p - 1.
 */
function primeFrom(seed: string): bigint {
  const highBits = 3n << BigInt(PRIME_SIZE * 8 - 2);
  const start = BigInt(`0x${hexDigits(bytesFrom(seed))}`) | highBits | 1n;
  const remainders = SMALL_PRIMES.map((prime) => [prime, Number(start % BigInt(prime))] as const);
  const isMultiple = (step: number): boolean => remainders.some(([prime, rest]) => (rest + step) % prime === 0);
  for (let step = 0; ; step += 2) {
    const candidate = start + BigInt(step);
    if (!isMultiple(step) && candidate % EXPONENT !== 1n && checkPrimeSync(candidate)) return candidate;
  }
}

/** The x with a * x = 1 (mod m), for a and m without a common divisor. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, next] = [m, a % m];
  let [x, nextX] = [0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return ((x % m) + m) % m;
}

function base64url(value: bigint): string {
  const digits = value.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url');
}

function privateKeyFrom(name: string): KeyObject {
  const p = primeFrom(`${name} p`);
  const q = primeFrom(`${name} q`);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const entries = Object.entries(numbers).map(([part, value]) => [part, base64url(value)] as const);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(entries) }, format: 'jwk' });
}

const KEYS = createCache<SigningKey>(16);

function makeKey(name: string): SigningKey {
  const privateKey = privateKeyFrom(name);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const id = createHash('sha1').update(publicKey).digest();
  return { name, idType: 'X509', id, publicKey, privateKey };
}

/** The RSA key of that name; its identifier, as in X.509, is a digest of its public half. */
export const keyNamed = (name: string): SigningKey => KEYS.get(name, () => makeKey(name));
