/** Stores to memory that is watched, the same for each target: who made them, when, and what every vCPU did then. */
import { u64sOf } from './bytes';
import type { Machine } from './machine/machine';
import type { Target, WatchedStore } from './target';

const INTERRUPT_FLAG = 1n << 9n;

export interface Watch {
  readonly watch: Target['watch'];
  /** Ends all watches: before vCPUs are reset. */
  readonly reset: () => void;
}

/** Stacks are so many bytes, and begin at a multiple of it. */
const STACK_SIZE = 0x8000n;

/** What of a vCPU's stack leads back into code, innermost first. */
function callersOf({ memory }: Machine, rsp: bigint): readonly bigint[] {
  const top = rsp - (rsp % STACK_SIZE) + STACK_SIZE;
  const words = u64sOf(memory.tryRead(rsp, Number(top - rsp)) ?? new Uint8Array());
  return words.filter((word) => memory.find(word)?.permissions.includes('x') === true);
}

/** Watches the stores of a machine's vCPUs; `describe` is for the places at which vCPUs are. */
export function createWatch(machine: Machine, describe: Target['describe']): Watch {
  let endings: readonly (() => void)[] = [];
  const cpus = (): WatchedStore['cpus'] =>
    machine.vcpus.map(({ index, get }) => ({
      cpu: index,
      at: describe(get('rip')),
      callers: callersOf(machine, get('rsp')).map(describe),
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
