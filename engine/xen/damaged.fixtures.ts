/** For the tests: a xen-syms, damaged in the ways that a file can be, the same each time for a seed. */
import { createRandom, type Random } from '../check/random-code.fixtures';

const PROGRAM_HEADER = 56;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const SYMTAB = 2;

/** A field of the file: offset and bytes. */
interface Field {
  readonly at: number;
  readonly size: 4 | 8;
}

/** Where the program headers, the section headers and the symbol table are in the file. */
function tablesOf(file: Buffer) {
  const sections = Number(file.readBigUInt64LE(40));
  const isSymtab = (at: number): boolean => file.readUInt32LE(at + 4) === SYMTAB;
  const headers = Array.from({ length: file.readUInt16LE(60) }, (_, index) => sections + index * SECTION_HEADER);
  const symtab = headers.find(isSymtab) ?? sections;
  return {
    programs: { at: Number(file.readBigUInt64LE(32)), count: file.readUInt16LE(56) },
    headers,
    symbols: {
      at: Number(file.readBigUInt64LE(symtab + 24)),
      count: Number(file.readBigUInt64LE(symtab + 32)) / SYMBOL,
    },
  };
}

/** Numbers that are wrong in most places. */
const NUMBERS: readonly bigint[] = [
  0n, 1n, 8n, 0xfffn, 0x1001n, 0x10_0000n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0x4_0000_0000n,
  0xffff_82d0_4020_0001n, 0xffff_8300_0100_0000n, 0xffff_87ff_ffff_d000n, 0xffff_ffff_ffff_f000n, 0xffff_ffff_ffff_ffffn,
]; // prettier-ignore

function put(file: Buffer, { at, size }: Field, value: bigint): void {
  if (size === 8) file.writeBigUInt64LE(value, at);
  else file.writeUInt32LE(Number(value & 0xffff_ffffn), at);
}

type Damage = (file: Buffer, random: Random) => Buffer;

/** A field of one of the tables gets a wrong number, or nearly its own. */
function wrongField(field: (file: Buffer, random: Random) => Field): Damage {
  return (file, random) => {
    const place = field(file, random);
    const own = place.size === 8 ? file.readBigUInt64LE(place.at) : BigInt(file.readUInt32LE(place.at));
    const near = BigInt.asUintN(64, own + random.pick([-0x1000n, -1n, 1n, 0x1000n, 0x10_0000n]));
    put(file, place, random.below(3) === 0 ? near : random.pick(NUMBERS));
    return file;
  };
}

const programField = wrongField((file, { below }) => {
  const { at, count } = tablesOf(file).programs;
  return { at: at + below(count) * PROGRAM_HEADER + 8 * (1 + below(6)), size: 8 };
});

const DAMAGES: readonly Damage[] = [
  programField,
  programField,
  // sh_type, sh_link; sh_addr, sh_offset, sh_size
  wrongField((file, { pick }) => ({ at: pick(tablesOf(file).headers) + pick([4, 40]), size: 4 })),
  wrongField((file, { pick }) => ({ at: pick(tablesOf(file).headers) + pick([16, 24, 32]), size: 8 })),
  // The ELF header.
  wrongField((_file, { pick }) => ({ at: pick([32, 40]), size: 8 })),
  wrongField((_file, { pick }) => ({ at: pick([52, 56, 58, 60]), size: 4 })),
  // Every symbol's address or size; or many names.
  (file, random) => {
    const { at, count } = tablesOf(file).symbols;
    const field = random.pick([0, 8, 16]);
    const step = random.pick([1, 2, 7, 100]);
    for (let index = random.below(step); index < count; index += step)
      put(file, { at: at + index * SYMBOL + field, size: field === 0 ? 4 : 8 }, random.pick(NUMBERS));
    return file;
  },
  (file, { below }) => file.subarray(0, below(file.length)),
  // Bytes anywhere, few or many; a stretch of zeros.
  (file, { below, bytes }) => {
    for (let left = 1 + below(2000); left > 0; left--) file.set(bytes(1), below(file.length));
    return file;
  },
  (file, { below }) => file.fill(0, below(file.length), below(file.length)),
];

/** The damaged copies of a file, by number. */
export function damaged(file: Uint8Array, number: number): Uint8Array {
  const random = createRandom(0x5e_ed00 + 7919 * number);
  return random.pick(DAMAGES)(Buffer.from(file), random);
}
