/** Values that a field gets: edges of its own meaning and of its size, and the values of its neighbours. */
import { picked, type Random } from './random';

/** Sizes of entries, of pages, of the loader's limits; ends of signed and unsigned numbers; places of Xen. */
const EDGES = [
  ...[0n, 1n, 2n, 3n, 4n, 5n, 7n, 8n, 15n, 16n, 23n, 24n, 25n, 31n, 32n, 63n, 64n, 65n, 103n, 104n, 105n, 127n, 128n],
  ...[255n, 256n, 0xfffn, 0x1000n, 0x1001n, 0xffffn, 0x1_0000n, 0x1f_ffffn, 0x20_0000n, 0x20_0001n],
  ...[0x7fff_ffffn, 0x8000_0000n, 0x8000_0001n, 0xffff_fff0n, 0xffff_ffffn, 0x1_0000_0000n],
  ...[2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 0x1000n, 2n ** 64n - 64n, 2n ** 64n - 8n, 2n ** 64n - 1n],
  ...[0xffff_82d0_4000_0000n, 0xffff_82d0_4020_0000n, 0xffff_8300_0000_0000n],
] as const;

/** What else a value may come from. */
export interface Surroundings {
  /** Bytes. */
  readonly fileSize: number;
  readonly sections: number;
  /** The same field of other entries of the same table. */
  readonly others: readonly bigint[];
}

type Source = (random: Random, old: bigint, around: Surroundings) => bigint;

/** One of them is chosen, each as often. */
const SOURCES: readonly Source[] = [
  () => 0n,
  () => 0n,
  (random) => picked(random, EDGES),
  (random) => picked(random, EDGES),
  (random, old) => old + BigInt(random(17) - 8),
  (random, old) => old ^ (1n << BigInt(random(64))),
  (random) => BigInt(random(256)),
  (random, _, { fileSize }) => BigInt(fileSize + random(9) - 4),
  (random, _, { sections }) => BigInt(random(sections + 3)),
  (random, old, { others }) => (others.length === 0 ? old : picked(random, others)),
  (random) => (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32)),
];

/** Another value for a field, in 64 bits; whoever writes it cuts it to the field's size. */
export const valueFor: Source = (random, old, around) =>
  BigInt.asUintN(64, picked(random, SOURCES)(random, old, around));
