/**
 * Builds a payload from its description: functions, hooks, data and notes. Clauses FMT, FUNC, HOOK, DEP, BSS; V2-FMT,
 * V2-FUNC, V2-HOOK, V2-MOD.
 *
 * Replacements and new functions become symbols. Hooks become none: a payload's symbols may not have the name of
 * another's (SYM-3), and nobody calls a hook by name.
 */
import { SHF, SHT } from '../../engine/abi/elf';
import { NOP, TRAMPOLINE_SIZE } from '../../engine/abi/code';
import { encodeExpectation, LIVEPATCH_FUNC, PAYLOAD_VERSION } from '../../engine/abi/hypercall';
import type { Revision } from '../../engine/abi/hypercall';
import { buildIdNote } from '../../engine/abi/notes';
import {
  BUILD_ID,
  DEPENDS,
  FUNCTIONS,
  HOOK_SECTIONS,
  isHookKind,
  MODINFO,
  XEN_DEPENDS,
  type HookKind,
} from '../../engine/abi/sections';
import { concat, roundUp, stringTable } from './bytes';
import type { Code } from './assembly';
import type { Expectation, FunctionPatch, PayloadDescription } from './description';
import { elfObject } from './elf';
import { tableSections } from './tables';
import type { Built, ObjectDescription, RelocationDescription, SectionDescription, SymbolDescription } from './elf';

export type { Address, Expectation, FunctionPatch, Hooks, PayloadDescription } from './description';

const TEXT = '.text';
const DATA = '.data';
const STRINGS = '.rodata.str';
const FUNCTION_ALIGNMENT = 16;
const UTF8 = new TextEncoder();

const READ_ONLY = { type: SHT.PROGBITS, flags: SHF.ALLOC };
const READ_WRITE = { type: SHT.PROGBITS, flags: SHF.ALLOC | SHF.WRITE };
const EXECUTABLE = { type: SHT.PROGBITS, flags: SHF.ALLOC | SHF.EXECINSTR };

type Strings = ReturnType<typeof stringTable>;

const isCode = (replacement: FunctionPatch['replacement']): replacement is Code =>
  typeof replacement === 'object' && 'bytes' in replacement;

/** All code of the payload, each piece aligned to 16 bytes with nops, and the place of each piece. */
function layText(pieces: readonly Code[], strings: Strings) {
  const offsets: number[] = [];
  let size = 0;
  for (const { bytes } of pieces) {
    const offset = roundUp(size, FUNCTION_ALIGNMENT);
    offsets.push(offset);
    size = offset + bytes.length;
  }
  const content = new Uint8Array(size).fill(NOP);
  const labels = new Map<string, number>();
  const relocations = pieces.flatMap((piece, i): readonly RelocationDescription[] => {
    const start = offsets[i] ?? 0;
    content.set(piece.bytes, start);
    for (const [label, offset] of Object.entries(piece.labels ?? {})) labels.set(label, start + offset);
    return piece.relocations.map(({ offset, type, target, addend }) =>
      'symbol' in target
        ? { offset: start + offset, type, symbol: target.symbol, addend }
        : { offset: start + offset, type, symbol: STRINGS, addend: addend + BigInt(strings.offsetOf(target.text)) },
    );
  });
  return { content, relocations, labels, offsets };
}

const expectation = ({ bytes, enabled = true, length = bytes.length, reserved = 0 }: Expectation) => ({
  expect: encodeExpectation({ enabled, length, reserved }),
  expect_data: bytes,
});

/** The symbol of the new function. */
function replacementSymbol({ name, symbol, oldAddress }: FunctionPatch): string {
  if (symbol !== undefined) return symbol;
  return typeof oldAddress === 'object' && oldAddress.symbol === name ? `${name}.new` : name;
}

function encodeFunction(revision: Revision, patch: FunctionPatch): Uint8Array {
  const { oldAddress, oldSize, replacement, opaque, expect } = patch;
  const fields = {
    new_addr: typeof replacement === 'bigint' ? replacement : 0n,
    old_addr: typeof oldAddress === 'bigint' ? oldAddress : 0n,
    new_size: patch.newSize ?? (isCode(replacement) ? replacement.bytes.length : TRAMPOLINE_SIZE),
    old_size: oldSize,
    version: patch.version ?? PAYLOAD_VERSION[revision],
    ...(opaque && { opaque }),
  };
  if (revision === 1) return LIVEPATCH_FUNC[1].encode(fields);
  return LIVEPATCH_FUNC[2].encode({
    ...fields,
    ...(patch.applied !== undefined && { applied: patch.applied }),
    ...(expect && expectation(expect)),
  });
}

