/** Changes of a payload that know what it consists of. */
import { ELF_HEADER, R_X86_64, SECTION_HEADER, SHT } from '../abi/elf';
import type { Revision } from '../abi/hypercall';
import { picked, type Random } from './random';
import { structuresOf, type Structures, type Table } from './structures';
import { valueFor } from './values';
import { putWord, wordAt } from './words';

/** What a change is made of. */
interface Draft {
  readonly random: Random;
  readonly bytes: Buffer;
  readonly structures: Structures;
  /** Another payload, to take parts from. */
  readonly other: () => Structures;
}

/** What comes of it: the same bytes, changed in place, or longer or shorter ones. */
type Change = (draft: Draft) => Buffer;

const MOST_CHANGES = 4;
const MOST_BYTES = 16;
/** No payload grows beyond it: Xen takes 2 MiB, and each of ours is read whole many times. */
const MOST_SIZE = 65_536;
const MOST_ADDED = 5000;

/** One field of one entry gets another value. */
function changeEntry({ random, bytes, structures }: Draft, table: Table): Buffer {
  const [, { offset, codec }] = picked(random, table.fields);
  const at = (entry: number): number => table.offset + entry * table.size + offset;
  const own = at(random(table.count));
  const others = table.count < 2 ? [] : [wordAt(bytes, at(random(table.count)), codec.size)];
  const around = { fileSize: bytes.length, sections: structures.sections.length, others };
  putWord(bytes, own, codec.size, valueFor(random, wordAt(bytes, own, codec.size), around));
  return bytes;
}

const changeHeader: Change = (draft) => changeEntry(draft, draft.structures.header);

const changeSection: Change = (draft) =>
  draft.structures.headers.count === 0 ? changeHeader(draft) : changeEntry(draft, draft.structures.headers);

const changeTable: Change = (draft) =>
  draft.structures.tables.length === 0
    ? changeHeader(draft)
    : changeEntry(draft, picked(draft.random, draft.structures.tables));

const TYPES = Object.values(R_X86_64);

/** A relocation of another type that exists. */
const changeRelocation: Change = ({ random, bytes, structures }) => {
  const found = structures.sections.filter(
    ({ header, content }) => header.sh_type === SHT.RELA && content.length >= 24,
  );
  if (found.length === 0) return bytes;
  const { offset, content } = picked(random, found);
  putWord(bytes, offset + 24 * random(Math.floor(content.length / 24)) + 8, 4, BigInt(picked(random, TYPES)));
  return bytes;
};

/** A word inside a section: in strings, code, data, and behind the tables that we know. */
const changeContent: Change = ({ random, bytes, structures }) => {
  const found = structures.sections.filter(({ content }) => content.length > 0);
  if (found.length === 0) return changeBytes({ random, bytes });
  const { offset, content } = picked(random, found);
  const [at, size] = [offset + random(content.length), picked(random, [1, 2, 4, 8])];
  const around = { fileSize: bytes.length, sections: structures.sections.length, others: [] };
  putWord(bytes, at, size, valueFor(random, wordAt(bytes, at, size), around));
  return bytes;
};

function changeBytes({ random, bytes }: Pick<Draft, 'random' | 'bytes'>): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  for (let count = random(MOST_BYTES); count >= 0 && at + count < bytes.length; count--)
    bytes[at + count] = random(256);
  return bytes;
}

const shorten: Change = ({ random, bytes }) => bytes.subarray(0, random(bytes.length + 1));
const lengthen: Change = ({ random, bytes }) =>
  bytes.length > MOST_SIZE ? bytes : Buffer.concat([bytes, Buffer.alloc(random(MOST_ADDED), random(256))]);

const headerBytes = (bytes: Buffer, { headers }: Structures, index: number): Buffer =>
  Buffer.from(bytes.subarray(headers.offset + index * headers.size, headers.offset + (index + 1) * headers.size));

/** Two sections exchange their headers, and so their numbers. */
const swapSections: Change = ({ random, bytes, structures }) => {
  const { headers } = structures;
  if (headers.count === 0) return bytes;
  const [one, two] = [random(headers.count), random(headers.count)];
  const kept = headerBytes(bytes, structures, one);
  headerBytes(bytes, structures, two).copy(bytes, headers.offset + one * headers.size);
  kept.copy(bytes, headers.offset + two * headers.size);
  return bytes;
};

/** A section is there twice: the table, with one header more, moves to the end of the file. */
const duplicateSection: Change = ({ random, bytes, structures }) => {
  const { headers } = structures;
  if (headers.count === 0 || bytes.length > MOST_SIZE) return bytes;
  const table = bytes.subarray(headers.offset, headers.offset + headers.count * headers.size);
  const longer = Buffer.concat([bytes, table, headerBytes(bytes, structures, random(headers.count))]);
  const { e_shoff, e_shnum } = ELF_HEADER.fields;
  putWord(longer, e_shoff.offset, e_shoff.codec.size, BigInt(bytes.length));
  putWord(longer, e_shnum.offset, e_shnum.codec.size, BigInt(headers.count + 1));
  return longer;
};

/** A section gets the content of another payload's section, at the end of the file. */
const spliceContent: Change = ({ random, bytes, structures, other }) => {
  const { sections, headers } = structures;
  const from = other().sections;
  if (sections.length === 0 || from.length === 0 || bytes.length > MOST_SIZE) return bytes;
  const { content } = picked(random, from);
  const header = headers.offset + random(headers.count) * headers.size;
  const { sh_offset, sh_size } = SECTION_HEADER.fields;
  const longer = Buffer.concat([bytes, content.subarray(0, MOST_SIZE)]);
  putWord(longer, header + sh_offset.offset, sh_offset.codec.size, BigInt(bytes.length));
  putWord(longer, header + sh_size.offset, sh_size.codec.size, BigInt(longer.length - bytes.length));
  return longer;
};

/** A section's type and flags become those of another payload's section. */
const spliceHeader: Change = ({ random, bytes, structures, other }) => {
  const { headers } = structures;
  const from = other().sections;
  if (headers.count === 0 || from.length === 0) return bytes;
  const { sh_type, sh_flags } = picked(random, from).header;
  const at = headers.offset + random(headers.count) * headers.size;
  putWord(bytes, at + SECTION_HEADER.fields.sh_type.offset, 4, BigInt(sh_type));
  putWord(bytes, at + SECTION_HEADER.fields.sh_flags.offset, 8, sh_flags);
  return bytes;
};

/** Each as often as its number says, of all. */
const CHANGES: readonly (readonly [often: number, change: Change])[] = [
  [2, changeHeader],
  [6, changeSection],
  [9, changeTable],
  [1, changeRelocation],
  [3, changeContent],
  [1, changeBytes],
  [1, shorten],
  [1, lengthen],
  [1, swapSections],
  [1, duplicateSection],
  [2, spliceContent],
  [1, spliceHeader],
];
const WEIGHTED: readonly Change[] = CHANGES.flatMap(([often, change]) => Array.from({ length: often }, () => change));

/** One to four changes, of fields more often than of bytes. `corpus`: payloads to take parts from. */
export function mutate(
  random: Random,
  original: Uint8Array,
  corpus: readonly Uint8Array[],
  revision: Revision,
): Uint8Array {
  let bytes: Buffer = Buffer.from(original);
  const other = (): Structures => structuresOf(picked(random, corpus), revision);
  for (let changes = 1 + random(MOST_CHANGES); changes > 0; changes--) {
    const structures = structuresOf(bytes, revision);
    bytes = picked(random, WEIGHTED)({ random, bytes, structures, other });
  }
  return bytes;
}
