/** Entries of the tables that go with code: alternatives, exceptions, bug frames. Clauses ALT-3, EXC-3, EXC-5. */
import { putBits, takeBits } from './bits';
import type { Revision } from './hypercall';
import type { BugFrameKind } from './sections';
import { layout, s32, u16, u32, u8 } from './fields';

const ALTERNATIVE_FIELDS = { orig: s32(0), repl: s32(4), cpuid: u16(8), orig_len: u8(10), repl_len: u8(11) } as const;

/** A padded one says how much padding follows the original. */
export const ALTERNATIVE = {
  plain: layout('alt_instr', 12, ALTERNATIVE_FIELDS),
  padded: layout('alt_instr', 14, { ...ALTERNATIVE_FIELDS, pad_len: u8(12), priv: u8(13) }),
} as const;
export type AlternativeForm = keyof typeof ALTERNATIVE;

/** Bytes from the start of a table to each of its whole entries. */
export const entriesOf = (length: number, size: number): readonly number[] =>
  Array.from({ length: Math.floor(length / size) }, (_, index) => index * size);

/**
 * The form of a table of alternatives at that address: read in the right one, each entry leads to code. `isCode` says it of
 * an address and a number of bytes.
 */
export function alternativeFormOf(
  table: Uint8Array,
  start: bigint,
  isCode: (address: bigint, length: number) => boolean,
): AlternativeForm {
  const { size, reader } = ALTERNATIVE.plain;
  const read = reader(table);
  const leads = (at: number): boolean => isCode(start + BigInt(at) + BigInt(read(at).orig), read(at).orig_len);
  return table.length % size === 0 && entriesOf(table.length, size).every(leads) ? 'plain' : 'padded';
}

/** Of the reference. Xen has padding since 4.11. */
export const ALTERNATIVE_FORM: Readonly<Record<Revision, AlternativeForm>> = { 1: 'plain', 2: 'padded' };

/** The undefined instruction that a bug frame speaks of. In Xen it is `udb` since 4.22. */
export const BUG_INSTRUCTION = { ud2: Uint8Array.of(0x0f, 0x0b), udb: Uint8Array.of(0xd6) } as const;
export type BugInstruction = keyof typeof BUG_INSTRUCTION;

/** How code is compiled for one hypervisor, where the document does not say. */
export interface CodeForms {
  readonly alternative: AlternativeForm;
  readonly bug: BugInstruction;
}

/** Two places, each relative to its own field. */
export const EXCEPTION = layout('exception_table_entry', 8, { addr: s32(0), cont: s32(4) });

/** Two words, each a displacement from the frame and a part of the line number: see `readFrame`. */
export const BUG_FRAME = layout('bug_frame', 8, { loc: u32(0), ptr: u32(4) });

/** What follows the frame of an assertion. */
export const ASSERTION = layout('bug_frame_message', 8, { zero: u32(0), msg_disp: s32(4) });

/** Bytes from one frame of a kind to the next. */
export const frameSize = (kind: BugFrameKind): number => BUG_FRAME.size + (kind === 'assert' ? ASSERTION.size : 0);

/** Bits of a displacement, the lowest of a word. */
const DISPLACEMENT_WIDTH = 24;
const LINE = { at: 24, width: 7 } as const;

/** What a line number adds to the two words of a frame. */
export const lineParts = (line: number): { readonly loc: bigint; readonly ptr: bigint } => ({
  loc: BigInt(putBits(line >>> LINE.width, LINE)),
  ptr: BigInt(putBits(line, LINE)),
});

function readWord(word: number): { readonly displacement: bigint; readonly line: number } {
  const displacement = BigInt.asIntN(DISPLACEMENT_WIDTH, BigInt(word));
  // A negative displacement has borrowed one from the line.
  return {
    displacement,
    line: takeBits(takeBits(word, LINE) + (displacement < 0n ? 1 : 0), { at: 0, width: LINE.width }),
  };
}

/** A frame's instruction and pointer, as distances from the frame, and its line. */
export function readFrame({ loc, ptr }: { readonly loc: number; readonly ptr: number }) {
  const [high, low] = [readWord(loc), readWord(ptr)];
  return { at: high.displacement, pointer: low.displacement, line: (high.line << LINE.width) | low.line };
}
