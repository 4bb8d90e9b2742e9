/** For the tests beside this file: payloads for the reference's own image, and images that say something else. */
import { after } from 'node:test';
import { livepatch, type PayloadDescription } from '../../../payloads/builder/payload';
import { returnsString } from '../../../payloads/builder/code';
import { createReference, type Reference } from '../../reference';
import type { EmulatedTarget, StaticImage } from '../../target';
import { createJudge } from '../judge';
import type { Warning } from './warning';

export const PATCHED = 'xen_extra_version';

/** The new function may be anywhere, as Xen allows. */
export const reference: Reference = createReference({ revision: 2, forgotten: new Set(['new-function-outside']) });
// Once for all test files of the process.
after(() => reference.close());
const { buildId } = reference.hypervisor;

export const addressOf = (symbol: string): bigint => reference.image.symbol(symbol) ?? 0n;
export const sizeOf = (symbol: string): number => reference.image.size(symbol) ?? 0;

type Patch = PayloadDescription['functions'][number];

/** An entry for that function that is as it should be, but for what is given. */
export const patch = (more: Partial<Patch> = {}): Patch => {
  const { name = PATCHED } = more;
  const expect = { bytes: reference.image.bytes(addressOf(name), 5) ?? new Uint8Array() };
  return { name, oldSize: sizeOf(name), replacement: returnsString('new'), expect, ...more };
};

/** Likewise, and it does not say which bytes it replaces. */
export const withoutExpectation = (): Patch => patch({ expect: { bytes: new Uint8Array(), enabled: false } });

export const payload = (more: Partial<PayloadDescription> = {}): Uint8Array =>
  livepatch({
    revision: 2,
    buildId: new Uint8Array(20).fill(7),
    depends: buildId,
    xenDepends: buildId,
    functions: [patch()],
    ...more,
  }).bytes;

export interface OtherImage {
  readonly symbols?: Readonly<Record<string, bigint>>;
  /** Names of functions that are called otherwise. */
  readonly names?: Readonly<Record<string, string>>;
  /** Bytes that are different, by address. */
  readonly bytes?: readonly (readonly [bigint, Uint8Array])[];
  /** By the address of a function, the copies that others have of it. */
  readonly copies?: ReadonlyMap<bigint, ReturnType<StaticImage['inlined']>>;
}

/** The reference with an image whose file says something else; what runs is the same. */
export function withImage({ symbols = {}, names = {}, bytes = [], copies = new Map() }: OtherImage): EmulatedTarget {
  const { image } = reference;
  const read: StaticImage['bytes'] = (address, length) => {
    const own = image.bytes(address, length) ?? new Uint8Array(length);
    for (const [start, content] of bytes)
      for (const [at, byte] of content.entries()) {
        const offset = Number(start + BigInt(at) - address);
        if (offset >= 0 && offset < length) own[offset] = byte;
      }
    return own;
  };
  const functions = image.functions().map((own) => ({ ...own, name: names[own.name] ?? own.name }));
  return {
    ...reference,
    image: {
      ...image,
      bytes: read,
      symbol: (name) => symbols[name] ?? image.symbol(name),
      functions: () => functions,
      inlined: (address) => copies.get(address) ?? [],
    },
  };
}

/** An image in which functions have inlined copies: of which one, in which one, how many bytes from its start. */
export function withCopies(
  copies: readonly (readonly [of: bigint, owner: bigint, offset: bigint])[],
  more: OtherImage = {},
): EmulatedTarget {
  const of = (address: bigint) => copies.filter(([own]) => own === address);
  const byFunction = copies.map(
    ([address]) => [address, of(address).map(([, owner, offset]) => ({ owner, address: owner + offset }))] as const,
  );
  return withImage({ ...more, copies: new Map(byFunction) });
}

/** What a judge of that target warns of. */
export const warningsOf = (bytes: Uint8Array, target: EmulatedTarget = reference, title = 'fix'): readonly Warning[] =>
  createJudge(target)(title, bytes).warnings;

/** The reference's image, of which this is freed after boot. */
export const withInit = (from: bigint, to: bigint): EmulatedTarget =>
  withImage({ symbols: { __init_begin: from, __init_end: to } });
