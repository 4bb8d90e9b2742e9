/**
 * A virtual CPU: runs code until something happens that the emulated machine cannot settle by itself.
 *
 * Gates (a `hlt` at a known address) hand over to the host and come back. Write protection follows CR0.WP as on the
 * processor: with it clear, a store to a read-only page of this vCPU goes through, and the page is protected again when
 * WP is set. What this vCPU stores into code reaches another vCPU's instruction stream when that one serialises.
 *
 * If a gate accesses unmapped memory (`GuestFault`), that is a fault of the code.
 */
import { u64At, wordBytes } from '../bytes';
import { PAGE_SIZE, pageStart } from '../pages';
import { openCpu, WRITE, type Cpu, type CpuidAnswer, type Outcome, type Store } from '../unicorn/unicorn';
import type { AddressSpace, AttachedCpu } from './address-space';
import { GuestFault } from './contents';
import { isExecutable, isReadable, permissionBits, type Permissions } from './permissions';
import { GENERAL_REGISTERS, KEPT_REGISTERS } from '../unicorn/registers';

export { GENERAL_REGISTERS };

/** The result of a gate: the value for RAX, or an address to continue at, or that the code there runs, or not now. */
export type GateResult = bigint | { readonly goTo: bigint } | 'go on' | 'leave' | 'park';
export type Gate = (vcpu: Vcpu) => GateResult;

/** How a run ended. */
export type RunEnd =
  /** It reached the return address that every call has. */
  | { readonly kind: 'returned' }
  /** A gate said `leave`: the vCPU has nothing more to run. */
  | { readonly kind: 'left' }
  /** A gate said `park`: the vCPU continues at RIP when it is run again. */
  | { readonly kind: 'parked' }
  /** A `hlt` that is no gate. */
  | { readonly kind: 'halted' }
  /** It used its budget of instructions without reaching an end. */
  | { readonly kind: 'budget' }
  /** It is a run within a run, deeper than anything but an endless recursion. */
  | { readonly kind: 'too deep' }
  | Trap;

/** A fault or exception that nothing handled. */
export type Trap = Extract<Outcome, { kind: 'fault' | 'exception' }>;

/** Handles a trap at `rip`: returns the address to continue at, or undefined. */
export type TrapHandler = (vcpu: Vcpu, trap: Trap, rip: bigint) => bigint | undefined;

export type CallEnd = { readonly kind: 'value'; readonly value: bigint } | Exclude<RunEnd, { kind: 'returned' }>;

/** IF of RFLAGS: the vCPU accepts interrupts. */
export const INTERRUPT_FLAG = 1n << 9n;

export interface Vcpu {
  readonly index: number;
  readonly get: Cpu['get'];
  readonly set: Cpu['set'];
  readonly preserve: Cpu['preserve'];
  /**
   * Runs from `from` under a budget of instructions. Each time that the host takes over counts as `HOST_COST` of them.
   */
  readonly run: (from: bigint, budget: number) => RunEnd;
  /**
   * Makes registers and stack ready for a function by the System V convention, which returns to the return address:
   * RSP at `stack` (a multiple of 16), up to six integer arguments. Throws `GuestFault` if there is no such stack.
   */
  readonly prepare: (args: readonly bigint[], stack: bigint) => void;
  /** Prepares and runs a function. */
  readonly call: (address: bigint, args: readonly bigint[], stack: bigint, budget: number) => CallEnd;
  /** The vCPU executes what other vCPUs stored into code. */
  readonly serialise: () => void;
  /** From now on, this vCPU asks the environment's `services` when it reaches the beginning of a function here. */
  readonly stopAt: (address: bigint) => void;
  /** Tells this vCPU that another one stored into code. */
  readonly noteForeignStores: (start: bigint, size: number) => void;
  readonly watchStores: (start: bigint, end: bigint, seen: (store: Store) => void) => () => void;
  /** Forgets what is left over from a scenario: registers, lifted pages, foreign stores. */
  readonly reset: () => void;
  readonly close: () => void;
}

export interface VcpuEnvironment {
  readonly memory: AddressSpace;
  readonly gates: ReadonlyMap<bigint, Gate>;
  /** Functions that the host does, by address: the gate's value is what the function returns. */
  readonly services?: ReadonlyMap<bigint, Gate>;
  /** Whether this vCPU may store to a page although it is read-only, as page tables may say for a while. */
  readonly relaxed?: (address: bigint) => boolean;
  /** What `cpuid` says, if the emulated CPU's own answer is wrong for it. */
  readonly cpuid?: CpuidAnswer;
  readonly onTrap: TrapHandler;
  /** A `syscall` was executed; RIP is after it. The address to continue at. Absent: it is an undefined instruction. */
  readonly onSyscall?: (vcpu: Vcpu) => bigint;
  /** Where every call returns to: mapped, and reached by nothing else. */
  readonly returnAddress: bigint;
  /** The other vCPUs learn of stores into code. */
  readonly onCodeStored: (by: Vcpu, start: bigint, size: number) => void;
}

