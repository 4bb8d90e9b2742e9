/** Sections that describe code: alternatives, exception table, bug frames. Clauses ALT-1, EXC-1, EXC-2. */
import { SHF, SHT } from '../../engine/abi/elf';
import { ALTERNATIVES, BUG_FRAMES, EXCEPTION_TABLE, REPLACEMENTS } from '../../engine/abi/sections';
import {
  ALTERNATIVE,
  ALTERNATIVE_FORM,
  ASSERTION,
  BUG_FRAME,
  EXCEPTION,
  frameSize,
  lineParts,
  type AlternativeForm,
} from '../../engine/abi/tables';
import { concat } from './bytes';
import type { Code } from './assembly';
import type { Alternative, BugFrame, Fixup, PayloadDescription } from './description';
import type { RelocationDescription, SectionDescription } from './elf';

/** Where a text is that comes with the payload. */
type PlaceOfText = (text: string) => Pick<RelocationDescription, 'symbol'> & { readonly addend: bigint };

/** Where the fields are that count from their own place. */
const { repl } = ALTERNATIVE.plain.fields;
const { cont } = EXCEPTION.fields;
const { ptr } = BUG_FRAME.fields;
const { msg_disp } = ASSERTION.fields;

const TABLE = { type: SHT.PROGBITS, flags: SHF.ALLOC, alignment: 4 };

/** What is in a field that counts from its own place. */
const relative = (offset: number, symbol: string, addend = 0n): RelocationDescription => ({
  offset,
  type: 'PC32',
  symbol,
  addend,
});

/** What code needs that is at `start` in its section. */
const codeRelocations = (code: Code, start: number, placeOf: PlaceOfText): readonly RelocationDescription[] =>
  code.relocations.map(({ offset, type, target, addend }) => {
    const place = 'symbol' in target ? { symbol: target.symbol, addend: 0n } : placeOf(target.text);
    return { offset: start + offset, type, symbol: place.symbol, addend: place.addend + addend };
  });

function alternativeSections(
  form: AlternativeForm,
  alternatives: readonly Alternative[],
  placeOf: PlaceOfText,
): readonly SectionDescription[] {
  if (alternatives.length === 0) return [];
  const { size } = ALTERNATIVE[form];
  let next = 0;
  const replacements = alternatives.map(({ replacement }) => {
    const at = next;
    next += replacement.bytes.length;
    return { code: replacement, at };
  });
  const relocations = alternatives.flatMap(({ original }, index) => [
    relative(index * size, original),
    relative(index * size + repl.offset, REPLACEMENTS, BigInt(replacements[index]?.at ?? 0)),
  ]);
  const entries = alternatives.map(({ feature, originalSize, replacement }) => {
    const values = { cpuid: feature, orig_len: originalSize, repl_len: replacement.bytes.length };
    return form === 'plain' ? ALTERNATIVE.plain.encode(values) : ALTERNATIVE.padded.encode(values);
  });
  return [
    { name: ALTERNATIVES, ...TABLE, content: concat(entries), relocations },
    {
      name: REPLACEMENTS,
      type: SHT.PROGBITS,
      flags: SHF.ALLOC | SHF.EXECINSTR,
      alignment: 1,
      content: concat(replacements.map(({ code }) => code.bytes)),
      relocations: replacements.flatMap(({ code, at }) => codeRelocations(code, at, placeOf)),
    },
  ];
}

function exceptionSections(fixups: readonly Fixup[]): readonly SectionDescription[] {
  if (fixups.length === 0) return [];
  const relocations = fixups.flatMap(({ fault, fixup }, index) => [
    relative(index * EXCEPTION.size, fault),
    relative(index * EXCEPTION.size + cont.offset, fixup),
  ]);
  return [{ name: EXCEPTION_TABLE, ...TABLE, content: new Uint8Array(fixups.length * EXCEPTION.size), relocations }];
}

/** The relocations of a frame at `at`: displacements count from the frame, and the line is added to them. */
function frameRelocations(frame: BugFrame, at: number, placeOf: PlaceOfText): readonly RelocationDescription[] {
  const line = lineParts(frame.kind === 'run_fn' ? 0 : frame.line);
  const pointed = frame.kind === 'run_fn' ? { symbol: frame.function, addend: 0n } : placeOf(frame.file);
  const message = frame.kind === 'assert' ? placeOf(frame.message) : undefined;
  const displaced = (offset: number, { symbol, addend }: ReturnType<PlaceOfText>, more = 0n): RelocationDescription =>
    relative(at + offset, symbol, addend + BigInt(offset) + more);
  return [
    relative(at, frame.at, line.loc),
    // A relocation counts from its own place, but the displacement counts from the frame.
    displaced(ptr.offset, pointed, line.ptr),
    ...(message === undefined ? [] : [displaced(BUG_FRAME.size + msg_disp.offset, message)]),
  ];
}

function bugFrameSections(frames: readonly BugFrame[], placeOf: PlaceOfText): readonly SectionDescription[] {
  return BUG_FRAMES.flatMap(({ kind, section }) => {
    const own = frames.filter((frame) => frame.kind === kind);
    const size = frameSize(kind);
    if (own.length === 0) return [];
    return [
      {
        name: section,
        ...TABLE,
        content: new Uint8Array(own.length * size),
        relocations: own.flatMap((frame, index) => frameRelocations(frame, index * size, placeOf)),
      },
    ];
  });
}

/** The sections of the tables in the description. */
export const tableSections = (
  {
    revision,
    alternatives = [],
    alternativeForm = ALTERNATIVE_FORM[revision],
    fixups = [],
    bugFrames = [],
  }: PayloadDescription,
  placeOf: PlaceOfText,
): readonly SectionDescription[] => [
  ...alternativeSections(alternativeForm, alternatives, placeOf),
  ...exceptionSections(fixups),
  ...bugFrameSections(bugFrames, placeOf),
];
