/** Sections that go with code: alternatives, exception table, bug frames. Clauses ALT-1, EXC-1, EXC-2. */
import { SHF, SHT } from '../../engine/abi/elf';
import {
  ALTERNATIVE,
  ALTERNATIVE_FORM,
  ASSERTION,
  BUG_FRAME,
  EXCEPTION,
  type AlternativeForm,
} from '../../engine/abi/tables';
import { concat } from './bytes';
import type { Code } from './assembly';
import type { Alternative, BugFrame, Fixup, PayloadDescription } from './description';
import type { RelocationDescription, SectionDescription } from './elf';

/** Where a text stands that comes with the payload. */
type PlaceOfText = (text: string) => Pick<RelocationDescription, 'symbol'> & { readonly addend: bigint };

const REPLACEMENTS = '.altinstr_replacement';
/** Where the fields stand that count from their own place. */
const { repl } = ALTERNATIVE.plain.fields;
const { cont } = EXCEPTION.fields;
const { ptr } = BUG_FRAME.fields;
const { msg_disp } = ASSERTION.fields;
/** Bits of a bug frame's displacement; above it stand 7 bits of the line. */
const DISPLACEMENT_BITS = 24;
const LINE_BITS = 7;
const LINE_MASK = (1 << LINE_BITS) - 1;

const TABLE = { type: SHT.PROGBITS, flags: SHF.ALLOC, alignment: 4 };

/** What stands in a field that counts from its own place. */
const relative = (offset: number, symbol: string, addend = 0n): RelocationDescription => ({
  offset,
  type: 'PC32',
  symbol,
  addend,
});

/** What code needs that stands at `start` in its section. */
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
    { name: '.altinstructions', ...TABLE, content: concat(entries), relocations },
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
  return [{ name: '.ex_table', ...TABLE, content: new Uint8Array(fixups.length * EXCEPTION.size), relocations }];
}

/** The relocations of a frame at `at`: displacements count from the frame, and the line is added to them. */
function frameRelocations(frame: BugFrame, at: number, placeOf: PlaceOfText): readonly RelocationDescription[] {
  const bits = (value: number): bigint => BigInt(value & LINE_MASK) << BigInt(DISPLACEMENT_BITS);
  const line = frame.kind === 'run_fn' ? 0 : frame.line;
  const pointed = frame.kind === 'run_fn' ? { symbol: frame.function, addend: 0n } : placeOf(frame.file);
  const message = frame.kind === 'assert' ? placeOf(frame.message) : undefined;
  const displaced = (offset: number, { symbol, addend }: ReturnType<PlaceOfText>, more = 0n): RelocationDescription =>
    relative(at + offset, symbol, addend + BigInt(offset) + more);
  return [
    relative(at, frame.at, bits(line >> LINE_BITS)),
    // A relocation counts from its own place, the displacement from the frame.
    displaced(ptr.offset, pointed, bits(line)),
    ...(message === undefined ? [] : [displaced(BUG_FRAME.size + msg_disp.offset, message)]),
  ];
}

const KINDS = ['run_fn', 'warn', 'bug', 'assert'] as const;

function bugFrameSections(frames: readonly BugFrame[], placeOf: PlaceOfText): readonly SectionDescription[] {
  return KINDS.flatMap((kind, number) => {
    const own = frames.filter((frame) => frame.kind === kind);
    const size = BUG_FRAME.size + (kind === 'assert' ? ASSERTION.size : 0);
    if (own.length === 0) return [];
    return [
      {
        name: `.bug_frames.${number}`,
        ...TABLE,
        content: new Uint8Array(own.length * size),
        relocations: own.flatMap((frame, index) => frameRelocations(frame, index * size, placeOf)),
      },
    ];
  });
}

/** The sections of the description's tables; none for those that it does not speak of. */
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
