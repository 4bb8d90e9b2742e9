/**
 * Names every field of a well-formed relocatable object by a path, with its place in the file:
 *
 *   header.e_machine                        the ELF header; also header.e_ident as a whole
 *   section[.text].sh_flags                 a section's header, by name or number; .text#2 is the second of that name
 *   section[.text].data                     its whole content
 *   symbol[xen_extra_version].st_shndx      a symbol, by name or number; a section's own symbol has the section's name
 *   .rela.text[0].r_info                    a relocation; r_type and r_sym are the halves of r_info
 *   .livepatch.funcs[0].old_size            an entry of that section
 *   .livepatch.hooks.load[0]                a pointer to a hook
 *   .ex_table[0].addr, .cont                likewise .altinstructions[0].orig, ..., .bug_frames.2[0].loc, .ptr
 *   note[.livepatch.depends].desc           the note in that section: namesz, descsz, type, name, desc
 */
import {
  ELF_HEADER,
  RELA,
  REL_SIZE,
  SECTION_HEADER,
  sectionHeadersOf,
  SHT,
  STT,
  SYMBOL,
  tableOf,
  typeOf,
} from '../../engine/abi/elf';
import type { Fields, Layout, Values } from '../../engine/abi/fields';
import { LIVEPATCH_FUNC } from '../../engine/abi/hypercall';
import { descriptionAt, NOTE_HEADER } from '../../engine/abi/notes';
import { ALTERNATIVES, BUG_FRAMES, EXCEPTION_TABLE, FUNCTIONS, HOOK_SECTIONS } from '../../engine/abi/sections';
import { ALTERNATIVE, ALTERNATIVE_FORM, BUG_FRAME, EXCEPTION } from '../../engine/abi/tables';
import type { Revision } from '../../engine/abi/hypercall';

