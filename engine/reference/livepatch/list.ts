/** LIST: states, names and, in revision 2, metadata of the loaded payloads. Clauses LIST, V2-LIST. */
import { LIMITS, LIST, STATE, STATUS } from '../../abi/hypercall';
import type { Values } from '../../abi/fields';
import { wordBytes } from '../../bytes';
import type { Domain } from '../../domains';
import type { Vcpu } from '../../machine/vcpu';
import { LIST_RULES } from '../rules/list';
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

const word = (value: number): Uint8Array => wordBytes(value, 4);

/** Array elements one after the other, each where its size says. */
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

/** V2-LIST-7: names and metadata back to back. */
function piecesOf2(payloads: readonly Payload[], request: Request2): readonly Piece[] {
  const metadataLengths = payloads.map((payload) => word(metadataOf(payload).length));
  return [
    ...entries(payloads, request),
    packed(request.name, payloads.map(nameBytes)),
    packed(request.metadata, payloads.map(metadataOf)),
    ...elements(request.metadata_len, metadataLengths, 4),
  ].filter(({ bytes }) => bytes.length > 0);
}

type Totals = Pick<Request2, 'name_total_size' | 'metadata_total_size'>;

const totalsOf = (payloads: readonly Payload[]): Totals => ({
  name_total_size: total(payloads.map(nameBytes)),
  metadata_total_size: total(payloads.map(metadataOf)),
});

/** V2-LIST-9: a stated size that is not zero is never written past. */
function fits(payloads: readonly Payload[], stated: Totals): boolean {
  const needed = totalsOf(payloads);
  const hasRoom = (size: keyof Totals): boolean => stated[size] === 0 || needed[size] <= stated[size];
  return hasRoom('name_total_size') && hasRoom('metadata_total_size');
}

export interface ListAnswer<Request> {
  readonly returned: Returned;
  readonly out: Request;
}

type Head = Pick<Request1, 'version' | 'idx' | 'nr' | 'pad'>;

/** Where a soft IRQ is pending, LIST ends after the first entry, and the caller asks for the others. LIST-2. */
const isPreempted = ({ system }: Livepatch, vcpu: Vcpu): boolean => system.word('softirq_pending', vcpu.index) !== 0;

/** The payloads whose entries are written: as many as are asked for, none for a probe. */
function chosen({ state }: Livepatch, { idx, nr }: Head, preempted: boolean): readonly Payload[] {
  return state.payloads.slice(idx, idx + (preempted ? Math.min(nr, 1) : nr));
}

/** Decodes the call, answers it, and gives back the structure as the caller finds it afterwards. */
export function list(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, union: Uint8Array): ListAnswer<Uint8Array> {
  const preempted = isPreempted(livepatch, vcpu);
  if (livepatch.revision === 1) {
    const request = LIST[1].decode(union);
    const payloads = chosen(livepatch, request, preempted);
    const pieces = piecesOf1(payloads, request);
    const { returned, out } = answer(livepatch, domain, request, { pieces, written: payloads.length, fits: true });
    return { returned, out: LIST[1].encode({ ...request, ...out }) };
  }
  const request = LIST[2].decode(union);
  const payloads = chosen(livepatch, request, preempted);
  const pieces = piecesOf2(payloads, request);
  const entries = { pieces, written: payloads.length, fits: fits(payloads, request) };
  const { returned, out } = answer(livepatch, domain, request, entries);
  const totals = totalsOf(request.nr === 0 ? livepatch.state.payloads : payloads);
  return { returned, out: LIST[2].encode({ ...request, ...out, ...(returned >= 0 ? totals : {}) }) };
}

interface Entries {
  readonly pieces: readonly Piece[];
  readonly written: number;
  /** In the sizes that the caller states. */
  readonly fits: boolean;
}

function answer(
  livepatch: Livepatch,
  domain: Domain,
  request: Head,
  { pieces, written, fits }: Entries,
): ListAnswer<Partial<Head>> {
  const { payloads, version } = livepatch.state;
  const count = payloads.length;
  const writable = pieces.every(({ address, bytes }) => domain.mayWrite(address, bytes.length));
  const wrong = refusal(livepatch, LIST_RULES, { ...request, count, fits, writable }, 'LIST');
  if (wrong !== undefined) return { returned: wrong, out: {} };

  for (const { address, bytes } of pieces) if (domain.mayWrite(address, bytes.length)) domain.write(address, bytes);
  const remaining = request.nr === 0 ? count : Math.max(0, count - request.idx - written);
  return { returned: written, out: { nr: remaining, version } };
}
