/** Values as tables write them: numbers, bytes, and names for what a scenario cannot know. */
import { R_X86_64, SHF, SHN, SHT } from '../engine/abi/elf';
import { ACTION_FLAG } from '../engine/abi/hypercall';
import { bytesOfHex } from '../engine/bytes';
import type { AllocateOptions } from '../engine/target';
import type { FieldOverrides } from '../engine/toolstack/toolstack';
import type { FieldValue } from '../payloads/builder/overwrite';
import { addressOf } from './places';
import type { Scene } from './scene';
import type { Relation } from './types';

/** No domain has memory here. */
const UNMAPPED_GUEST_ADDRESS = 0xdead_0000n;
/** Within the hypervisor's half of the address space, and nothing is mapped. */
const UNMAPPED_HYPERVISOR_ADDRESS = 0xffff_82d0_3fff_0000n;

const NAMED: Readonly<Record<string, bigint>> = {
  'an unmapped guest address': UNMAPPED_GUEST_ADDRESS,
  'an unmapped hypervisor address': UNMAPPED_HYPERVISOR_ADDRESS,
  NODEPS: BigInt(ACTION_FLAG.NODEPS),
};

const NUMBER = /^-?(0x[0-9a-f]+|\d+)$/i;
const SYMBOL = /^the address of ([a-z_][a-z0-9_]*)(?: ([+-]) (0x[0-9a-f]+|\d+))?$/;

function namedAddress(scene: Scene, text: string): bigint | undefined {
  const [, symbol, sign, offset] = SYMBOL.exec(text) ?? [];
  if (symbol === undefined) return NAMED[text];
  const distance = BigInt(offset ?? 0);
  return BigInt.asUintN(64, addressOf(scene, symbol) + (sign === '-' ? -distance : distance));
}

/** A whole number, decimal or hexadecimal, with or without a minus. */
export function number(text: string): bigint {
  const magnitude = BigInt(text.replace('-', ''));
  return text.startsWith('-') ? -magnitude : magnitude;
}

const entriesWith = (prefix: string, numbers: Readonly<Record<string, number | bigint>>) =>
  Object.entries(numbers).map(([name, value]): readonly [string, bigint] => [`${prefix}${name}`, BigInt(value)]);

/** The numbers of ELF by their names. */
const ELF_NUMBERS: ReadonlyMap<string, bigint> = new Map([
  ...entriesWith('SHT_', SHT),
  ...entriesWith('SHF_', SHF),
  ...entriesWith('SHN_', SHN),
  ...entriesWith('R_X86_64_', R_X86_64),
]);

/** `SHT_REL`, or flags: `SHF_ALLOC | SHF_MERGE`. */
function elfNumber(text: string): bigint | undefined {
  return text.split(' | ').reduce<bigint | undefined>((sum, name) => {
    const value = ELF_NUMBERS.get(name);
    return sum === undefined || value === undefined ? undefined : sum | value;
  }, 0n);
}

/** A payload's field: a number, as it is or by its name in ELF, a named address, or bytes in hex after `bytes`. */
export function fieldValue(scene: Scene, text: string): FieldValue {
  const known = namedAddress(scene, text) ?? elfNumber(text);
  if (known !== undefined) return known;
  if (NUMBER.test(text)) return number(text);
  const bytes = /^bytes ((?:[0-9a-f]{2} ?)+)$/.exec(text)?.[1];
  if (bytes !== undefined) return bytes.replaceAll(' ', '');
  throw new RangeError(`value: expected a number, "bytes …" or a named address, got ${text}`);
}

const RELATION = /^(?:the length of the file|that of (\S+))(?: ([+-]) (0x[0-9a-f]+|\d+))?$/;

/** A payload's field as tables write it: a value, or `that of header.e_shnum - 1`, `the length of the file + 1`. */
export function fieldText(scene: Scene, text: string): FieldValue | Relation {
  const [whole, field, sign, distance] = RELATION.exec(text) ?? [];
  if (whole === undefined) return fieldValue(scene, text);
  const plus = BigInt(distance ?? 0);
  return { of: field === undefined ? 'length' : { field }, plus: sign === '-' ? -plus : plus };
}

const PLACED_TEXT = /^the text "(.*)"( before an unmapped page| in read-only memory)?$/;
const LONG_TEXT = /^a text of (\d+) bytes? with its NUL$/;

/** Bytes that a table speaks of as text, and where they are put; `\0` is a NUL, and none is added. */
function textBytes(text: string): { readonly bytes: Uint8Array; readonly where: AllocateOptions } | undefined {
  const length = LONG_TEXT.exec(text)?.[1];
  if (length !== undefined) return { bytes: Buffer.from(`${'n'.repeat(Number(length) - 1)}\0`), where: {} };
  const [, written, where = ''] = PLACED_TEXT.exec(text) ?? [];
  if (written === undefined) return undefined;
  const bytes = Buffer.from(written.replaceAll('\\0', '\0'), 'latin1');
  return { bytes, where: { atEdge: where.endsWith('unmapped page'), readOnly: where.endsWith('read-only memory') } };
}

/** Puts a text into the control domain's memory; its address. */
function placedText(scene: Scene, text: string): bigint | undefined {
  const found = textBytes(text);
  if (found === undefined) return undefined;
  const memory = scene.target.domain('control');
  const address = memory.allocate(found.bytes.length, found.where);
  memory.write(address, found.bytes);
  return address;
}

/** `the interface version`, or a number after or before it. */
function interfaceVersion(scene: Scene, text: string): bigint | undefined {
  const [whole, sign = '+', distance = '0'] = /^the interface version(?: ([+-]) (\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return BigInt(scene.target.hypervisor.interfaceVersion) + BigInt(`${sign === '-' ? '-' : ''}${distance}`);
}

/** An address, by name or as a number. */
export function addressValue(scene: Scene, text: string): bigint {
  const value = fieldValue(scene, text);
  if (typeof value !== 'bigint') throw new RangeError(`address: expected a number or a named address, got ${text}`);
  return BigInt.asUintN(64, value);
}

/** Fields of the hypercalls' structures that have 64 bits. */
const WIDE: ReadonlySet<string> = new Set([
  'sysctl',
  'name',
  'size',
  'payload',
  'status',
  'len',
  'metadata',
  'metadata_len',
]);

/** Overrides of a hypercall's fields from a table of field and value. */
export function callFields(scene: Scene, rows: readonly (readonly string[])[]): FieldOverrides {
  return Object.fromEntries(
    rows.map(([field = '', text = '']): readonly [string, bigint | number | Uint8Array] => {
      if (field === 'name_pad') return [field, bytesOfHex(text)];
      const named = namedAddress(scene, text) ?? placedText(scene, text) ?? interfaceVersion(scene, text);
      const value = named ?? number(text);
      return [field, WIDE.has(field) ? BigInt.asUintN(64, value) : Number(value)];
    }),
  );
}
