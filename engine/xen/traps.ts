/**
 * Faults and exceptions: delivered to Xen's own handlers with a frame on the stack, as the processor and Xen's entry
 * code would. The vCPU continues with the registers that the handlers leave in the frame.
 */
import { faultOf } from '../fault';
import { INTERRUPT_FLAG, type Trap, type Vcpu } from '../machine/vcpu';
import type { Register } from '../unicorn/registers';
import { firstStack, isOnStack, presentPiece } from './places';
import type { System, Traps } from './types';

/** struct cpu_user_regs up to what the processor pushes. */
const FRAME_REGISTERS: readonly Register[] = [
  'r15', 'r14', 'r13', 'r12', 'rbp', 'rbx', 'r11', 'r10', 'r9', 'r8', 'rax', 'rcx', 'rdx', 'rsi', 'rdi',
]; // prettier-ignore
const ERROR_CODE = 120;
const VECTOR = 124;
const RIP = 128;
const CS = 136;
const RFLAGS = 144;
const RSP = 152;
const SS = 160;
const FRAME_SIZE = 168;
/** What the handler needs below the frame at the least. */
const HANDLER_ROOM = 0x100n;

/** Xen's code segment. */
const HYPERVISOR_CS = 0xe008n;
const NMI = 2;
const PAGE_FAULT = 14;
const GENERAL_PROTECTION = 13;
const DOUBLE_FAULT = 8;
/**
 * Faults and exceptions that one call may have. A copy from or to a guest ends with its first one; only WARN continues,
 * and prints a page each time, so that a budget of instructions is no limit.
 */
const MOST_TRAPS = 50;
/** Pieces of memory, of at most 2 MiB, that a scenario may be the first to touch: far more than Xen does. */
const MOST_POPULATED = 64;
/** Faults within faults that are delivered: fewer than the stack has room for. */
const DEEPEST = 8;

const HANDLERS: Readonly<Record<number, readonly string[]>> = {
  0: ['do_divide_error', 'do_trap'],
  1: ['do_debug', 'handle_DB_IDT'],
  [NMI]: ['do_nmi'],
  3: ['do_int3'],
  4: ['do_overflow', 'do_trap'],
  5: ['do_bounds', 'do_trap'],
  6: ['do_invalid_op'],
  [GENERAL_PROTECTION]: ['do_general_protection'],
  [PAGE_FAULT]: ['do_page_fault', 'handle_PF_IDT'],
};

interface Exception {
  readonly vector: number;
  readonly errorCode: number;
  readonly address?: bigint;
}

const isCanonical = (address: bigint): boolean => BigInt.asIntN(48, address) === BigInt.asIntN(64, address);

function exceptionOf(trap: Trap): Exception {
  if (trap.kind === 'exception') return { vector: trap.vector, errorCode: 0 };
  if (!isCanonical(trap.address)) return { vector: GENERAL_PROTECTION, errorCode: 0 };
  const present = trap.reason === 'protected' ? 1 : 0;
  const access = { read: 0, write: 2, fetch: 16 }[trap.access];
  return { vector: PAGE_FAULT, errorCode: present | access, address: trap.address };
}

/** The frame's bytes for what the vCPU is doing. */
function frameOf(vcpu: Vcpu, rip: bigint, { vector, errorCode }: Exception): Uint8Array {
  const frame = Buffer.alloc(FRAME_SIZE);
  FRAME_REGISTERS.forEach((register, index) => frame.writeBigUInt64LE(vcpu.get(register), 8 * index));
  frame.writeUInt32LE(errorCode, ERROR_CODE);
  frame.writeUInt16LE(vector, VECTOR);
  frame.writeBigUInt64LE(rip, RIP);
  frame.writeBigUInt64LE(HYPERVISOR_CS, CS);
  frame.writeBigUInt64LE(vcpu.get('rflags'), RFLAGS);
  frame.writeBigUInt64LE(vcpu.get('rsp'), RSP);
  frame.writeBigUInt64LE(0n, SS);
  return frame;
}

