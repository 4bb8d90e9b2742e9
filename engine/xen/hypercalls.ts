/** Hypercalls: Xen's own handlers, called as its entry code would, and what is to be done before the guest goes on. */
import { HYPERCALL } from '../abi/hypercall';
import type { Vcpu } from '../machine/vcpu';
import type { Hypercall } from '../target';
import { writeNumber } from './access';
import { runAs } from './boot';
import type { Services } from './services';
import type { System } from './system';

const HANDLERS: Readonly<Record<number, string>> = {
  [HYPERCALL.xen_version]: 'do_xen_version',
  [HYPERCALL.sysctl]: 'do_sysctl',
};
const ENOSYS = -38n;

/** What Xen's idle loop does: runs the tasklet, and then looks whether there is patch work. */
export function doPendingWork(system: System, services: Services): void {
  for (const cpu of services.takeScheduled()) {
    const vcpu = system.vcpu(cpu);
    runAs(system, cpu, 'idle');
    if (system.has('tasklet_fn')) system.call(vcpu, 'tasklet_fn', 0n);
    else writeNumber(system.memory, system.address('per_cpu__work_to_do'), 1n, 1);
    system.call(vcpu, 'check_for_livepatch_work');
  }
}

/** Returns RAX as a signed number. Throws `HypervisorStopped` where Xen does not come back. */
export function hypercall(system: System, services: Services, call: Hypercall): bigint {
  const handler = HANDLERS[call.number];
  if (handler === undefined) return ENOSYS;
  const vcpu: Vcpu = system.vcpu(call.cpu ?? 0);
  runAs(system, vcpu.index, call.domain ?? 'control');
  const returned = BigInt.asIntN(64, system.call(vcpu, handler, ...call.arguments));
  doPendingWork(system, services);
  return returned;
}
