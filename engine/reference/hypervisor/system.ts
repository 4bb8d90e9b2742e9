/**
 * The reference hypervisor as a running machine: the image, stacks, domains, console, and the way of a hypercall from
 * the domain's `syscall` through the image's entry code and back. It knows nothing of live patching.
 */
import { readFileSync } from 'node:fs';
import { u32At, wordBytes } from '../../bytes';
import { createDomains, type Domain } from '../../domains';
import type { AddressSpace } from '../../machine/address-space';
import { mapImage, readImage, type Image } from '../../machine/image';
import { createMachine, type Machine } from '../../machine/machine';
import type { CallEnd, Vcpu } from '../../machine/vcpu';
import type { DomainName } from '../../target';
import { IMAGES } from '../image/build';
import { createConsole, type Console } from './console';
import { createCrossings } from './crossings';
import { createHypercalls, type Hypercalls } from './hypercalls';
import { firstStack, mapStacks, MAX_CPUS, nestedStack } from './stacks';
import { createStops } from './stops';
import { mapForeign } from './foreign';
import { ownSubject, type ForeignImage, type Subject } from './subject';
import { imageTrapTables, trapHandler, type TrapTables } from './traps';

const INTERRUPTS_ENABLED = 0x202n;
/** Instructions that hypervisor code may take between two gates: some hundred times what it needs. */
const BUDGET = 5_000_000;

export interface System extends Omit<Hypercalls, 'reset'> {
  readonly machine: Machine;
  /** The one that runs. */
  readonly image: Image;
  /** The one that payloads are for. */
  readonly subject: Subject;
  readonly console: Console;
  readonly domains: Readonly<Record<DomainName, Domain>>;
  /** The function of the foreign image, which was never booted, that was called first since the last reset. */
  readonly foreignCall: () => string | undefined;
  /** Exception tables and bug frames beside the image's. */
  readonly addTrapTables: (tables: () => Iterable<TrapTables>) => void;
  /** Calls a function from outside of any hypercall. Throws `HypervisorStopped` if it does not return. */
  readonly call: (vcpu: Vcpu, address: bigint, args: readonly bigint[]) => bigint;
  /** Calls a function in the middle of what the vCPU is doing, under a budget; its registers are put back. */
  readonly callNested: (vcpu: Vcpu, address: bigint, args: readonly bigint[], budget: number) => CallEnd;
  /** A u32 of the image, by symbol. */
  readonly setWord: (symbol: string, value: number, index?: number) => void;
  readonly word: (symbol: string, index?: number) => number;
  /** Sets the number of vCPUs. */
  readonly setCpus: (count: number) => void;
  /** Puts back memory, clock and vCPUs, and sets the number of vCPUs. */
  readonly reset: (cpus: number) => void;
}

const wordAt = (memory: AddressSpace, address: bigint): number => u32At(memory.guest.read(address, 4));

/** The gates of the image's own needs; those of live patching are declared where it is. */
function declareGates({ machine, image, console }: Pick<System, 'machine' | 'image' | 'console'>): void {
  const gate = (symbol: string, handler: Parameters<Machine['gate']>[1]): void =>
    machine.gate(image.address(symbol), handler);
  gate('printk', console.printk);
  gate('now', () => machine.now());
  gate('wait_while', (vcpu) => {
    const address = vcpu.get('rdi');
    const value = Number(vcpu.get('rsi') & 0xffff_ffffn);
    const holds = (): boolean => wordAt(machine.memory, address) === value;
    return machine.wait(vcpu, { holds, deadline: vcpu.get('rdx') });
  });
  gate('send_interrupts', (from) => {
    for (const { index } of machine.vcpus) if (index !== from.index) machine.interrupt(index);
    return 0n;
  });
  gate('serialised', (vcpu) => {
    vcpu.serialise();
    return 0n;
  });
}

/** `foreign`: another hypervisor's image, which payloads are for instead of its own. */
export function createSystem(foreign?: ForeignImage): System {
  const image = readImage(readFileSync(IMAGES[foreign === undefined ? 'own' : 'aside'].file));
  const crossings = createCrossings(image);
  const tables: (() => Iterable<TrapTables>)[] = [];
  const machine = createMachine({
    returnAddress: image.address('host_return'),
    budget: BUDGET,
    onTrap: (vcpu, trap, rip) => foreignCode?.enter(vcpu, trap) ?? handleTrap(vcpu, trap, rip),
    onSyscall: crossings.onSyscall,
    onInterrupt: crossings.onInterrupt,
    onUnexpectedEnd: (vcpu, end) => {
      throw stops.by(vcpu, end);
    },
  });
  const { memory } = machine;
  const console = createConsole(memory);
  const describe = (address: bigint): string => subject.describe(address);
  const stops = createStops({ describe }, console);
  const callNested: System['callNested'] = (vcpu, address, args, budget) =>
    vcpu.preserve(() => vcpu.call(address, args, nestedStack(vcpu.get('rsp')), budget));
  const handleTrap = trapHandler({
    *tables() {
      for (const more of tables) yield* more();
    },
    console,
    call: (vcpu, address) => callNested(vcpu, address, [], BUDGET),
  });

  mapImage(memory, image, 'image');
  mapStacks(memory);
  const foreignCode = foreign && mapForeign(memory, foreign, console.printk);
  const subject = foreign ?? ownSubject(memory, image);
  const own = imageTrapTables(memory, image);
  tables.push(() => [own]);
  const domains = createDomains(memory);
  const { reset: forgetCallers, ...hypercalls } = createHypercalls({ machine, domains, stops, budget: BUDGET });

  const setWord = (symbol: string, value: number, index = 0): void => {
    memory.write(image.address(symbol) + BigInt(4 * index), wordBytes(value, 4));
  };
  const setCpus = (count: number): void => {
    if (count > MAX_CPUS) throw new RangeError(`vCPUs: expected 1..${MAX_CPUS}, got ${count}`);
    machine.setCpus(count);
    for (const vcpu of machine.vcpus) vcpu.set('rflags', INTERRUPTS_ENABLED);
    setWord('nr_cpus', count);
  };
  machine.gate(image.address('return_to_guest'), crossings.leave);
  const restore = memory.saveAll();

  const system: System = {
    machine,
    image,
    subject,
    console,
    domains,
    foreignCall: () => foreignCode?.called(),
    ...hypercalls,
    addTrapTables: (more) => {
      tables.push(more);
    },
    call: (vcpu, address, args) =>
      stops.orHang(vcpu, () =>
        machine.drive(vcpu, () => {
          const end = vcpu.call(address, args, firstStack(vcpu.index), BUDGET);
          if (end.kind === 'value') return end.value;
          throw stops.by(vcpu, end);
        }),
      ),
    callNested,
    setWord,
    word: (symbol, index = 0) => wordAt(memory, image.address(symbol) + BigInt(4 * index)),
    setCpus,
    reset(cpus) {
      restore();
      machine.reset();
      crossings.reset();
      forgetCallers();
      console.drain();
      foreignCode?.reset();
      for (const domain of Object.values(domains)) domain.reset();
      setCpus(cpus);
    },
  };
  declareGates(system);
  // A damaged file may say that it is anywhere.
  const foreignPrintk = foreign?.find('printk')?.address;
  if (foreignPrintk !== undefined && memory.find(foreignPrintk) !== undefined)
    machine.service(foreignPrintk, console.printk);
  return system;
}
