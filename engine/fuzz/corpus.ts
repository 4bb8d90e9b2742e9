/** The payloads that the search grows: those that reached something new, and how the next one is made of them. */
import type { Revision } from '../abi/hypercall';
import { mutate } from './mutate';
import { picked, type Random } from './random';

export interface Corpus {
  /** The next payload to try. RangeError if nothing was kept yet. */
  readonly next: () => Uint8Array;
  /** Keeps a payload, so that others are made of it. `isTaken`: the hypervisor took it. */
  readonly keep: (payload: Uint8Array, isTaken: boolean) => void;
  readonly size: () => number;
}

/** New behaviour is near new behaviour: of these many that were kept last, more are made than of others. */
const RECENT = 60;

export function createCorpus(random: Random, revision: Revision): Corpus {
  const kept: Uint8Array[] = [];
  /** What is made of a refused payload is mostly refused too, for the same reason. */
  const taken: Uint8Array[] = [];
  const pools = [() => taken, () => taken, () => kept, () => kept.slice(-RECENT)] as const;
  return {
    next() {
      const pool = picked(random, pools)();
      return mutate(random, picked(random, pool.length > 0 ? pool : kept), kept, revision);
    },
    keep(payload, isTaken) {
      kept.push(payload);
      if (isTaken) taken.push(payload);
    },
    size: () => kept.length,
  };
}
