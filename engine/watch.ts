/** Stores to memory that is watched, the same for each target: who made them, when, and what every vCPU did then. */
import type { Machine } from './machine/machine';
import type { Target, WatchedStore } from './target';

const INTERRUPT_FLAG = 1n << 9n;

export interface Watch {
  readonly watch: Target['watch'];
  /** Ends all watches: before vCPUs are reset. */
  readonly reset: () => void;
}

/** Watches the stores of a machine's vCPUs; `describe` is for the places at which vCPUs are. */
export function createWatch(machine: Machine, describe: Target['describe']): Watch {
  let endings: readonly (() => void)[] = [];
  const cpus = (): WatchedStore['cpus'] =>
    machine.vcpus.map(({ index, get }) => ({
      cpu: index,
      at: describe(get('rip')),
      interrupts: (get('rflags') & INTERRUPT_FLAG) !== 0n,
    }));
  return {
    watch(start, length) {
      const stores: WatchedStore[] = [];
      const more = machine.vcpus.map(({ index, watchStores }) =>
        watchStores(start, start + BigInt(length), (seen) => {
          stores.push({ ...seen, cpu: index, time: machine.now(), cpus: cpus() });
        }),
      );
      endings = [...endings, ...more];
      return stores;
    },
    reset() {
      for (const end of endings) end();
      endings = [];
    },
  };
}
