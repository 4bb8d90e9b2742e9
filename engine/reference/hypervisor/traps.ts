/**
 * Faults and exceptions in the hypervisor's mode. Exception tables and bug frames, the image's and the payloads', say
 * where to go on; where none does, the hypervisor stops. Clauses EXC-1, EXC-2.
 */
import { layout, s32 } from '../../abi/fields';
import type { AddressSpace } from '../../machine/address-space';
import type { Image } from '../../machine/image';
import type { RunEnd, Trap, TrapHandler } from '../../machine/vcpu';
import type { BugFrame, Fixup } from '../livepatch/load';
import { readText, type Console } from './console';

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

const RELATIVE_PAIR = layout('exception_table_entry', 8, { addr: s32(0), cont: s32(4) });

/** The entries between two symbols, each with its own address. */
function readPairs(memory: AddressSpace, image: Image, from: string, to: string) {
  const start = image.address(from);
  const length = Number(image.address(to) - start);
  const table = memory.read(start, length);
  return Array.from({ length: length / RELATIVE_PAIR.size }, (_, index) => {
    const offset = index * RELATIVE_PAIR.size;
    return { at: start + BigInt(offset), ...RELATIVE_PAIR.decode(table, offset) };
  });
}

/** The image's own exception table, whose displacements start at their own fields, and its bug frames of 24 bits. */
export function imageTrapTables(memory: AddressSpace, image: Image): TrapTables {
  const fixups = readPairs(memory, image, '__start___ex_table', '__stop___ex_table');
  const bugs = readPairs(memory, image, '__start_bug_frames_2', '__stop_bug_frames_2');
  const near = (displacement: number): bigint => BigInt.asIntN(24, BigInt(displacement));
  return {
    fixups: fixups.map(({ at, addr, cont }) => ({ address: at + BigInt(addr), fixup: at + 4n + BigInt(cont) })),
    bugFrames: bugs.map(({ at, addr, cont }): BugFrame => {
      const pointer = at + near(cont);
      return { address: at + near(addr), kind: 'bug', pointer, line: 0, file: readText(memory, pointer) };
    }),
  };
}

/** The handler; `tables` are asked each time, since payloads come and go. */
export function trapHandler(tables: () => Iterable<TrapTables>, console: Console): TrapHandler {
  return (_vcpu, trap, rip) => {
    const invalid = trap.kind === 'exception' && trap.vector === INVALID_OPCODE;
    for (const { fixups, bugFrames } of tables()) {
      const fixup = fixups.find(({ address }) => address === rip);
      if (fixup !== undefined) return fixup.fixup;
      const frame = invalid ? bugFrames.find(({ address }) => address === rip) : undefined;
      if (frame === undefined) continue;
      console.say(`Xen ${frame.kind.toUpperCase()} at ${frame.file ?? '?'}:${frame.line}`);
      return frame.kind === 'warn' ? rip + UD2_LENGTH : undefined;
    }
    return undefined;
  };
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

function trapText(trap: Trap): string {
  if (trap.kind === 'exception') return EXCEPTIONS[trap.vector] ?? `exception ${trap.vector}`;
  return `${trap.access} of ${trap.reason} memory at ${hex(trap.address)}`;
}

/** Why code did not come back, for people. */
export function endText(end: RunEnd): string {
  switch (end.kind) {
    case 'fault':
    case 'exception':
      return trapText(end);
    case 'budget':
      return 'it did not end within its budget of instructions';
    case 'halted':
      return 'it executed hlt';
    default:
      return `it ended unexpectedly (${end.kind})`;
  }
}
