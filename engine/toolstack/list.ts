/** LIST from the caller's side: buffers for what comes back, and its decoding, in each revision's layout. */
import { LIMITS, LIST, LIVEPATCH_OP, STATE, STATUS, type Revision, type State } from '../abi/hypercall';
import { u32At } from '../bytes';
import type { CallOptions, Caller, ReadyCall } from './caller';

export interface ListEntry {
  readonly name: string;
  /** undefined if the hypervisor gave a number that is no state. */
  readonly state: State | undefined;
  readonly rc: number;
  /** As given in len, the NUL included. */
  readonly length: number;
  /** `.modinfo`; empty in revision 1. */
  readonly metadata: Uint8Array;
}

export interface Listing {
  /** Entries that were written, 0, or a negative errno. */
  readonly returned: number;
  readonly version: number;
  /** The final value of nr: how many payloads come after the written ones. */
  readonly remaining: number;
  readonly entries: readonly ListEntry[];
  /** Totals, revision 2. */
  readonly nameTotal: number;
  readonly metadataTotal: number;
  /** One of the caller's buffers as the call left it, with what is after the entries that were asked for. */
  readonly buffer: (name: BufferName) => Uint8Array;
}

/** The fill byte of the caller's buffers before the call. */
export const UNTOUCHED = 0xee;

/** Bytes of metadata that each entry is given room for; there is more if a probe has said that more is needed. */
const METADATA_ROOM = 256;

const STATES = new Map<number, State>([
  [STATE.CHECKED, 'CHECKED'],
  [STATE.APPLIED, 'APPLIED'],
]);
/** The state of a number that the hypervisor gave; undefined if it is none. */
export const stateOf = (number: number): State | undefined => STATES.get(number);

/** Bytes of an entry in each buffer. */
const ENTRY_SIZE = {
  status: STATUS.size,
  name: LIMITS.name,
  len: 4,
  metadata: METADATA_ROOM,
  metadata_len: 4,
} as const;
export type BufferName = keyof typeof ENTRY_SIZE;
type Buffers = Readonly<Record<BufferName, bigint>>;

/** What a call is given room for. */
interface Room {
  readonly entries: number;
  /** Bytes. */
  readonly metadata: number;
}

/** The bytes of a buffer that the call may fill. */
const fillable = (name: BufferName, room: Room): number =>
  name === 'metadata' ? room.metadata : room.entries * ENTRY_SIZE[name];

/** Each buffer has room for one entry more, which shows what is written past the end. */
const sizeOf = (name: BufferName, room: Room): number => fillable(name, room) + ENTRY_SIZE[name];

function allocate(caller: Caller, room: Room, options: CallOptions): Buffers {
  const memory = caller.memoryOf(options);
  const buffer = (name: BufferName): bigint => {
    const size = sizeOf(name, room);
    const address = memory.allocate(size);
    memory.write(address, new Uint8Array(size).fill(UNTOUCHED));
    return address;
  };
  return {
    status: buffer('status'),
    name: buffer('name'),
    len: buffer('len'),
    metadata: buffer('metadata'),
    metadata_len: buffer('metadata_len'),
  };
}

/** The entries as they are in the buffers: names 128 bytes apart (LIST-4), or packed (V2-LIST-7). */
function decode(
  caller: Caller,
  revision: Revision,
  count: number,
  at: Buffers,
  options: CallOptions,
): readonly ListEntry[] {
  const memory = caller.memoryOf(options);
  const word = (address: bigint, index: number): number => u32At(memory.read(address + BigInt(4 * index), 4));
  let nameOffset = 0;
  let metadataOffset = 0;
  return Array.from({ length: count }, (_, index): ListEntry => {
    const { state, rc } = STATUS.decode(memory.read(at.status + BigInt(index * STATUS.size), STATUS.size));
    const length = word(at.len, index);
    const nameAt = at.name + BigInt(revision === 1 ? index * LIMITS.name : nameOffset);
    const bytes = Buffer.from(memory.read(nameAt, Math.min(length, LIMITS.name)));
    const metadataLength = revision === 1 ? 0 : word(at.metadata_len, index);
    const metadata = memory.read(at.metadata + BigInt(metadataOffset), metadataLength);
    nameOffset += length;
    metadataOffset += metadataLength;
    const end = bytes.indexOf(0);
    const name = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
    return { name, state: stateOf(state), rc, length, metadata };
  });
}

/** Where the hypervisor has to write: fields that are overridden name another place. */
function handedOver(buffers: Buffers, { fields = {} }: CallOptions): Buffers {
  const place = (name: BufferName): bigint => {
    const told = fields[name];
    return typeof told === 'bigint' ? told : buffers[name];
  };
  return {
    status: place('status'),
    name: place('name'),
    len: place('len'),
    metadata: place('metadata'),
    metadata_len: place('metadata_len'),
  };
}

/** What is asked of a LIST. */
export interface ListRequest {
  /** At most that many entries; 0 for a probe. */
  readonly nr: number;
  /** From this number on. */
  readonly idx: number;
  /** Bytes of all metadata, as the last probe returned. */
  readonly metadataTotal: number;
}

export function listCall(
  caller: Caller,
  revision: Revision,
  request: ListRequest,
  options: CallOptions,
): ReadyCall<Listing> {
  const { nr, idx, metadataTotal } = request;
  const entries = Math.min(nr, LIMITS.listEntries + 1);
  const room = { entries, metadata: entries === 0 ? 0 : Math.max(entries * METADATA_ROOM, metadataTotal) };
  const buffers = allocate(caller, room, options);
  const { status, name, len } = buffers;
  const told = handedOver(buffers, options);
  const buffer = (own: BufferName): Uint8Array => caller.memoryOf(options).read(buffers[own], sizeOf(own, room));
  const entriesOf = (returned: number) => decode(caller, revision, Math.max(returned, 0), told, options);
  const asked = { purpose: { operation: 'LIST' }, op: LIVEPATCH_OP.LIST };
  if (revision === 1) {
    const call = { ...asked, layout: LIST[1], values: { nr, idx }, buffers: { status, name, len } };
    return caller.ready(caller.prepare(call, options), (returned, out) => {
      const { version, nr: remaining } = out;
      return { returned, version, remaining, entries: entriesOf(returned), nameTotal: 0, metadataTotal: 0, buffer };
    });
  }
  const sizes = { name_total_size: fillable('name', room), metadata_total_size: fillable('metadata', room) };
  const call = { ...asked, layout: LIST[2], values: { nr, idx, ...sizes }, buffers };
  return caller.ready(caller.prepare(call, options), (returned, out) => {
    const { version, nr: remaining, name_total_size: nameTotal, metadata_total_size: total } = out;
    return { returned, version, remaining, entries: entriesOf(returned), nameTotal, metadataTotal: total, buffer };
  });
}
