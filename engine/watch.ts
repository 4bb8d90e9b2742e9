/** Stores to memory that is watched, the same for each target: who made them, when, and what every vCPU did then. */
import { u64sOf } from './bytes';
import type { Machine } from './machine/machine';
import { INTERRUPT_FLAG } from './machine/vcpu';
import type { StaticImage, Stores, WatchedStore, WatchId } from './target';

export interface Watch extends Stores {
  /** Ends all watches: before vCPUs are reset. */
  readonly reset: () => void;
}

/** Stack size and alignment, in bytes. */
const STACK_SIZE = 0x8000n;

/** The return addresses on a vCPU's stack, innermost first. */
function callersOf({ memory }: Machine, rsp: bigint): readonly bigint[] {
  const top = rsp - (rsp % STACK_SIZE) + STACK_SIZE;
  const words = u64sOf(memory.tryRead(rsp, Number(top - rsp)) ?? new Uint8Array());
  return words.filter((word) => memory.find(word)?.permissions.includes('x') === true);
}

/** Watches the stores of a machine's vCPUs; `describe` is for the places at which vCPUs are. */
export function createWatch(machine: Machine, describe: StaticImage['describe']): Watch {
  const watches = new Map<WatchId, { readonly stores: WatchedStore[]; readonly endings: readonly (() => void)[] }>();
  let last = 0;
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
      const endings = machine.vcpus.map(({ index, watchStores }) =>
        watchStores(start, start + BigInt(length), (store) => {
          stores.push({ ...store, cpu: index, time: machine.now(), cpus: cpus() });
        }),
      );
      watches.set(++last, { stores, endings });
      return last;
    },
    seen(id) {
      const watched = watches.get(id);
      if (watched === undefined) throw new RangeError(`watch: expected one since the last reset, got ${id}`);
      return [...watched.stores];
    },
    reset() {
      for (const { endings } of watches.values()) for (const end of endings) end();
      watches.clear();
    },
  };
}
