/** How a vCPU comes into the hypervisor, by a domain's `syscall` or by an interrupt, and how it leaves again. */
import type { Image } from '../../machine/image';
import type { GateResult, Vcpu } from '../../machine/vcpu';
import { firstStack } from './stacks';

/** Where a vCPU was when it entered. */
type Entered = { readonly by: 'syscall'; readonly rip: bigint; readonly rsp: bigint } | { readonly by: 'interrupt' };

export interface Crossings {
  /** RIP is after the `syscall`. The address to go on at. */
  readonly onSyscall: (vcpu: Vcpu) => bigint;
  readonly onInterrupt: (vcpu: Vcpu) => bigint;
  /** The gate `return_to_guest`: back to after the `syscall`, or to doing nothing. */
  readonly leave: (vcpu: Vcpu) => GateResult;
  readonly reset: () => void;
}

export function createCrossings(image: Image): Crossings {
  const entered = new Map<number, Entered>();
  const enter = (vcpu: Vcpu, how: Entered, entry: string): bigint => {
    entered.set(vcpu.index, how);
    vcpu.set('rsp', firstStack(vcpu.index));
    return image.address(entry);
  };
  return {
    onSyscall: (vcpu) => enter(vcpu, { by: 'syscall', rip: vcpu.get('rip'), rsp: vcpu.get('rsp') }, 'syscall_entry'),
    onInterrupt: (vcpu) => enter(vcpu, { by: 'interrupt' }, 'interrupt_entry'),
    leave(vcpu) {
      const how = entered.get(vcpu.index);
      if (how?.by !== 'syscall') return 'leave';
      vcpu.set('rsp', how.rsp);
      return { goTo: how.rip };
    },
    reset() {
      entered.clear();
    },
  };
}
