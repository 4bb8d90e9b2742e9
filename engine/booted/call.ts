/**
 * A function of Xen's called in the middle of a hypercall: the vCPU reaches `do_sysctl` on the control domain's stack
 * and in its name, is sent to the function instead, and returns to the same place as if nothing had been.
 */
import { HYPERCALL } from '../abi/hypercall';
import { nap } from '../agent/channel';
import { wordBytes } from '../bytes';
import type { XenImage } from '../xen';
import type { RegisterName, Registers } from './debugger';
import type { Machine } from './machine';

const ARGUMENTS: readonly RegisterName[] = ['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9'];
/** Bytes below the stack pointer for a text and the return address. */
const ROOM = 0x108n;
const TEXT_AT = 16n;
const LONGEST_TEXT = 0xe0;

export interface Calls {
  /** RAX, unsigned. */
  readonly call: (address: bigint, args: readonly bigint[]) => bigint;
  /** A function that takes a text. RangeError for one that is too long. */
  readonly callWithText: (address: bigint, text: string) => bigint;
}

export function createCalls(machine: Machine, image: XenImage): Calls {
  const gate = image.address('do_sysctl');

  /** With the vCPU at the gate. */
  function atGate<Result>(action: (registers: Registers) => Result): Result {
    const { debugger: debug, agent } = machine;
    debug.halt();
    debug.setBreakpoint(gate);
    debug.resume();
    const returned = agent.beginHypercall(HYPERCALL.sysctl, []);
    debug.awaitStop();
    const result = action(debug.registers());
    debug.clearBreakpoint(gate);
    debug.resume();
    while (returned() === undefined) nap(0.05);
    return result;
  }

  function callWith(address: bigint, args: (stack: bigint) => readonly bigint[], text = ''): bigint {
    const { debugger: debug, tables } = machine;
    if (text.length >= LONGEST_TEXT) throw new RangeError(`text: expected less than ${LONGEST_TEXT} bytes, got more`);
    return machine.orStop(() =>
      atGate((before) => {
        // At its entry, a function finds the stack so that the return address makes it whole.
        const stack = (before.rsp & ~0xfn) - ROOM;
        tables.write(stack, wordBytes(gate, 8));
        tables.write(stack + TEXT_AT, Buffer.from(`${text}\0`, 'latin1'));
        const given = args(stack).map((value, index) => [ARGUMENTS[index] ?? 'r9', value] as const);
        for (const [name, value] of given) debug.setRegister(name, value);
        debug.setRegister('rsp', stack);
        debug.setRegister('rip', address);
        debug.resume();
        debug.awaitStop();
        const { rax } = debug.registers();
        for (const name of Object.keys(before) as RegisterName[]) debug.setRegister(name, before[name]);
        return rax;
      }),
    );
  }

  return {
    call: (address, args) => callWith(address, () => args),
    callWithText: (address, text) => callWith(address, (stack) => [stack + TEXT_AT], text),
  };
}