export interface FileField {
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** The names as keys: the second of a name is `name#2`, the third `name#3`. */
export function keysOf(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}

type Header = Values<typeof SECTION_HEADER.fields>;

/** A section as it is in the file. */
export interface ReadSection {
  readonly key: string;
  readonly index: number;
  readonly header: Header;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly content: Uint8Array;
}

/** A symbol as it is in the file, the null symbol included. */
export interface ReadSymbol {
  readonly key: string;
  readonly values: Values<typeof SYMBOL.fields>;
}

/** The text at `offset`, up to its NUL. */
export function textAt(bytes: Uint8Array, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return Buffer.from(bytes.subarray(offset, end < 0 ? bytes.length : end)).toString('utf8');
}

/** The sections of a well-formed object, including the null section. Not for files that are wrong on purpose. */
export function sectionsOf(bytes: Uint8Array): readonly ReadSection[] {
  const { e_shstrndx } = ELF_HEADER.decode(bytes);
  const headers = sectionHeadersOf(bytes);
  const names = Number(headers[e_shstrndx]?.sh_offset ?? 0n);
  const keys = keysOf(headers.map(({ sh_name }) => textAt(bytes, names + sh_name)));
  return headers.map((header, index) => {
    const offset = Number(header.sh_offset);
    const inFile = header.sh_type === SHT.NULL || header.sh_type === SHT.NOBITS ? 0 : Number(header.sh_size);
    return { key: keys[index] ?? '', index, header, offset, content: bytes.subarray(offset, offset + inFile) };
  });
}

/** The symbols of a well-formed object. */
export function symbolsOf(sections: readonly ReadSection[]): readonly ReadSymbol[] {
  const table = sections.find(({ header }) => header.sh_type === SHT.SYMTAB);
  if (table === undefined) return [];
  const strings = sections[table.header.sh_link]?.content ?? new Uint8Array();
  const values = tableOf(SYMBOL, table.content);
  const names = values.map(({ st_name, st_info, st_shndx }) =>
    st_name === 0 && typeOf(st_info) === STT.SECTION ? (sections[st_shndx]?.key ?? '') : textAt(strings, st_name),
  );
  const keys = keysOf(names);
  return values.map((value, i) => ({ key: names[i] === '' ? '' : (keys[i] ?? ''), values: value }));
}

/** How to name the entries of an array: each field of a layout, and additional names for parts of an entry. */
export interface Entries {
  readonly size: number;
  readonly fields: readonly (readonly [name: string, span: FieldSpan])[];
}

/** Where a field is in its entry. */
type FieldSpan = Pick<Fields[string], 'offset'> & { readonly codec: Pick<Fields[string]['codec'], 'size'> };

const span = (offset: number, size: number): FieldSpan => ({ offset, codec: { size } });

function entries<F extends Fields>(layout: Layout<F>, more: Entries['fields'] = []): Entries {
  const own = Object.entries(layout.fields).map(([name, field]) => [`.${name}`, field] as const);
  return { size: layout.size, fields: [...own, ...more] };
}

export const HEADER_FIELDS = entries(ELF_HEADER, [['.e_ident', span(0, 16)]]);
export const SECTION_FIELDS = entries(SECTION_HEADER);
export const SYMBOL_FIELDS = entries(SYMBOL);
const RELA_FIELDS = entries(RELA, [['.r_info', span(8, 8)]]);
const REL_FIELDS: Entries = { size: REL_SIZE, fields: RELA_FIELDS.fields.filter(([name]) => name !== '.r_addend') };
const FUNC_FIELDS = { 1: entries(LIVEPATCH_FUNC[1]), 2: entries(LIVEPATCH_FUNC[2]) } as const;
const HOOKS: readonly string[] = Object.values(HOOK_SECTIONS);
const POINTER_FIELDS: Entries = { size: 8, fields: [['', span(0, 8)]] };
/** Clauses EXC-1, EXC-2 and ALT-1; the second half of an assert's bug frame counts as a separate entry. */
const EXCEPTION_FIELDS = entries(EXCEPTION);
const BUG_FRAME_FIELDS = entries(BUG_FRAME);
const ALTERNATIVE_FIELDS = { plain: entries(ALTERNATIVE.plain), padded: entries(ALTERNATIVE.padded) } as const;

/** A table does not say which form it has. It is the reference's of the revision, unless only the other one fits. */
function alternativesOf({ header }: ReadSection, revision: Revision): Entries {
  const own = ALTERNATIVE_FIELDS[ALTERNATIVE_FORM[revision]];
  const fits = ({ size }: Entries): boolean => header.sh_size % BigInt(size) === 0n;
  return fits(own) ? own : (Object.values(ALTERNATIVE_FIELDS).find(fits) ?? own);
}

/** The fields of an entry of the section; undefined where it is no table, or of symbols. */
export function entriesOf(section: ReadSection, revision: Revision): Entries | undefined {
  const { key, header } = section;
  if (header.sh_type === SHT.RELA) return RELA_FIELDS;
  if (header.sh_type === SHT.REL) return REL_FIELDS;
  const name = key.replace(/#\d+$/, '');
  if (name === FUNCTIONS) return FUNC_FIELDS[revision];
  if (HOOKS.includes(name)) return POINTER_FIELDS;
  if (name === EXCEPTION_TABLE) return EXCEPTION_FIELDS;
  if (BUG_FRAMES.some((frames) => frames.section === name)) return BUG_FRAME_FIELDS;
  return name === ALTERNATIVES ? alternativesOf(section, revision) : undefined;
}

/** Every field of a well-formed object. Two fields are separate, identical, or nested. */
export function fieldsOf(bytes: Uint8Array, revision: Revision): ReadonlyMap<string, FileField> {
  const fields = new Map<string, FileField>();
  const add = (prefix: string, at: number, { fields: named }: Entries): void => {
    for (const [name, { offset, codec }] of named) fields.set(prefix + name, { offset: at + offset, size: codec.size });
  };
  const addNote = ({ key, offset, content }: ReadSection): void => {
    const { namesz, descsz } = NOTE_HEADER.decode(content);
    const desc = descriptionAt(namesz);
    const note = entries(NOTE_HEADER, [
      ['.name', span(NOTE_HEADER.size, namesz)],
      ['.desc', span(desc, descsz)],
    ]);
    if (content.length >= desc + descsz) add(`note[${key}]`, offset, note);
  };

  const sections = sectionsOf(bytes);
  add('header', 0, HEADER_FIELDS);
  const table = Number(ELF_HEADER.decode(bytes).e_shoff);
  for (const section of sections) {
    const { key, index, header, offset, content } = section;
    const hasContent = header.sh_type !== SHT.NULL && header.sh_type !== SHT.NOBITS;
    for (const name of key === '' ? [`${index}`] : [key, `${index}`]) {
      add(`section[${name}]`, table + index * SECTION_HEADER.size, SECTION_FIELDS);
      if (hasContent) fields.set(`section[${name}].data`, { offset, size: content.length });
    }
    if (header.sh_type === SHT.NOTE) addNote(section);
    const each = entriesOf(section, revision);
    for (let i = 0; each !== undefined && (i + 1) * each.size <= content.length; i++)
      add(`${key}[${i}]`, offset + i * each.size, each);
    if (header.sh_type !== SHT.SYMTAB) continue;
    symbolsOf(sections).forEach((symbol, i) => {
      for (const name of symbol.key === '' ? [`${i}`] : [symbol.key, `${i}`])
        add(`symbol[${name}]`, offset + i * SYMBOL.size, SYMBOL_FIELDS);
    });
  }
  return fields;
}
