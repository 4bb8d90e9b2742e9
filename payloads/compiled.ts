/**
 * The compiled payloads of payloads/c/*.c. Their objects are committed, one per revision, without build-ids and sizes
 * (checks/payloads.ts rebuilds and compares them). They are adapted to a hypervisor when they are used.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { R_X86_64, RELA, tableOf } from '../engine/abi/elf';
import { LIVEPATCH_FUNC } from '../engine/abi/hypercall';
import type { Revision } from '../engine/abi/hypercall';
import { buildIdNote } from '../engine/abi/notes';
import { BUILD_ID, DEPENDS, FUNCTIONS, relocationsOf, XEN_DEPENDS } from '../engine/abi/sections';
import { createCache } from '../engine/cache';
import { roundUp } from './builder/bytes';
import { withFieldsNamed } from './builder/elf';
import type { Built } from './builder/elf';
import { sectionsOf, symbolsOf, textAt } from './builder/fields';
import type { ReadSection, ReadSymbol } from './builder/fields';
import { extend, fieldNumber, overwrite } from './builder/overwrite';
import type { FieldValue } from './builder/overwrite';

export const COMPILED = ['hello_world', 'bye_world', 'replace_world', 'nop'] as const;
export type CompiledName = (typeof COMPILED)[number];

type EntryField = keyof (typeof LIVEPATCH_FUNC)[2]['fields'];

export interface Fitting {
  readonly revision: Revision;
  /** Build-ids of any length; undefined: the object's 20 zero bytes stay. */
  readonly buildId: Uint8Array | undefined;
  readonly depends: Uint8Array | undefined;
  /** Used in revision 2 only. */
  readonly xenDepends?: Uint8Array | undefined;
  /** Bytes of each old function, by its name. */
  readonly oldSizes: Readonly<Record<string, number>>;
  /** More fields of entries of .livepatch.funcs, by the old function's name. */
  readonly entries?: Readonly<Record<string, Readonly<Partial<Record<EntryField, FieldValue>>>>>;
}

/** The path of the committed object. */
export const objectFile = (name: CompiledName, revision: Revision): string =>
  join(__dirname, 'c', `${name}.${revision}.o`);

const OBJECTS = createCache<Uint8Array>(2 * COMPILED.length);

function object(name: CompiledName, revision: Revision): Uint8Array {
  const file = objectFile(name, revision);
  return OBJECTS.get(file, () => new Uint8Array(readFileSync(file)));
}

/** Sets the build-id in a note. If its length differs, a new note is appended to the file. */
function withBuildId(payload: Built, revision: Revision, section: string, buildId: Uint8Array | undefined): Built {
  if (buildId === undefined) return payload;
  if (fieldNumber(payload, `note[${section}].descsz`) === BigInt(buildId.length))
    return overwrite(payload, { [`note[${section}].desc`]: buildId });
  const note = buildIdNote(buildId);
  const offset = roundUp(payload.bytes.length, 4);
  const longer = extend(extend(payload, offset), note);
  const repointed = overwrite(longer, {
    [`section[${section}].sh_offset`]: offset,
    [`section[${section}].sh_size`]: note.length,
  });
  return withFieldsNamed(repointed.bytes, revision);
}

interface FunctionEntry {
  /** The old function's. */
  readonly name: string;
  /** Bytes of the new one; undefined if there is none. */
  readonly newSize: number | undefined;
}

/** The entries of .livepatch.funcs, as their relocations say. */
function entriesOf(bytes: Uint8Array, revision: Revision): readonly FunctionEntry[] {
  const sections = sectionsOf(bytes);
  const symbols = symbolsOf(sections);
  const bytesOf = (key: string) => sections.find((section) => section.key === key)?.content ?? new Uint8Array();
  const relocations = tableOf(RELA, bytesOf(relocationsOf(FUNCTIONS)));
  const { size, fields } = LIVEPATCH_FUNC[revision];
  return Array.from({ length: bytesOf(FUNCTIONS).length / size }, (_, i) => {
    const pointer = (offset: number) =>
      relocations.find(({ r_offset, r_type }) => r_offset === BigInt(i * size + offset) && r_type === R_X86_64['64']);
    const name = pointer(fields.name.offset);
    const newAddress = pointer(fields.new_addr.offset);
    return {
      name: name === undefined ? '' : pointedText(sections, symbols[name.r_sym], name.r_addend),
      newSize: newAddress && newFunctionSize(symbols, symbols[newAddress.r_sym], newAddress.r_addend),
    };
  });
}

function pointedText(sections: readonly ReadSection[], symbol: ReadSymbol | undefined, addend: bigint): string {
  if (symbol === undefined) return '';
  const { st_shndx, st_value } = symbol.values;
  return textAt(sections[st_shndx]?.content ?? new Uint8Array(), Number(st_value + addend));
}

/** A static function is named by its section, so its size comes from the function symbol at that place. */
function newFunctionSize(symbols: readonly ReadSymbol[], pointed: ReadSymbol | undefined, addend: bigint): number {
  if (pointed === undefined) return 0;
  const { st_shndx, st_value } = pointed.values;
  const there = symbols.find(
    ({ values }) => values.st_shndx === st_shndx && values.st_value === st_value + addend && values.st_size > 0n,
  );
  return Number(there?.values.st_size ?? 0n);
}

/** A compiled payload, fitted. RangeError if an entry's old size is not given, or a name given has no entry. */
export function compiled(name: CompiledName, fitting: Fitting): Built {
  const { revision, oldSizes } = fitting;
  const notes = [
    [DEPENDS, fitting.depends],
    [XEN_DEPENDS, revision === 2 ? fitting.xenDepends : undefined],
    [BUILD_ID, fitting.buildId],
  ] as const;
  const plain = withFieldsNamed(object(name, revision), revision);
  const identified = notes.reduce((payload, [section, id]) => withBuildId(payload, revision, section, id), plain);
  const entries = entriesOf(identified.bytes, revision);
  for (const wanted of [...Object.keys(oldSizes), ...Object.keys(fitting.entries ?? {})])
    if (!entries.some((entry) => entry.name === wanted))
      throw new RangeError(`${name}: expected an entry for one of ${entries.map((e) => e.name).join()}, got ${wanted}`);
  const changes = entries.map((entry, i): Readonly<Record<string, FieldValue>> => {
    const oldSize = oldSizes[entry.name];
    if (oldSize === undefined) throw new RangeError(`${name}: expected the old size of ${entry.name}, got none`);
    const set = {
      old_size: oldSize,
      ...(entry.newSize && { new_size: entry.newSize }),
      ...fitting.entries?.[entry.name],
    };
    return Object.fromEntries(Object.entries(set).map(([field, value]) => [`${FUNCTIONS}[${i}].${field}`, value]));
  });
  return changes.reduce(overwrite, identified);
}
