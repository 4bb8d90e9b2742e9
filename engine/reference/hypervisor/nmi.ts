/** NMIs that a scenario sends: at once, or at the moment of the next patching, with all vCPUs held. Clause TODO-3. */
import type { System } from './system';

/** Instructions that the handler may take. */
const BUDGET = 10_000;

export interface Nmis {
  readonly send: (cpu: number, moment: 'now' | 'while patching') => void;
  /** All vCPUs are held: those that wait for this moment reach their vCPUs. */
  readonly whilePatching: () => void;
  readonly reset: () => void;
}

export function createNmis({ machine, image, call, callNested }: System): Nmis {
  const entry = image.address('nmi_entry');
  let waiting: readonly number[] = [];
  return {
    send(cpu, moment) {
      const vcpu = machine.vcpu(cpu);
      if (moment === 'now') call(vcpu, entry, []);
      else waiting = [...waiting, cpu];
    },
    whilePatching() {
      for (const cpu of waiting) callNested(machine.vcpu(cpu), entry, [], BUDGET);
      waiting = [];
    },
    reset() {
      waiting = [];
    },
  };
}
