/** LIST: states, names and, in revision 2, metadata of the loaded payloads. Clauses LIST-1 to LIST-8, V2-LIST. */
import { LIMITS, LIST, STATE, STATUS } from '../../abi/hypercall';
import type { Values } from '../../abi/fields';
import type { Domain } from '../../domains';
import type { Vcpu } from '../../machine/vcpu';
import { LIST_BUFFER_RULES, LIST_ROOM_RULES, LIST_RULES } from '../rules/list';
import { refusal, type Livepatch, type Returned } from './livepatch';
import type { Payload } from './state';

type Request1 = Values<(typeof LIST)[1]['fields']>;
type Request2 = Values<(typeof LIST)[2]['fields']>;

/** Bytes to be written to the domain. */
interface Piece {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

const nameBytes = (payload: Payload): Uint8Array => Buffer.from(`${payload.name}\0`, 'latin1');
const metadataOf = (payload: Payload): Uint8Array => payload.loaded.metadata;
const total = (arrays: readonly Uint8Array[]): number => arrays.reduce((sum, { length }) => sum + length, 0);

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Array elements one behind the other, each where its size says. */
const elements = (address: bigint, values: readonly Uint8Array[], stride: number): readonly Piece[] =>
  values.map((bytes, index) => ({ address: address + BigInt(index * stride), bytes }));

const packed = (address: bigint, values: readonly Uint8Array[]): Piece => ({ address, bytes: Buffer.concat(values) });

function entries(payloads: readonly Payload[], request: Request1): readonly Piece[] {
  const statuses = payloads.map(({ state, rc }) => STATUS.encode({ state: STATE[state], rc }));
  const lengths = payloads.map((payload) => word(nameBytes(payload).length));
  return [...elements(request.status, statuses, STATUS.size), ...elements(request.len, lengths, 4)];
}

/** LIST-4: names 128 bytes apart. */
function piecesOf1(payloads: readonly Payload[], request: Request1): readonly Piece[] {
  return [...entries(payloads, request), ...elements(request.name, payloads.map(nameBytes), LIMITS.name)];
}

/** V2-LIST-2: names and metadata back to back. */
function piecesOf2(payloads: readonly Payload[], request: Request2): readonly Piece[] {
  const metadataLengths = payloads.map((payload) => word(metadataOf(payload).length));
  return [
    ...entries(payloads, request),
    packed(request.name, payloads.map(nameBytes)),
    packed(request.metadata, payloads.map(metadataOf)),
    ...elements(request.metadata_len, metadataLengths, 4),
  ].filter(({ bytes }) => bytes.length > 0);
}

/** V2-LIST-3: a stated size that is not zero is never written past. */
function fits(payloads: readonly Payload[], request: Request2): boolean {
  const names = total(payloads.map(nameBytes));
  const metadata = total(payloads.map(metadataOf));
  return (
    (request.name_total_size === 0 || names <= request.name_total_size) &&
    (request.metadata_total_size === 0 || metadata <= request.metadata_total_size)
  );
}

export interface ListAnswer<Request> {
  readonly returned: Returned;
  readonly out: Request;
}

/** Where a soft IRQ is pending, LIST ends after the first entry, and the caller asks for the others. LIST-2. */
const isPreempted = ({ system }: Livepatch, vcpu: Vcpu): boolean => system.word('softirq_pending', vcpu.index) !== 0;

/** The payloads whose entries are written: as many as are asked for, at most `room`. */
const entriesOf = ({ state }: Livepatch, { nr, idx }: Head, room: number): readonly Payload[] =>
  state.payloads.slice(idx, idx + Math.min(nr, room));

/** Decodes the call, answers it, and gives back the structure as the caller finds it afterwards. */
export function list(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, union: Uint8Array): ListAnswer<Uint8Array> {
  const room = isPreempted(livepatch, vcpu) ? 1 : Infinity;
  if (livepatch.revision === 1) {
    const request = LIST[1].decode(union);
    const { returned, out } = answer(livepatch, domain, request, room, (payloads) => piecesOf1(payloads, request));
    return { returned, out: LIST[1].encode({ ...request, ...out }) };
  }
  const request = LIST[2].decode(union);
  const { payloads } = livepatch.state;
  const all = { name_total_size: total(payloads.map(nameBytes)), metadata_total_size: total(payloads.map(metadataOf)) };
  const chosen = entriesOf(livepatch, request, room);
  const crowded = refusal(livepatch, LIST_ROOM_RULES, fits(chosen, request), 'LIST');
  if (crowded !== undefined) return { returned: crowded, out: union };
  const { returned, out } = answer(livepatch, domain, request, room, (entries) => piecesOf2(entries, request));
  return { returned, out: LIST[2].encode({ ...request, ...out, ...(returned >= 0 ? all : {}) }) };
}

type Head = Pick<Request1, 'version' | 'idx' | 'nr' | 'pad'>;

function answer(
  livepatch: Livepatch,
  domain: Domain,
  request: Head,
  room: number,
  piecesOf: (payloads: readonly Payload[]) => readonly Piece[],
): ListAnswer<Partial<Head>> {
  const { payloads, version } = livepatch.state;
  const wrong = refusal(livepatch, LIST_RULES, { ...request, count: payloads.length }, 'LIST');
  if (wrong !== undefined) return { returned: wrong, out: {} };
  if (request.nr === 0) return { returned: 0, out: { nr: payloads.length, version } };

  const chosen = entriesOf(livepatch, request, room);
  const pieces = piecesOf(chosen);
  const writable = pieces.filter(({ address, bytes }) => domain.mayWrite(address, bytes.length));
  const unwritable = refusal(livepatch, LIST_BUFFER_RULES, writable.length === pieces.length, 'LIST');
  if (unwritable !== undefined) return { returned: unwritable, out: {} };
  for (const { address, bytes } of writable) domain.write(address, bytes);
  const remaining = Math.max(0, payloads.length - request.idx - chosen.length);
  return { returned: chosen.length, out: { nr: remaining, version } };
}