const ARGUMENTS = ['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9'] as const;
const WRITE_PROTECT = 1n << 16n;
const HLT = 0xf4;
const SYSCALL_LENGTH = 2n;
const INVALID_OPCODE = 6;
/** Runs within runs: a handler that faults, whose handler prints, which calls a function. */
const DEEPEST = 24;
/** What a gate, a system call or a trap counts, so that code which does nothing else ends too. */
const HOST_COST = 250;
/** After that many regions were taken from it, another CPU is opened: the emulator keeps 2.5 KiB for each. */
export const WORN_OUT = 3000;

/** What `act` gives; where it met memory that is not there on behalf of the code, that fault. */
function orFault<Result>(act: () => Result): Result | Trap {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof GuestFault)) throw error;
    return { kind: 'fault', access: error.access, reason: 'unmapped', address: error.address };
  }
}

/** Where a CPU continues that must pass its stop this time. */
function passedBy(cpu: Cpu): bigint {
  const rip = cpu.get('rip');
  cpu.passOnce(rip);
  return rip;
}

function setArguments(cpu: Cpu, args: readonly bigint[]): void {
  if (args.length > ARGUMENTS.length)
    throw new RangeError(`call: expected at most ${ARGUMENTS.length} arguments, got ${args.length}`);
  args.forEach((value, position) => {
    const register = ARGUMENTS[position];
    if (register !== undefined) cpu.set(register, BigInt.asUintN(64, value));
  });
}

/** Another CPU that goes on where this one, which is closed, is. */
function reopened(worn: AttachedCpu, open: () => AttachedCpu): AttachedCpu {
  const kept = KEPT_REGISTERS.map((register) => [register, worn.get(register)] as const);
  worn.close();
  const cpu = open();
  for (const [register, content] of kept) cpu.set(register, content);
  return cpu;
}