function functionRelocations(patch: FunctionPatch, start: number, strings: Strings): readonly RelocationDescription[] {
  const { name, new_addr, old_addr } = LIVEPATCH_FUNC[1].fields;
  const pointer = (offset: number, symbol: string, addend = 0n): RelocationDescription => ({
    offset: start + offset,
    type: '64',
    symbol,
    addend,
  });
  const { replacement, oldAddress } = patch;
  return [
    pointer(name.offset, STRINGS, BigInt(strings.offsetOf(patch.name))),
    ...(isCode(replacement) ? [pointer(new_addr.offset, replacementSymbol(patch))] : []),
    ...(typeof replacement === 'object' && 'symbol' in replacement
      ? [pointer(new_addr.offset, replacement.symbol)]
      : []),
    ...(typeof oldAddress === 'object' ? [pointer(old_addr.offset, oldAddress.symbol)] : []),
  ];
}

function functionsSection(
  { revision, functions }: PayloadDescription,
  strings: Strings,
): readonly SectionDescription[] {
  if (functions.length === 0) return [];
  const { size } = LIVEPATCH_FUNC[revision];
  return [
    {
      name: FUNCTIONS,
      ...READ_WRITE,
      alignment: 8,
      content: concat(functions.map((patch) => encodeFunction(revision, patch))),
      relocations: functions.flatMap((patch, i) => functionRelocations(patch, i * size, strings)),
    },
  ];
}

function hookSection(kind: HookKind, offsets: readonly number[]): SectionDescription {
  return {
    name: HOOK_SECTIONS[kind],
    ...READ_WRITE,
    alignment: 8,
    content: new Uint8Array(8 * offsets.length),
    relocations: offsets.map((offset, i) => ({ offset: 8 * i, type: '64', symbol: TEXT, addend: BigInt(offset) })),
  };
}

function layData(data: NonNullable<PayloadDescription['data']>) {
  if (data instanceof Uint8Array) return { content: data, symbols: [] };
  const parts: Uint8Array[] = [];
  let size = 0;
  const symbols = Object.entries(data).map(([name, bytes]): SymbolDescription => {
    const offset = size;
    size = roundUp(offset + bytes.length, 8);
    parts.push(bytes, new Uint8Array(size - offset - bytes.length));
    return { name, binding: 'GLOBAL', type: 'OBJECT', section: DATA, value: BigInt(offset), size: bytes.length };
  });
  return { content: concat(parts), symbols };
}

/** The content of `.modinfo`. */
export function metadataBytes(metadata: NonNullable<PayloadDescription['metadata']>): Uint8Array {
  if (metadata instanceof Uint8Array) return metadata;
  return concat(Object.entries(metadata).map(([key, value]) => UTF8.encode(`${key}=${value}\0`)));
}

function noteSections({ revision, depends, xenDepends, buildId }: PayloadDescription): readonly SectionDescription[] {
  const note = (name: string, id: Uint8Array | undefined): readonly SectionDescription[] =>
    id === undefined ? [] : [{ name, type: SHT.NOTE, flags: SHF.ALLOC, alignment: 4, content: buildIdNote(id) }];
  return [
    ...note(DEPENDS, depends),
    ...note(XEN_DEPENDS, revision === 2 ? xenDepends : undefined),
    ...note(BUILD_ID, buildId),
  ];
}

/** Adds the payload's additional relocations, and turns those against labels into relocations against .text. */
function withRelocations(
  section: SectionDescription,
  more: readonly RelocationDescription[],
  labels: ReadonlyMap<string, number>,
): SectionDescription {
  const relocations = [...(section.relocations ?? []), ...more];
  return {
    ...section,
    relocations: relocations.map((one) => {
      const label = labels.get(one.symbol);
      return label === undefined ? one : { ...one, symbol: TEXT, addend: (one.addend ?? 0n) + BigInt(label) };
    }),
  };
}

