/** The numbers and structures are those that a C compiler has (`testdata/headers.c`). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as elf from './elf';
import { ERRNO } from './errno';
import type { Fields } from './fields';
import * as calls from './hypercall';
import { NOTE_HEADER, NT_GNU_BUILD_ID } from './notes';
import { HASH_ALGO, SIGNATURE_HEADER } from './signature';
import { ALTERNATIVE, ASSERTION, BUG_FRAME, EXCEPTION } from './tables';

const LINES = readFileSync(join(__dirname, 'testdata', 'headers.txt'), 'utf8')
  .trimEnd()
  .split('\n');

/** Numbers, and tables of them. */
const NUMBERS: Readonly<Record<string, number | Readonly<Record<string, number | bigint>>>> = {
  ...{ ELF_MAGIC: elf.ELF_MAGIC, EV_CURRENT: elf.EV_CURRENT, REL_SIZE: elf.REL_SIZE, PT: elf.PT, PF: elf.PF },
  ...{ ELFCLASS: elf.ELFCLASS, ELFDATA: elf.ELFDATA, ELFOSABI: elf.ELFOSABI, ET: elf.ET, EM: elf.EM, SHT: elf.SHT },
  ...{ SHF: elf.SHF, ELFCOMPRESS: elf.ELFCOMPRESS, SHN: elf.SHN, STB: elf.STB, STT: elf.STT, R_X86_64: elf.R_X86_64 },
  ...{ NT_GNU_BUILD_ID, ERRNO, HASH_ALGO, SYSCTL_SIZE: calls.SYSCTL_SIZE },
  ...{ LIVEPATCH_OP_OFFSET: calls.LIVEPATCH_OP_OFFSET, LIVEPATCH_UNION_OFFSET: calls.LIVEPATCH_UNION_OFFSET },
};

/** Whether a line is of one of them. */
const isNumber = (line: string): boolean => Object.hasOwn(NUMBERS, line.split(/[. ]/)[0] ?? '');

interface Structure {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
}

const withForm = (forms: Readonly<Record<string, Structure>>): readonly Structure[] =>
  Object.entries(forms).map(([form, { name, ...rest }]) => ({ ...rest, name: `${name} ${form}` }));

const STRUCTURES: readonly Structure[] = [
  ...[elf.ELF_HEADER, elf.PROGRAM_HEADER, elf.SECTION_HEADER, elf.SYMBOL, elf.RELA, elf.COMPRESSION_HEADER],
  ...[NOTE_HEADER, calls.SYSCTL_HEADER, calls.LIVEPATCH_OP_HEADER, calls.UPLOAD, calls.STATUS, calls.GET],
  ...[calls.LIST, calls.ACTION_STRUCT, calls.LIVEPATCH_FUNC, ALTERNATIVE].flatMap(withForm),
  ...[EXCEPTION, BUG_FRAME, ASSERTION, SIGNATURE_HEADER],
];

const LARGEST = new DataView(new Uint8Array(64).fill(0xff).buffer);

function linesOf({ name, size, fields }: Structure): readonly string[] {
  const own = Object.entries(fields).map(([field, { offset, codec }]) => {
    const value = codec.read(LARGEST, 0);
    // A C structure has r_addend as a signed number, and the loader reads it as an address.
    const isSigned = (typeof value === 'number' && value < 0) || field === 'r_addend';
    return `${name}.${field} ${offset} ${isSigned ? '-' : ''}${codec.size}`;
  });
  return [`${name} ${size}`, ...own];
}

describe('what a C compiler has', () => {
  test('are the numbers', () => {
    const found = Object.entries(NUMBERS).flatMap(([name, given]) =>
      typeof given === 'number'
        ? [`${name} ${given}`]
        : Object.entries(given).map(([own, number]) => `${name}.${own} ${number}`),
    );
    assert.deepEqual(found.toSorted(), LINES.filter(isNumber).toSorted());
  });

  test('are the structures', () => {
    const found = STRUCTURES.flatMap(linesOf);
    assert.deepEqual(found.toSorted(), LINES.filter((line) => !isNumber(line)).toSorted());
  });

  test('has big-endian numbers where a signature has them', () =>
    assert.deepEqual([...SIGNATURE_HEADER.encode({ sig_len: 1 }).subarray(8)], [0, 0, 0, 1]));
});

test('the numbers of the hypercalls are those of the document', () => {
  const { HYPERCALL, XENVER, EXTRAVERSION_SIZE, SYSCTL_LIVEPATCH_OP, INTERFACE_VERSION } = calls;
  assert.deepEqual(
    [HYPERCALL, XENVER, EXTRAVERSION_SIZE, SYSCTL_LIVEPATCH_OP, INTERFACE_VERSION],
    [
      { xen_version: 17, sysctl: 35, domctl: 36 },
      { version: 0, extraversion: 1, build_id: 10 },
      ...[16, 27, { 1: 15, 2: 21 }],
    ],
  );
  const { LIVEPATCH_OP, ACTION, STATE, ACTION_FLAG, LIMITS, PAYLOAD_VERSION, OPAQUE_SIZE } = calls;
  assert.deepEqual(
    [LIVEPATCH_OP, ACTION, STATE, ACTION_FLAG, LIMITS, PAYLOAD_VERSION, OPAQUE_SIZE],
    [
      { UPLOAD: 0, GET: 1, LIST: 2, ACTION: 3 },
      { UNLOAD: 1, REVERT: 2, APPLY: 3, REPLACE: 4 },
      { CHECKED: 1, APPLIED: 2 },
      { NODEPS: 1 },
      { name: 128, payload: 2097152, listEntries: 1024, defaultTime: 30000000n },
      ...[{ 1: 1, 2: 2 }, 31],
    ],
  );
});
