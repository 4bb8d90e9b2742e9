/** Payloads with some of their fields and bytes changed at random, the same ones for the same seed. */
import { createReference } from '../engine/reference';
import { foreignImage } from '../engine/xen';
import { hookReturning, callsPrintk, returnsNumber, returnsString } from '../payloads/builder/code';
import type { Built } from '../payloads/builder/elf';
import { livepatch, type PayloadDescription } from '../payloads/builder/payload';
import { buildIdOf, CATALOGUE } from '../payloads/catalogue';

/** What payloads depend on in their hypervisor. */
export interface Subject {
  readonly buildId: Uint8Array;
  readonly sizeOf: (symbol: string) => number;
}

/** The reference, or the Xen of a xen-syms. */
export function subjectOf(hypervisor: string | undefined): Subject {
  if (hypervisor !== undefined) {
    const { buildId, find } = foreignImage(hypervisor);
    return { buildId, sizeOf: (symbol) => find(symbol)?.size ?? 0 };
  }
  const target = createReference({ revision: 2 });
  return { buildId: target.hypervisor.buildId, sizeOf: (symbol) => target.image.size(symbol) ?? 0 };
}

/**
 * The catalogue, and a payload with what the others lack: each kind of hook, data without content, metadata, two
 * functions.
 */
export function originals({ buildId, sizeOf }: Subject): readonly Built[] {
  const named = CATALOGUE.map(({ name, make }) =>
    make({ revision: 2, hypervisorBuildId: buildId, depends: buildId, buildId: buildIdOf(name), sizeOf }),
  );
  const hook = hookReturning(0);
  const extra = { name: 'xen_extra_version', oldSize: sizeOf('xen_extra_version'), replacement: returnsString('new') };
  const minor = { name: 'xen_minor_version', oldSize: sizeOf('xen_minor_version'), replacement: returnsNumber(7) };
  const around = { preapply: hook, postapply: hook, prerevert: hook, postrevert: hook };
  const own: readonly Partial<PayloadDescription>[] = [
    { hooks: { load: [callsPrintk('load\n')], unload: [hook], ...around } },
    { hooks: { apply: hook, revert: hook } },
    { functions: [extra, minor], bss: 64, data: new Uint8Array(24), metadata: { author: 'nobody' } },
  ];
  const common = { revision: 2, buildId: buildIdOf('own'), depends: buildId, xenDepends: buildId } as const;
  return [...named, ...own.map((more) => livepatch({ ...common, functions: [extra], ...more }))];
}

/** The next random whole number from 0 to below `limit`. */
export type Random = (limit: number) => number;

/** Marsaglia's xorshift, with 32 bits. */
export function randomFrom(seed: number): Random {
  // A seed of 0 would stay 0, and small seeds begin with similar numbers.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const EDGES = [
  0n,
  1n,
  3n,
  7n,
  64n,
  0x1000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_82d0_4020_0000n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const MOST_CHANGES = 5;
const MOST_BYTES = 16;

function picked<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new RangeError('pick: expected some items, got none');
  return item;
}

function fieldValue(random: Random, old: bigint): bigint {
  switch (random(4)) {
    case 0:
      return picked(random, EDGES);
    case 1:
      return old + BigInt(random(17) - 8);
    case 2:
      return old ^ (1n << BigInt(random(64)));
    default:
      return BigInt(random(256));
  }
}

function changeField(random: Random, bytes: Buffer, { fields }: Built): void {
  const { offset, size } = picked(random, [...fields.values()]);
  const old = bytes.subarray(offset, offset + size);
  const value = Buffer.alloc(8);
  old.copy(value);
  value.writeBigUInt64LE(BigInt.asUintN(64, fieldValue(random, value.readBigUInt64LE())));
  value.copy(old);
}

function changeBytes(random: Random, bytes: Buffer): void {
  const at = random(bytes.length);
  for (let count = random(MOST_BYTES); count >= 0 && at + count < bytes.length; count--)
    bytes[at + count] = random(256);
}

/** One to five changes: of a field, of a few bytes anywhere, and sometimes of the file's length. */
export function mutantOf(original: Built, random: Random): Uint8Array {
  const bytes = Buffer.from(original.bytes);
  for (let changes = 1 + random(MOST_CHANGES); changes > 0; changes--) {
    if (random(3) > 0) changeField(random, bytes, original);
    else changeBytes(random, bytes);
  }
  return random(16) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}
