/** Recorded steps as calls of the toolstack, every field as it was recorded; and the answers as they were recorded. */
import { isUtf8 } from 'node:buffer';
import { LIST, LIVEPATCH_UNION_OFFSET, STATE, type State } from '../engine/abi/hypercall';
import { bytesOfHex, hex, hexDigits } from '../engine/bytes';
import type { CallOptions, FieldOverrides, ListEntry, Status, Toolstack } from '../engine/toolstack/toolstack';
import type { Entry, Recorded, StateRc, Step } from './types';

/** Text as it was recorded: UTF-8, and `\\xca` for each byte that is not part of it. */
export function recordedText(bytes: Uint8Array): string {
  let result = '';
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((size) => isUtf8(bytes.subarray(at, at + size)));
    const next = at + (length ?? 1);
    const part = Buffer.from(bytes.subarray(at, next));
    result += length === undefined ? `\\x${hexDigits(part)}` : part.toString('utf8');
    at = next;
  }
  return result;
}

/** The toolstack's texts have a character for each byte. */
const recorded = (text: string): string => recordedText(Buffer.from(text, 'latin1'));

/** Means a state that does not exist, and was never recorded. */
const NO_STATE = -1;
const stateNumber = (state: State | undefined): number => (state === undefined ? NO_STATE : STATE[state]);

/** State and rc of GET's answer. */
export const stateRcOf = ({ state, rc }: Status): StateRc => ({ state: stateNumber(state), rc });

/** An entry of LIST's answer. */
const entryOf = ({ name, state, rc, metadata }: ListEntry): Entry => [
  recorded(name),
  stateNumber(state),
  rc,
  Buffer.from(metadata).toString('latin1'),
];

/** All payloads: name, state and rc. */
export const statusOf = (entries: readonly ListEntry[]): readonly Entry[] =>
  entries.map((entry) => entryOf(entry).slice(0, 3));

/** The extra version that the target reports. */
export const extraOf = (tools: Toolstack): string => recorded(tools.extraVersion());

/** The fields that were recorded; for the others there is what the toolstack writes. */
function given(fields: Readonly<Record<string, bigint | number | Uint8Array | undefined>>): CallOptions {
  const all = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, value] as const],
  );
  return { fields: Object.fromEntries(all) satisfies FieldOverrides };
}

const headOf = ({ ifv, sysctl, op_pad }: Step) => ({
  'sysctl.interface_version': ifv,
  'sysctl.cmd': sysctl,
  'op.pad': op_pad,
});

const pointer = ({ pointers = {} }: Step, name: string): bigint | undefined =>
  pointers[name] === undefined ? undefined : BigInt(`0x${pointers[name]}`);

/** Three u16. */
function padOf(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(6);
  values.forEach((value, index) => bytes.writeUInt16LE(value, 2 * index));
  return bytes;
}

/** The step's name, a character for each byte. */
function nameOf({ name = '', name_hex }: Step): string {
  return (name_hex === undefined ? Buffer.from(name) : Buffer.from(bytesOfHex(name_hex))).toString('latin1');
}

/** What was passed of the name, and before it. If its bytes were recorded, they come without a NUL. */
const namedBy = (step: Step) => ({
  ...headOf(step),
  name: pointer(step, 'name'),
  name_size: step.namesize ?? (step.name_hex === undefined ? undefined : nameOf(step).length),
  name_pad: step.npad && padOf(step.npad),
});

/** LIST's pointers were recorded by their offsets in the whole structure. */
const listPointers = (step: Step) =>
  Object.fromEntries(
    Object.entries(LIST[2].fields).map(([field, { offset }]) => [
      field,
      pointer(step, hex(LIVEPATCH_UNION_OFFSET + offset)),
    ]),
  );

const LARGEST = 2n ** 64n - 1n;
/** The largest size is not exact in JSON: it is read as one more than the maximum. */
const sizeOf = (size: number): bigint => (BigInt(size) > LARGEST ? LARGEST : BigInt(size));
/** As much as is placed for a payload that is said to be longer than it is. */
const MOST_PLACED = 4 * 1024 * 1024;
/** The payloads that a LIST asks for where nothing else was recorded: more than there ever were. */
export const ALL = 64;

export type Calls = Pick<Toolstack, 'upload' | 'get' | 'list' | 'action'>;

/** Makes the step's hypercall; what it returned and, for GET and LIST, what it wrote. */
export function perform(tools: Calls, recordings: Recorded, step: Step): { ret: number; out?: unknown } {
  const name = nameOf(step);
  switch (step.op) {
    case 'upload': {
      const payload = recordings.payload(step.payload ?? '', { ...(step.patch && { patch: step.patch }) });
      const size = step.upload_size ?? payload.length;
      const placed = Buffer.alloc(Math.max(payload.length, Math.min(size, MOST_PLACED)));
      placed.set(payload);
      const fields = { ...namedBy(step), size: sizeOf(size), payload: pointer(step, 'payload') };
      return { ret: tools.upload(name, placed, given(fields)).returned };
    }
    case 'get': {
      const status = tools.get(name, given(namedBy(step)));
      return { ret: status.returned, out: stateRcOf(status) };
    }
    case 'list': {
      const { nr = ALL, idx = 0, pad } = step;
      const fields = { ...listPointers(step), ...headOf(step), pad, name_total_size: 0, metadata_total_size: 0 };
      const { returned, version, remaining, nameTotal, metadataTotal, entries } = tools.list(nr, idx, given(fields));
      const totals = { name_total_size: nameTotal, metadata_total_size: metadataTotal };
      return { ret: returned, out: { version, nr: remaining, ...totals, entries: entries.map(entryOf) } };
    }
    case 'action': {
      const { cmd = 0, timeout = 0, flags, pad } = step;
      const fields = { ...namedBy(step), cmd, time: timeout, flags, pad };
      return { ret: tools.action('APPLY', name, 0, given(fields)).returned };
    }
    case 'raw': {
      const fields = { ...headOf(step), 'op.cmd': step.lp_cmd ?? 0, name: 0n, name_size: 0 };
      return { ret: tools.get('', given(fields)).returned };
    }
  }
}
