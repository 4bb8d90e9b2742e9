/** LIST: states, names and, in revision 2, metadata of the loaded payloads. Clauses LIST, V2-LIST. */
import { LIMITS, LIST, STATE, STATUS } from '../../abi/hypercall';
import type { Values } from '../../abi/fields';
import { wordBytes } from '../../bytes';
import type { Domain } from '../../domains';
import type { Vcpu } from '../../machine/vcpu';
import { LIST_RULES, type ListCall } from '../rules/list';
import { check, firstBrokenOf, type Check } from '../rules/sequence';
import { done, refused, type Answer } from './answer';
import type { Livepatch } from './livepatch';
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

export const LIST_CHECKS: readonly Check<ListCall>[] = [
  check(
    LIST_RULES,
    (call) => call,
    () => ({ name: 'LIST' }),
  ),
];

type Head = Pick<Request1, 'version' | 'idx' | 'nr' | 'pad'>;

/** If a soft IRQ is pending, LIST ends after the first entry, and the caller asks for the others. LIST-2. */
const isPreempted = ({ system }: Livepatch, vcpu: Vcpu): boolean => system.word('softirq_pending', vcpu.index) !== 0;

/** The payloads whose entries are written: as many as are asked for, none for a probe. */
function chosen({ state }: Livepatch, { idx, nr }: Head, preempted: boolean): readonly Payload[] {
  return state.payloads.slice(idx, idx + (preempted ? Math.min(nr, 1) : nr));
}

interface Entries {
  readonly pieces: readonly Piece[];
  readonly written: number;
  /** In the sizes that the caller states. */
  readonly fits: boolean;
  /** The structure as the caller finds it afterwards, with the fields that are answered; none if it was refused. */
  readonly union: (answered: Partial<Pick<Head, 'nr' | 'version'>>) => Uint8Array;
}

/** Writes the entries, if nothing is wrong with the call. */
function answer(livepatch: Livepatch, domain: Domain, request: Head, entries: Entries): Answer {
  const { pieces, written, fits, union } = entries;
  const { payloads, version } = livepatch.state;
  const count = payloads.length;
  const isWritable = ({ address, bytes }: Piece): boolean => domain.mayWrite(address, bytes.length);
  const refusal = firstBrokenOf(
    LIST_CHECKS,
    { ...request, count, fits, writable: pieces.every(isWritable) },
    livepatch,
  );
  if (refusal !== undefined) return { ...refused(refusal), union: union({}) };

  for (const piece of pieces) if (isWritable(piece)) domain.write(piece.address, piece.bytes);
  const remaining = request.nr === 0 ? count : Math.max(0, count - request.idx - written);
  return done(written, union({ nr: remaining, version }));
}

/** Decodes the call and answers it. */
export function list(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, bytes: Uint8Array): Answer {
  const preempted = isPreempted(livepatch, vcpu);
  if (livepatch.revision === 1) {
    const request = LIST[1].decode(bytes);
    const payloads = chosen(livepatch, request, preempted);
    return answer(livepatch, domain, request, {
      pieces: piecesOf1(payloads, request),
      written: payloads.length,
      fits: true,
      union: (answered) => LIST[1].encode({ ...request, ...answered }),
    });
  }
  const request = LIST[2].decode(bytes);
  const payloads = chosen(livepatch, request, preempted);
  const totals = totalsOf(request.nr === 0 ? livepatch.state.payloads : payloads);
  return answer(livepatch, domain, request, {
    pieces: piecesOf2(payloads, request),
    written: payloads.length,
    fits: fits(payloads, request),
    union: (answered) => LIST[2].encode({ ...request, ...answered, ...('nr' in answered ? totals : {}) }),
  });
}
