/**
 * Faults and exceptions in the hypervisor's mode. Exception tables and bug frames, the image's and the payloads', say
 * where to go on; if none does, the hypervisor crashes. Clauses EXC-1, EXC-2.
 */
import { EXCEPTION, readFrame } from '../../abi/tables';
import { hex } from '../../bytes';
import type { AddressSpace } from '../../machine/address-space';
import type { Image } from '../../machine/image';
import type { CallEnd, RunEnd, Trap, TrapHandler, Vcpu } from '../../machine/vcpu';
import { readText, type Console } from './console';

/** Where a fault at `address` resumes. EXC-1. */
export interface Fixup {
  readonly address: bigint;
  readonly fixup: bigint;
}

/** What an undefined instruction at `address` means. EXC-2. */
export interface BugFrame {
  readonly address: bigint;
  readonly kind: 'run_fn' | 'warn' | 'bug' | 'assert';
  /** The file's name, for `run_fn` the function. */
  readonly pointer: bigint;
  readonly line: number;
  /** Name of the source file, if it can be read. */
  readonly file?: string;
  /** What an assertion says. */
  readonly message?: string;
}

export interface TrapTables {
  readonly fixups: readonly Fixup[];
  readonly bugFrames: readonly BugFrame[];
}

const INVALID_OPCODE = 6;
const UD2_LENGTH = 2n;
const EXCEPTIONS: Readonly<Record<number, string>> = {
  0: 'divide error',
  1: 'debug exception',
  3: 'breakpoint',
  [INVALID_OPCODE]: 'invalid opcode',
  13: 'general protection fault',
  14: 'page fault',
};

/** The entries between two symbols, each with its own address. */
function readPairs(memory: AddressSpace, image: Image, from: string, to: string) {
  const start = image.address(from);
  const length = Number(image.address(to) - start);
  const table = memory.read(start, length);
  return Array.from({ length: length / EXCEPTION.size }, (_, index) => {
    const offset = index * EXCEPTION.size;
    return { at: start + BigInt(offset), ...EXCEPTION.decode(table, offset) };
  });
}

/** The image's own exception table, whose displacements start at their own fields, and its bug frames. */
export function imageTrapTables(memory: AddressSpace, image: Image): TrapTables {
  const fixups = readPairs(memory, image, '__start___ex_table', '__stop___ex_table');
  const bugs = readPairs(memory, image, '__start_bug_frames_2', '__stop_bug_frames_2');
  return {
    fixups: fixups.map(({ at, addr, cont }) => ({ address: at + BigInt(addr), fixup: at + 4n + BigInt(cont) })),
    bugFrames: bugs.map(({ at, addr, cont }): BugFrame => {
      const frame = readFrame({ loc: addr, ptr: cont });
      const pointer = at + frame.pointer;
      return { address: at + frame.at, kind: 'bug', pointer, line: 0, file: readText(memory, pointer) };
    }),
  };
}

/** What an undefined instruction with a bug frame prints. */
function bugText({ kind, file = '?', line, message = '?' }: BugFrame): string {
  if (kind === 'assert') return `Assertion '${message}' failed at ${file}:${line}`;
  return `Xen ${kind.toUpperCase()} at ${file}:${line}`;
}

export interface TrapHandlerOptions {
  /** Asked each time, since payloads come and go. */
  readonly tables: () => Iterable<TrapTables>;
  readonly console: Console;
  /** Calls a function in the middle of what the vCPU is doing. */
  readonly call: (vcpu: Vcpu, address: bigint) => CallEnd;
}

export function trapHandler({ tables, console, call }: TrapHandlerOptions): TrapHandler {
  /** The address after the instruction, if the hypervisor goes on there; undefined if it does not go on. */
  const meet = (vcpu: Vcpu, frame: BugFrame): bigint | undefined => {
    const next = frame.address + UD2_LENGTH;
    if (frame.kind === 'run_fn') return call(vcpu, frame.pointer).kind === 'value' ? next : undefined;
    console.say(bugText(frame));
    return frame.kind === 'warn' ? next : undefined;
  };
  return (vcpu, trap, rip) => {
    const invalid = trap.kind === 'exception' && trap.vector === INVALID_OPCODE;
    for (const { fixups, bugFrames } of tables()) {
      const fixup = fixups.find(({ address }) => address === rip);
      if (fixup !== undefined) return fixup.fixup;
      const frame = invalid ? bugFrames.find(({ address }) => address === rip) : undefined;
      if (frame !== undefined) return meet(vcpu, frame);
    }
    return undefined;
  };
}

function trapText(trap: Trap): string {
  if (trap.kind === 'exception') return EXCEPTIONS[trap.vector] ?? `exception ${trap.vector}`;
  return `${trap.access} of ${trap.reason} memory at ${hex(trap.address)}`;
}

/** Why code did not return, for people. */
export function endText(end: RunEnd): string {
  switch (end.kind) {
    case 'fault':
    case 'exception':
      return trapText(end);
    case 'budget':
      return 'it did not end within its budget of instructions';
    case 'halted':
      return 'it executed hlt';
    case 'too deep':
      return 'it called itself without end';
    default:
      return `it ended unexpectedly (${end.kind})`;
  }
}
