/**
 * Xen as a running machine: its image, what its boot code would have set up, the host's services, and calls of its
 * functions that end in a value or in the verdict that it stopped. It knows nothing of live patching.
 */
import type { AddressSpace } from '../machine/address-space';
import type { Machine } from '../machine/machine';
import type { Vcpu } from '../machine/vcpu';
import { BUDGET, createBareMachine } from './bare';
import { createConsole, type Console } from './console';
import type { XenImage } from './image';
import { createPageTables, type PageTables } from './page-tables';
import { firstStack, nestedStack } from './places';
import type { Profile } from './profile';
import { createStops, type Stops } from './stops';
import { createTraps } from './traps';

const INTERRUPTS_ENABLED = 0x202n;

export interface System {
  readonly machine: Machine;
  readonly memory: AddressSpace;
  readonly image: XenImage;
  readonly profile: Profile;
  readonly console: Console;
  readonly pageTables: PageTables;
  readonly stops: Stops;
  readonly vcpu: (index: number) => Vcpu;
  readonly has: (name: string) => boolean;
  /** The address of a symbol that the Xen must have. RangeError where it has none. */
  readonly address: (name: string) => bigint;
  /** Calls a function on a vCPU that runs nothing. Throws `HypervisorStopped` where it does not come back. */
  readonly call: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Calls a function in the middle of what the vCPU runs; its registers are put back. */
  readonly callNested: (vcpu: Vcpu, function_: string | bigint, ...args: readonly bigint[]) => bigint;
  /** Calls a function with RSP at `stack`. */
  readonly callOn: (vcpu: Vcpu, stack: bigint, function_: string | bigint, ...args: readonly bigint[]) => bigint;
}

export function createSystem(image: XenImage, profile: Profile): System {
  const console = createConsole();
  const stops = createStops(image, console);
  const machine = createBareMachine(image, {
    onTrap: (vcpu, trap, rip) => traps.handle(vcpu, trap, rip),
    relaxed: (address) => pageTables.isRelaxed(address),
  });
  const { memory } = machine;
  const pageTables = createPageTables(memory);

  const address = (name: string): bigint => {
    const found = image.find(name);
    if (found === undefined) throw new RangeError(`${image.file}: expected the symbol ${name}, got none`);
    return found.address;
  };
  const callOn: System['callOn'] = (vcpu, stack, function_, ...args) => {
    const end = vcpu.call(typeof function_ === 'string' ? address(function_) : function_, args, stack, BUDGET);
    if (end.kind === 'value') return end.value;
    throw stops.by(vcpu, end);
  };
  const system: System = {
    machine,
    memory,
    image,
    profile,
    console,
    pageTables,
    stops,
    vcpu(index) {
      const vcpu = machine.vcpus[index];
      if (vcpu === undefined) throw new RangeError(`vCPU: expected 0..${machine.vcpus.length - 1}, got ${index}`);
      return vcpu;
    },
    has: (name) => image.find(name) !== undefined,
    address,
    call(vcpu, function_, ...args) {
      vcpu.set('rflags', INTERRUPTS_ENABLED);
      traps.begin();
      return callOn(vcpu, firstStack(vcpu.index), function_, ...args);
    },
    callOn,
    callNested: (vcpu, function_, ...args) =>
      vcpu.preserve(() => callOn(vcpu, nestedStack(vcpu.get('rsp')), function_, ...args)),
  };
  const traps = createTraps(system);
  return system;
}