export function createVcpu(index: number, environment: VcpuEnvironment): Vcpu {
  const { memory, gates, returnAddress } = environment;
  const services: ReadonlyMap<bigint, Gate> = environment.services ?? new Map();
  const open = (): AttachedCpu => {
    const opened = memory.attach(openCpu());
    for (const address of services.keys()) opened.stopAt(address);
    if (environment.cpuid !== undefined) opened.onCpuid(environment.cpuid);
    return opened;
  };
  let cpu = open();
  const lifted = new Set<bigint>();
  let stale: { readonly start: bigint; readonly end: bigint }[] = [];
  const returnBytes = wordBytes(returnAddress, 8);

  const lift = (address: bigint, permissions: Permissions): void => {
    const page = pageStart(address);
    cpu.protect(page, PAGE_SIZE, permissionBits(permissions) | WRITE);
    lifted.add(page);
  };

  const mayStore = (address: bigint): boolean =>
    environment.relaxed?.(address) === true || (cpu.get('cr0') & WRITE_PROTECT) === 0n;

  /** Protects the lifted pages again once they may not be stored to, and lets the others know what may have changed. */
  const settle = (): void => {
    if (lifted.size === 0) return;
    for (const page of lifted) {
      if (mayStore(page)) continue;
      lifted.delete(page);
      const region = memory.find(page);
      if (region === undefined) continue;
      cpu.protect(page, PAGE_SIZE, permissionBits(region.permissions));
      if (isExecutable(region.permissions)) environment.onCodeStored(vcpu, page, PAGE_SIZE);
    }
  };

  /** With WP clear, or where page tables say so, a store to a page that is there, if only to be read, goes through. */
  const liftsFor = (trap: Trap): boolean => {
    if (trap.kind !== 'fault' || trap.access !== 'write' || trap.reason !== 'protected') return false;
    if (!mayStore(trap.address)) return false;
    const permissions = memory.find(trap.address)?.permissions;
    if (permissions === undefined || !isReadable(permissions)) return false;
    lift(trap.address, permissions);
    return true;
  };

  /** The result of a trap: the address to continue at, or the end of the run. */
  const trapped = (trap: Trap): bigint | RunEnd => {
    const rip = cpu.get('rip');
    return liftsFor(trap) ? rip : (orFault(() => environment.onTrap(vcpu, trap, rip)) ?? trap);
  };

  /** What the host's part leads to; where it gives a value, `goOn` says where the vCPU continues. */
  const byHost = (gate: Gate, goOn: () => bigint): bigint | RunEnd => {
    const result = gate(vcpu);
    if (result === 'leave') return { kind: 'left' };
    if (result === 'park') return { kind: 'parked' };
    if (typeof result === 'object') return result.goTo;
    if (result === 'go on') return passedBy(cpu);
    cpu.set('rax', BigInt.asUintN(64, result));
    return goOn();
  };

  /** Leaves a function at whose first instruction the vCPU is. */
  const returnFromFunction = (): bigint => {
    const rsp = cpu.get('rsp');
    const bytes = memory.guest.read(rsp, 8);
    cpu.set('rsp', rsp + 8n);
    return u64At(bytes);
  };

  /** What a start that merely stopped leads to. */
  const stopped = (): bigint | RunEnd => {
    const rip = cpu.get('rip');
    if (rip === returnAddress) return { kind: 'returned' };
    const service = services.get(rip);
    if (service !== undefined) return byHost(service, returnFromFunction);
    const gate = gates.get(rip - 1n);
    if (gate !== undefined) return byHost(gate, () => rip);
    return { kind: memory.tryRead(rip - 1n, 1)?.[0] === HLT ? 'halted' : 'budget' };
  };

  const systemCall = (): bigint | RunEnd => {
    if (environment.onSyscall !== undefined) return environment.onSyscall(vcpu);
    cpu.set('rip', cpu.get('rip') - SYSCALL_LENGTH);
    return trapped({ kind: 'exception', vector: INVALID_OPCODE });
  };

  const next = (outcome: Outcome): bigint | RunEnd => {
    if (outcome.kind === 'syscall') return systemCall();
    if (outcome.kind !== 'stopped') return trapped(outcome);
    const then = orFault(stopped);
    return typeof then !== 'bigint' && then.kind === 'fault' ? trapped(then) : then;
  };

  let depth = 0;
  let preserved = 0;
  let isWatched = false;
  const runOn = (from: bigint, budget: number): RunEnd => {
    let at = from;
    for (let left = budget; left > 0; left -= HOST_COST) {
      const outcome = cpu.start(at, returnAddress, left);
      settle();
      const then = next(outcome);
      if (typeof then !== 'bigint') return then;
      at = then;
    }
    cpu.set('rip', at);
    return { kind: 'budget' };
  };
  /** Opens another CPU that goes on from here, unless something is under way that only this one knows. */
  const renewIfWornOut = (): void => {
    if (cpu.released() < WORN_OUT || preserved > 0 || lifted.size > 0 || isWatched) return;
    stale = [];
    cpu = reopened(cpu, open);
  };
  const run = (from: bigint, budget: number): RunEnd => {
    if (depth >= DEEPEST) return { kind: 'too deep' };
    if (depth === 0) renewIfWornOut();
    depth += 1;
    try {
      return runOn(from, budget);
    } finally {
      depth -= 1;
    }
  };

  const prepare: Vcpu['prepare'] = (args, stack) => {
    const top = stack - 8n;
    setArguments(cpu, args);
    memory.guest.write(top, returnBytes);
    cpu.set('rsp', top);
  };

  const serialise = (): void => {
    for (const { start, end } of stale) cpu.forget(start, end);
    stale = [];
  };

  const vcpu: Vcpu = {
    index,
    get: (register) => cpu.get(register),
    set: (register, value) => cpu.set(register, value),
    preserve(action) {
      preserved += 1;
      try {
        return cpu.preserve(action);
      } finally {
        preserved -= 1;
        settle();
      }
    },
    run,
    prepare,
    call(address, args, stack, budget) {
      prepare(args, stack);
      const end = run(address, budget);
      return end.kind === 'returned' ? { kind: 'value', value: cpu.get('rax') } : end;
    },
    serialise,
    stopAt: (address) => cpu.stopAt(address),
    noteForeignStores(start, size) {
      stale.push({ start, end: start + BigInt(size) });
    },
    watchStores(start, end, seen) {
      // Code translated before the watch would not report to it.
      for (const region of memory.regions())
        if (isExecutable(region.permissions)) cpu.forget(region.start, region.start + BigInt(region.bytes.length));
      isWatched = true;
      return cpu.watchStores(start, end, seen);
    },
    reset() {
      isWatched = false;
      cpu.reset();
      settle();
      serialise();
    },
    close: () => cpu.close(),
  };
  return vcpu;
}
