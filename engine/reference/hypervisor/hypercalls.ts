/** The domains' hypercalls: registers as the domain's code sets them, the way in and out, and what came back. */
import type { Domain } from '../../domains';
import type { Machine } from '../../machine/machine';
import type { RunEnd, Vcpu } from '../../machine/vcpu';
import type { HypercallLater } from '../../schedule';
import type { DomainName, Hypercall } from '../../target';
import type { Stops } from './stops';

const ARGUMENTS = ['rdi', 'rsi', 'rdx', 'r10', 'r8'] as const;

export interface Hypercalls {
  /** The domain whose hypercall this vCPU is in. */
  readonly caller: (vcpu: Vcpu) => Domain;
  /** Returns RAX as a signed number. */
  readonly hypercall: (call: Hypercall) => bigint;
  readonly hypercallLater: HypercallLater;
  readonly reset: () => void;
}

export interface HypercallOptions {
  readonly machine: Machine;
  readonly domains: Readonly<Record<DomainName, Domain>>;
  readonly stops: Stops;
  /** Instructions that hypervisor code may take between two gates. */
  readonly budget: number;
}

export function createHypercalls({ machine, domains, stops, budget }: HypercallOptions): Hypercalls {
  const callers = new Map<number, Domain>();
  const caller = (vcpu: Vcpu): Domain => callers.get(vcpu.index) ?? domains.control;
  /** Puts the call into the registers; the address of the domain's program. */
  const prepare = (vcpu: Vcpu, call: Hypercall): bigint => {
    const domain = domains[call.domain ?? 'control'];
    callers.set(vcpu.index, domain);
    vcpu.set('rax', BigInt(call.number));
    call.arguments.forEach((value, position) => {
      const register = ARGUMENTS[position];
      if (register === undefined)
        throw new RangeError(`hypercall: expected at most ${ARGUMENTS.length} arguments, got more`);
      vcpu.set(register, BigInt.asUintN(64, value));
    });
    return domain.program;
  };
  const returned = (vcpu: Vcpu, end: RunEnd): bigint => {
    const isDone = end.kind === 'halted' && vcpu.get('rip') === caller(vcpu).programEnd;
    if (!isDone) throw stops.by(vcpu, end);
    return BigInt.asIntN(64, vcpu.get('rax'));
  };

  return {
    caller,
    hypercall(call) {
      const vcpu = machine.vcpu(call.cpu ?? 0);
      return stops.orHang(vcpu, () => machine.drive(vcpu, () => returned(vcpu, vcpu.run(prepare(vcpu, call), budget))));
    },
    hypercallLater(call, delay, done) {
      machine.schedule(machine.vcpu(call.cpu ?? 0).index, {
        time: machine.now() + delay,
        start: (vcpu) => prepare(vcpu, call),
        done: (vcpu, end) => done(returned(vcpu, end)),
      });
    },
    reset() {
      callers.clear();
    },
  };
}
