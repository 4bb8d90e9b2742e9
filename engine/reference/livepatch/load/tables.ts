/** A payload's own exception table and bug frames. Clauses EXC-3 to EXC-5. */
import { BUG_FRAMES, EXCEPTION_TABLE } from '../../../abi/sections';
import { ASSERTION, BUG_FRAME, EXCEPTION, frameSize, readFrame } from '../../../abi/tables';
import type { BugFrame, Fixup } from '../../hypervisor/traps';
import { wrap } from '../../object/bytes';
import { contentsOf, writeNumber } from './place';
import { readString } from './strings';
import type { PlacedSection, Placement, Surroundings } from './types';

const { addr, cont } = EXCEPTION.fields;

/** The sections of bug frames that are there. */
export const bugFrameSections = ({ named }: Placement): readonly PlacedSection[] =>
  BUG_FRAMES.flatMap(({ section }) => named.get(section) ?? []);

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

/** The frames of all kinds, in the order of the sections. */
export function readBugFrames(placement: Placement, surroundings: Surroundings): readonly BugFrame[] {
  return BUG_FRAMES.flatMap(({ kind, section }) => {
    const placed = placement.named.get(section);
    if (placed === undefined) return [];
    const contents = contentsOf(placement, placed);
    const read = BUG_FRAME.reader(contents);
    const readAssertion = ASSERTION.reader(contents);
    const size = frameSize(kind);
    return Array.from({ length: Math.ceil(contents.length / size) }, (_, at): BugFrame => {
      const frame = placed.address + BigInt(at * size);
      const distances = readFrame(read(at * size));
      const pointer = wrap(frame + distances.pointer);
      const file = kind === 'run_fn' ? undefined : readString(placement, surroundings, pointer);
      const { msg_disp } = readAssertion(at * size + BUG_FRAME.size);
      const message = kind === 'assert' ? readString(placement, surroundings, frame + BigInt(msg_disp)) : undefined;
      return {
        address: wrap(frame + distances.at),
        kind,
        pointer,
        line: distances.line,
        ...(file === undefined ? {} : { file }),
        ...(message === undefined ? {} : { message }),
      };
    });
  });
}