/** The symbols that relocations need besides the given ones: section symbols and undefined symbols. */
function impliedSymbols(object: ObjectDescription): readonly SymbolDescription[] {
  const used = new Set(object.sections.flatMap(({ relocations = [] }) => relocations.map(({ symbol }) => symbol)));
  for (const { name } of object.symbols) used.delete(name);
  const sections = new Set(object.sections.map(({ name }) => name));
  return [...used].map((name) =>
    sections.has(name)
      ? { name: '', binding: 'LOCAL', type: 'SECTION', section: name }
      : { name, binding: 'GLOBAL', type: 'NOTYPE', section: { special: 'UNDEF' } },
  );
}

/** .text with its content, the symbols of its functions, and the sections that point to its hooks. */
function layCode({ functions, defines = {}, hooks = {} }: PayloadDescription, strings: Strings) {
  const named = [
    ...functions.flatMap((patch) =>
      isCode(patch.replacement) ? [{ name: replacementSymbol(patch), code: patch.replacement }] : [],
    ),
    ...Object.entries(defines).map(([name, code]) => ({ name, code })),
  ];
  const hookCodes = Object.keys(hooks)
    .filter(isHookKind)
    .map((kind) => {
      const code = hooks[kind] ?? [];
      return { kind, codes: 'bytes' in code ? [code] : code };
    });
  const text = layText([...named.map(({ code }) => code), ...hookCodes.flatMap(({ codes }) => codes)], strings);
  const symbols = named.map(({ name, code }, i): SymbolDescription => ({
    name,
    binding: 'GLOBAL',
    type: 'FUNC',
    section: TEXT,
    value: BigInt(text.offsets[i] ?? 0),
    size: code.bytes.length,
  }));
  let next = named.length;
  const hookSections = hookCodes.map(({ kind, codes }) => {
    const first = next;
    next += codes.length;
    return hookSection(kind, text.offsets.slice(first, next));
  });
  return { ...text, symbols, hookSections };
}

/** The section, or nothing if there is nothing to put in. */
const section = (
  name: string,
  kind: Pick<SectionDescription, 'type' | 'flags'>,
  alignment: number,
  content: Uint8Array | number | undefined,
  relocations: readonly RelocationDescription[] = [],
): readonly SectionDescription[] => (content === undefined ? [] : [{ name, ...kind, alignment, content, relocations }]);

const unlessEmpty = (bytes: Uint8Array): Uint8Array | undefined => (bytes.length > 0 ? bytes : undefined);

/** The object that a payload's description describes. */
function objectOf(payload: PayloadDescription): ObjectDescription {
  const { metadata, relocations: more = {} } = payload;
  const strings = stringTable();
  const code = layCode(payload, strings);
  const funcs = functionsSection(payload, strings);
  const data = payload.data && layData(payload.data);
  const tables = tableSections(payload, (text) => ({ symbol: STRINGS, addend: BigInt(strings.offsetOf(text)) }));
  const sections = [
    ...section(TEXT, EXECUTABLE, FUNCTION_ALIGNMENT, unlessEmpty(code.content), code.relocations),
    ...section('.rodata', READ_ONLY, 8, payload.rodata),
    ...section(STRINGS, READ_ONLY, 1, unlessEmpty(strings.bytes())),
    ...section(DATA, READ_WRITE, 8, data?.content),
    ...section('.bss', { ...READ_WRITE, type: SHT.NOBITS }, 8, payload.bss),
    ...funcs,
    ...code.hookSections,
    ...section(MODINFO, READ_ONLY, 1, metadata && metadataBytes(metadata)),
    ...noteSections(payload),
    ...tables,
    ...(payload.sections ?? []),
  ].map((one) => withRelocations(one, more[one.name] ?? [], code.labels));

  const symbols = [...code.symbols, ...(data?.symbols ?? []), ...(payload.symbols ?? [])];
  const object = { sections, symbols: [...symbols, ...impliedSymbols({ sections, symbols })] };
  return (payload.edits ?? []).reduce<ObjectDescription>((edited, edit) => edit(edited), object);
}

/** The payload's file. */
export const livepatch = (payload: PayloadDescription): Built => elfObject(objectOf(payload), payload.revision);
