/** When Xen does not return: the verdict, from its own console if it had time to say something. */
import { hex } from '../bytes';
import { faultOf, type Fault } from '../fault';
import { GuestFault } from '../machine/contents';
import { MachineHangs } from '../machine/scheduler';
import type { RunEnd, Vcpu } from '../machine/vcpu';
import { HypervisorStopped } from '../target';
import type { Console } from './console';
import { lastTrace, panicText } from './dump';
import type { XenImage } from './image';

const SHOWN = [
  'rip', 'rsp', 'rflags', 'rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp',
  'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'cr0', 'cr2',
] as const; // prettier-ignore

const LAST_LINES = 60;

export interface Stops {
  /** What to throw for a run that ended like this. */
  readonly by: (vcpu: Vcpu, end: RunEnd) => HypervisorStopped;
  /** What to throw if Xen itself gave up and printed the reason. */
  readonly byXen: (vcpu: Vcpu) => HypervisorStopped;
  readonly because: (vcpu: Vcpu, why: string) => HypervisorStopped;
  /** Runs what Xen does about a trap: if it stops meanwhile, this is the fault that it stopped for. */
  readonly handling: <Result>(fault: Fault | undefined, action: () => Result) => Result;
  /** Runs `action`; a machine in which nothing can run, or which has lost its own memory, has stopped too. */
  readonly orHang: <Result>(vcpu: Vcpu, action: () => Result) => Result;
}

function whyEnded(end: RunEnd): string {
  if (end.kind === 'fault') return `${end.access} of ${end.reason} memory at ${hex(end.address)}`;
  if (end.kind === 'exception') return `exception ${end.vector}`;
  if (end.kind === 'budget') return 'it did not end within its budget of instructions';
  if (end.kind === 'too deep') return 'it called itself without end';
  return end.kind === 'halted' ? 'it executed hlt' : `it ended unexpectedly (${end.kind})`;
}

export function createStops(image: XenImage, console: Console): Stops {
  let handled: Fault | undefined;
  const stopped = (vcpu: Vcpu, why: string, fault: Fault | undefined, isOutOfBudget = false): HypervisorStopped => {
    const lines = console.drain();
    const backtrace = lastTrace(lines);
    return new HypervisorStopped({
      where: backtrace[0] ?? image.describe(vcpu.get('rip')),
      why: panicText(lines) ?? why,
      ...(fault && { fault }),
      ...(isOutOfBudget && { isOutOfBudget }),
      registers: Object.fromEntries(SHOWN.map((name) => [name, vcpu.get(name)])),
      backtrace,
      console: lines.slice(-LAST_LINES),
    });
  };
  const because = (vcpu: Vcpu, why: string): HypervisorStopped => stopped(vcpu, why, handled);
  return {
    because,
    handling(fault, action) {
      const before = handled;
      handled = fault;
      try {
        return action();
      } finally {
        handled = before;
      }
    },
    by: (vcpu, end) =>
      stopped(vcpu, whyEnded(end), end.kind === 'fault' ? faultOf(end) : handled, end.kind === 'budget'),
    byXen: (vcpu) => because(vcpu, 'it gave up'),
    orHang(vcpu, action) {
      try {
        return action();
      } catch (error) {
        if (error instanceof GuestFault) throw stopped(vcpu, error.message, faultOf(error));
        throw error instanceof MachineHangs ? because(vcpu, error.message) : error;
      }
    },
  };
}
