/**
 * Hypercalls: Xen's own handlers, called as its entry code would, and what is to be done before the guest continues.
 */
import { HYPERCALL } from '../abi/hypercall';
import type { Vcpu } from '../machine/vcpu';
import type { HypercallLater } from '../schedule';
import type { Hypercall, Preemption, Target } from '../target';
import { writeNumber } from './access';
import { runAs } from './boot';
import type { Idle } from './idle';
import type { PayloadMemory } from './payloads';
import type { System } from './system';

const HANDLERS: Readonly<Record<number, string>> = {
  [HYPERCALL.xen_version]: 'do_xen_version',
  [HYPERCALL.sysctl]: 'do_sysctl',
};
/** Xen's array of what is pending on each vCPU. */
export const SOFT_IRQS = 'irq_stat';
const ENOSYS = -38n;

const signed = (rax: bigint): bigint => BigInt.asIntN(64, rax);

export interface XenHypercalls extends Pick<Target, 'hypercall'>, Preemption {
  readonly hypercallLater: HypercallLater;
}

export function createHypercalls(system: System, idle: Idle, payloads: PayloadMemory): XenHypercalls {
  const { machine } = system;
  /** Those pending on vCPU 0, whose number is first in Xen's structure of all vCPUs. */
  const setSoftIrqs = (pending: bigint): void => writeNumber(machine.memory, system.address(SOFT_IRQS), pending, 4);
  let isPreempted = false;
  /** Makes `current` the caller's vCPU. */
  const asCaller = ({ index }: Vcpu, { domain = 'control' }: Hypercall): void => runAs(system, index, domain);

  return {
    hypercall(call) {
      const handler = HANDLERS[call.number];
      if (handler === undefined) return ENOSYS;
      return system.drive(system.vcpu(call.cpu ?? 0), (vcpu) => {
        const end = payloads.begin(call);
        asCaller(vcpu, call);
        const returned = signed(system.call(vcpu, handler, ...call.arguments));
        end();
        if (isPreempted) setSoftIrqs(0n);
        isPreempted = false;
        if (idle.isDue(vcpu)) idle.run(vcpu);
        return returned;
      });
    },
    raiseSoftIrq() {
      setSoftIrqs(1n);
      isPreempted = true;
    },
    hypercallLater(call, delay, done) {
      const handler = HANDLERS[call.number];
      if (handler === undefined) {
        done(ENOSYS);
        return;
      }
      const { index } = system.vcpu(call.cpu ?? 0);
      let endUpload = (): void => undefined;
      machine.schedule(index, {
        time: machine.now() + delay,
        start(vcpu) {
          endUpload = payloads.begin(call);
          asCaller(vcpu, call);
          return system.enter(vcpu, handler, ...call.arguments);
        },
        done(vcpu, end) {
          const returned = signed(system.ended(vcpu, end));
          endUpload();
          if (idle.isDue(vcpu)) machine.interrupt(index);
          done(returned);
        },
      });
    },
  };
}
