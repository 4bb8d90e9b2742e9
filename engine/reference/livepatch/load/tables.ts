/** A payload's own exception table and bug frames. Clauses EXC-3 to EXC-5. */
import { ASSERTION, BUG_FRAME, EXCEPTION } from '../../../abi/tables';
import type { BugFrame, Fixup } from '../../hypervisor/traps';
import { wrap } from '../../object/bytes';
import { BUG_FRAMES, EXCEPTION_TABLE } from '../../rules/special-sections';
import { contentsOf, writeNumber } from './place';
import { readString } from './strings';
import type { PlacedSection, Placement, Surroundings } from './types';

const { addr, cont } = EXCEPTION.fields;

const KINDS = ['run_fn', 'warn', 'bug', 'assert'] as const;

/** The sections of bug frames that are there. */
export const bugFrameSections = ({ named }: Placement): readonly PlacedSection[] =>
  BUG_FRAMES.flatMap((name) => named.get(name) ?? []);

const byAddress = (one: Fixup, other: Fixup): number => {
  return one.address < other.address ? -1 : one.address > other.address ? 1 : 0;
};

/** The table, sorted; its entries in the payload's memory are put in the same order. */
export function sortExceptionTable(placement: Placement): readonly Fixup[] {
  const placed = placement.named.get(EXCEPTION_TABLE);
  if (placed === undefined) return [];
  const contents = contentsOf(placement, placed);
  const read = EXCEPTION.reader(contents);
  const count = Math.floor(contents.length / EXCEPTION.size);
  const slotOf = (index: number): bigint => placed.address + BigInt(index * EXCEPTION.size);
  const fixups = Array.from({ length: count }, (_, index) => {
    const entry = read(index * EXCEPTION.size);
    const address = slotOf(index);
    return {
      address: wrap(address + BigInt(addr.offset) + BigInt(entry.addr)),
      fixup: wrap(address + BigInt(cont.offset) + BigInt(entry.cont)),
    };
  });
  fixups.sort(byAddress);
  for (const [index, { address, fixup }] of fixups.entries()) {
    const own = slotOf(index) + BigInt(addr.offset);
    const next = slotOf(index) + BigInt(cont.offset);
    writeNumber(placement, own, address - own, addr.codec.size);
    writeNumber(placement, next, fixup - next, cont.codec.size);
  }
  return fixups;
}

/** A field of a frame: displacement and line bits. A negative displacement has borrowed one from the line. */
function takeApart(field: number): { readonly displacement: bigint; readonly line: number } {
  const displacement = BigInt.asIntN(24, BigInt(field));
  return { displacement, line: ((field >>> 24) + (displacement < 0n ? 1 : 0)) & 0x7f };
}

/** The frames of all kinds, in the order of the sections. */
export function readBugFrames(placement: Placement, surroundings: Surroundings): readonly BugFrame[] {
  return KINDS.flatMap((kind, index) => {
    const placed = placement.named.get(BUG_FRAMES[index] ?? '');
    if (placed === undefined) return [];
    const contents = contentsOf(placement, placed);
    const readFrame = BUG_FRAME.reader(contents);
    const readAssertion = ASSERTION.reader(contents);
    const size = BUG_FRAME.size + (kind === 'assert' ? ASSERTION.size : 0);
    return Array.from({ length: Math.ceil(contents.length / size) }, (_, at): BugFrame => {
      const frame = placed.address + BigInt(at * size);
      const { loc, ptr } = readFrame(at * size);
      const [high, low] = [takeApart(loc), takeApart(ptr)];
      const pointer = wrap(frame + low.displacement);
      const file = kind === 'run_fn' ? undefined : readString(placement, surroundings, pointer);
      const { msg_disp } = readAssertion(at * size + BUG_FRAME.size);
      const message = kind === 'assert' ? readString(placement, surroundings, frame + BigInt(msg_disp)) : undefined;
      return {
        address: wrap(frame + high.displacement),
        kind,
        pointer,
        line: (high.line << 7) | low.line,
        ...(file === undefined ? {} : { file }),
        ...(message === undefined ? {} : { message }),
      };
    });
  });
}
