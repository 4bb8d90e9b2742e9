/** Hypercalls: Xen's own handlers, called as its entry code would, and what is to be done before the guest goes on. */
import { HYPERCALL } from '../abi/hypercall';
import type { Vcpu } from '../machine/vcpu';
import type { Hypercall, Target } from '../target';
import { runAs } from './boot';
import type { Idle } from './idle';
import type { PayloadMemory } from './payloads';
import type { System } from './system';

const HANDLERS: Readonly<Record<number, string>> = {
  [HYPERCALL.xen_version]: 'do_xen_version',
  [HYPERCALL.sysctl]: 'do_sysctl',
};
const ENOSYS = -38n;

const signed = (rax: bigint): bigint => BigInt.asIntN(64, rax);

export function createHypercalls(
  system: System,
  idle: Idle,
  payloads: PayloadMemory,
): Pick<Target, 'hypercall' | 'hypercallLater'> {
  const { machine } = system;
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
        if (idle.isDue(vcpu)) idle.run(vcpu);
        return returned;
      });
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
