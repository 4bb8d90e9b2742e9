/**
 * NMIs that a scenario sends, delivered to Xen's own handler: at once, or at the end of the next rendezvous, with all
 * vCPUs held. They are those of the watchdog's counters, which the host has: it is asked about each NMI that Xen does
 * not ignore.
 */
import type { Nmi } from '../target';
import { writeNumber } from './access';
import type { System } from './types';

/** Xen's last step in a rendezvous, whether it patched or gave up: the NMI handler from before is put back. */
const END_OF_PATCHING = 'arch_livepatch_unmask';
/** What Xen's handler asks about an NMI while the watchdog is on. */
const WATCHDOG = 'nmi_watchdog_tick';
const WATCHDOG_KIND = 'nmi_watchdog';
const LOCAL_APIC = 2n;
const NEEDED: readonly string[] = ['do_nmi', END_OF_PATCHING, WATCHDOG, WATCHDOG_KIND];

export interface XenNmis extends Nmi {
  readonly reset: () => void;
}

/** Undefined if this Xen deals with NMIs in another way. */
export function createNmis({ machine, memory, address, has, traps, stops }: System): XenNmis | undefined {
  if (!NEEDED.every(has)) return undefined;
  let waiting: readonly number[] = [];
  let handled = 0;
  machine.service(address(END_OF_PATCHING), () => {
    const reached = waiting;
    waiting = [];
    for (const cpu of reached) traps.nmi(machine.vcpu(cpu));
    return 'go on';
  });
  machine.service(address(WATCHDOG), () => {
    handled += 1;
    return 1n;
  });
  return {
    send(cpu, moment) {
      const vcpu = machine.vcpu(cpu);
      writeNumber(memory, address(WATCHDOG_KIND), LOCAL_APIC, 4);
      if (moment === 'now') stops.orHang(vcpu, () => traps.nmi(vcpu));
      else waiting = [...waiting, cpu];
    },
    handled: () => handled,
    reset() {
      waiting = [];
      handled = 0;
    },
  };
}
