/**
 * Xen as a running machine: its image, what its boot code would have set up, the host's services, and calls of its
 * functions that end in a value or in the verdict that it stopped. It knows nothing of live patching.
 */
import type { Vcpu } from '../machine/vcpu';
import { budgetOf, createBareMachine } from './bare';
import { createConsole } from './console';
import type { XenImage } from './image';
import { createPageTables } from './page-tables';
import { firstStack, isOnStack, nestedStack } from './places';
import type { Profile } from './profile';
import { createStops } from './stops';
import { createTraps } from './traps';
import type { System } from './types';

export type { System } from './types';

/** RFLAGS of a CPU that accepts interrupts. */
export const INTERRUPTS_ENABLED = 0x202n;

/** Makes the system; an interrupt that reaches an idle vCPU goes to the address that `onInterrupt` gives. */
export function createSystem(image: XenImage, profile: Profile, onInterrupt: (vcpu: Vcpu) => bigint): System {
  const console = createConsole();
  const budget = budgetOf(image);
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
    return ended(vcpu, vcpu.run(addressOf(function_), budget));
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
    call: (vcpu, function_, ...args) => ended(vcpu, vcpu.run(enter(vcpu, function_, ...args), budget)),
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
