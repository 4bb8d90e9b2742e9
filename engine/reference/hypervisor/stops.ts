/** When the hypervisor does not return: the verdict, with what is known of the vCPU. */
import { screenLines } from '../../console';
import { faultOf, type Fault } from '../../fault';
import type { Image } from '../../machine/image';
import { GuestFault } from '../../machine/contents';
import { MachineHangs } from '../../machine/scheduler';
import type { RunEnd, Vcpu } from '../../machine/vcpu';
import { HypervisorStopped } from '../../target';
import type { Console } from './console';
import { endText } from './traps';

const SHOWN = ['rip', 'rsp', 'rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp'] as const;

export interface Stops {
  /** What to throw for a run that ended like this. */
  readonly by: (vcpu: Vcpu, end: RunEnd) => HypervisorStopped;
  /** Runs `action`; a machine in which nothing can run, or which has lost its own memory, has stopped too. */
  readonly orHang: <Result>(vcpu: Vcpu, action: () => Result) => Result;
}

export function createStops(image: Pick<Image, 'describe'>, console: Console): Stops {
  const stopped = (vcpu: Vcpu, why: string, fault?: Fault, isOutOfBudget = false): HypervisorStopped =>
    new HypervisorStopped({
      where: image.describe(vcpu.get('rip')),
      why,
      ...(fault && { fault }),
      ...(isOutOfBudget && { isOutOfBudget }),
      registers: Object.fromEntries(SHOWN.map((name) => [name, vcpu.get(name)])),
      backtrace: [],
      console: screenLines(console.drain()),
    });
  return {
    by: (vcpu, end) =>
      stopped(vcpu, endText(end), end.kind === 'fault' ? faultOf(end) : undefined, end.kind === 'budget'),
    orHang(vcpu, action) {
      try {
        return action();
      } catch (error) {
        if (error instanceof GuestFault) throw stopped(vcpu, error.message, faultOf(error));
        throw error instanceof MachineHangs ? stopped(vcpu, error.message) : error;
      }
    },
  };
}