/** Takes the registers from the frame; the address to continue at. */
function leave(vcpu: Vcpu, frame: Buffer): bigint {
  FRAME_REGISTERS.forEach((register, index) => vcpu.set(register, frame.readBigUInt64LE(8 * index)));
  vcpu.set('rflags', frame.readBigUInt64LE(RFLAGS));
  vcpu.set('rsp', frame.readBigUInt64LE(RSP));
  return frame.readBigUInt64LE(RIP);
}

export function createTraps(system: Omit<System, 'traps'>): Traps {
  const { memory, stops } = system;
  let depth = 0;
  let count = 0;
  let populated = 0;

  /**
   * Maps memory of the emulated host at its first access: a piece of many pages, except where something else is mapped.
   */
  const populates = (vcpu: Vcpu, trap: Trap): boolean => {
    if (trap.kind !== 'fault' || trap.reason !== 'unmapped' || trap.access === 'fetch') return false;
    const piece = presentPiece(trap.address);
    const gap = piece && memory.gaps(piece.start, piece.end).find(({ end }) => trap.address < end);
    if (gap === undefined) return false;
    populated += 1;
    if (populated > MOST_POPULATED)
      throw stops.because(vcpu, `it touched more than ${MOST_POPULATED} pieces of unused memory`);
    const bytes = new Uint8Array(Number(gap.end - gap.start));
    memory.map({ name: 'present', start: gap.start, bytes, permissions: 'rw-' });
    return true;
  };
  /** Whether [start, end), of less than a page, is memory that a stack can be in. */
  const isStack = (start: bigint, end: bigint): boolean =>
    [start, end - 1n].every((address) => memory.find(address)?.permissions === 'rw-');

  const deliver = (vcpu: Vcpu, exception: Exception, rip: bigint): bigint | undefined => {
    const handler = HANDLERS[exception.vector]?.find(system.has);
    if (handler === undefined) return undefined;
    const rsp = vcpu.get('rsp');
    const at = (rsp & ~0xfn) - BigInt(FRAME_SIZE);
    if (!isStack(at - HANDLER_ROOM, at + BigInt(FRAME_SIZE)) || depth >= DEEPEST)
      throw stops.because(vcpu, `DOUBLE FAULT (exception ${exception.vector}, then ${DOUBLE_FAULT})`);
    count += 1;
    if (count > MOST_TRAPS) throw stops.because(vcpu, `it had more than ${MOST_TRAPS} faults and exceptions`);
    if (exception.address !== undefined) vcpu.set('cr2', exception.address);
    const frame = frameOf(vcpu, rip, exception);
    memory.guest.write(at, frame);
    depth += 1;
    try {
      const stack = at & ~0xfn;
      vcpu.preserve(() => {
        // An exception clears it. Xen's entry code sets it again, but not for a page fault: its handler does.
        if (exception.vector === PAGE_FAULT) vcpu.set('rflags', vcpu.get('rflags') & ~INTERRUPT_FLAG);
        return system.callOn(vcpu, stack, handler, at);
      });
    } finally {
      depth -= 1;
    }
    return leave(vcpu, Buffer.from(memory.guest.read(at, FRAME_SIZE)));
  };

  return {
    handle(vcpu, trap, rip) {
      if (populates(vcpu, trap)) return rip;
      const fault = trap.kind === 'fault' ? faultOf(trap) : undefined;
      return stops.handling(fault, () => deliver(vcpu, exceptionOf(trap), rip));
    },
    nmi(vcpu) {
      vcpu.preserve(() => {
        if (!isOnStack(vcpu.index, vcpu.get('rsp'))) vcpu.set('rsp', firstStack(vcpu.index));
        deliver(vcpu, { vector: NMI, errorCode: 0 }, vcpu.get('rip'));
      });
    },
    begin() {
      depth = 0;
      count = 0;
    },
    reset() {
      populated = 0;
    },
  };
}
