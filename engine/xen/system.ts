/**
 * Xen as a running machine: its image, what its boot code would have set up, the host's services, and calls of its
 * functions that end in a value or in the verdict that it stopped. It knows nothing of live patching.
 */
import type { AddressSpace } from '../machine/address-space';
import type { Machine } from '../machine/machine';
import type { RunEnd, Vcpu } from '../machine/vcpu';
import { BUDGET, createBareMachine } from './bare';
import { createConsole, type Console } from './console';
import type { XenImage } from './image';
import { createPageTables, type PageTables } from './page-tables';
import { firstStack, isOnStack, nestedStack } from './places';
import type { Profile } from './profile';
import { createStops, type Stops } from './stops';
import { createTraps, type Traps } from './traps';

/** RFLAGS of a CPU that accepts interrupts. */
export const INTERRUPTS_ENABLED = 0x202n;

export interface System {
  readonly machine: Machine;
  readonly memory: AddressSpace;
  readonly image: XenImage;
  readonly profile: Profile;
  readonly console: Console;
  readonly pageTables: PageTables;
  readonly stops: Stops;
  readonly traps: Traps;
  readonly vcpu: (index: number) => Vcpu;
  readonly has: (name: string) => boolean;
  /** The address of a symbol that the Xen must have. RangeError where it has none. */
  readonly address: (name: string) => bigint;
  /** Makes a vCPU that runs nothing ready for a function; the address to run from. */
  readonly enter: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** RAX where a run came to its end. Throws `HypervisorStopped` where it ended otherwise. */
  readonly ended: (vcpu: Vcpu, end: RunEnd) => bigint;
  /** Calls a function on a vCPU that runs nothing. Throws `HypervisorStopped` where it does not come back. */
  readonly call: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Has a vCPU do something that others may have to come to. Throws `HypervisorStopped` where nothing goes on. */
  readonly drive: <Result>(vcpu: Vcpu, action: (vcpu: Vcpu) => Result) => Result;
  /** Calls a function without a trace, whatever the vCPU is doing. */
  readonly inspect: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Calls a function in the middle of what the vCPU runs; its registers are put back. */
  readonly callNested: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Calls a function with RSP at `stack`. */
  readonly callOn: (vcpu: Vcpu, stack: bigint, function_: string | bigint, ...args: readonly bigint[]) => bigint;
}

/** Makes the system; an interrupt that reaches an idle vCPU goes to the address that `onInterrupt` gives. */
export function createSystem(image: XenImage, profile: Profile, onInterrupt: (vcpu: Vcpu) => bigint): System {
  const console = createConsole();
  const stops = createStops(image, console);
  const machine = createBareMachine(image, {
    onTrap: (vcpu, trap, rip) => traps.handle(vcpu, trap, rip),
    onInterrupt,
    onUnexpectedEnd: (vcpu, end) => void ended(vcpu, end),
    relaxed: (address) => pageTables.isRelaxed(address),
  });
  const { memory } = machine;
  const pageTables = createPageTables(memory);

  const address = (name: string): bigint => {
    const found = image.find(name);
    if (found === undefined) throw new RangeError(`${image.file}: expected the symbol ${name}, got none`);
    return found.address;
  };
  const ended: System['ended'] = (vcpu, end) => {
    if (end.kind === 'returned') return vcpu.get('rax');
    throw stops.by(vcpu, end);
  };
  const addressOf = (function_: string | bigint): bigint =>
    typeof function_ === 'string' ? address(function_) : function_;
  const callOn: System['callOn'] = (vcpu, stack, function_, ...args) => {
    vcpu.prepare(args, stack);
    return ended(vcpu, vcpu.run(addressOf(function_), BUDGET));
  };
  const enter: System['enter'] = (vcpu, function_, ...args) => {
    vcpu.set('rflags', INTERRUPTS_ENABLED);
    traps.begin();
    // On its way out of the idle loop and back to a guest a CPU serialises.
    vcpu.serialise();
    vcpu.prepare(args, firstStack(vcpu.index));
    return addressOf(function_);
  };
  const system: Omit<System, 'traps'> = {
    machine,
    memory,
    image,
    profile,
    console,
    pageTables,
    stops,
    vcpu: machine.vcpu,
    has: (name) => image.find(name) !== undefined,
    address,
    enter,
    ended,
    call: (vcpu, function_, ...args) => ended(vcpu, vcpu.run(enter(vcpu, function_, ...args), BUDGET)),
    callOn,
    drive: (vcpu, action) => stops.orHang(vcpu, () => machine.drive(vcpu, () => action(vcpu))),
    inspect: (vcpu, ...call) =>
      vcpu.preserve(() => {
        const rsp = vcpu.get('rsp');
        return callOn(vcpu, isOnStack(vcpu.index, rsp) ? nestedStack(rsp) : firstStack(vcpu.index), ...call);
      }),
    callNested: (vcpu, function_, ...args) =>
      vcpu.preserve(() => callOn(vcpu, nestedStack(vcpu.get('rsp')), function_, ...args)),
  };
  const traps = createTraps(system);
  return { ...system, traps };
}
