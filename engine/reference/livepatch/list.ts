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

/** What LIST says of a payload. */
interface Entry {
  readonly status: Uint8Array;
  readonly name: Uint8Array;
  readonly metadata: Uint8Array;
}

const entryOf = ({ name, state, rc, loaded }: Payload): Entry => ({
  status: STATUS.encode({ state: STATE[state], rc }),
  name: Buffer.from(`${name}\0`, 'latin1'),
  metadata: loaded.metadata,
});

const lengthOf = (bytes: Uint8Array): Uint8Array => wordBytes(bytes.length, 4);

/** Array elements without a gap: their size is also their distance. */
const packed = (address: bigint, values: readonly Uint8Array[]): Piece => ({ address, bytes: Buffer.concat(values) });

const statusAndLength = (entries: readonly Entry[], request: Request1): readonly Piece[] => [
  packed(
    request.status,
    entries.map(({ status }) => status),
  ),
  packed(
    request.len,
    entries.map(({ name }) => lengthOf(name)),
  ),
];

/** LIST-4: names 128 bytes apart. */
const piecesOf1 = (entries: readonly Entry[], request: Request1): readonly Piece[] => [
  ...statusAndLength(entries, request),
  ...entries.map(({ name }, index) => ({ address: request.name + BigInt(index * LIMITS.name), bytes: name })),
];

/** V2-LIST-7: names and metadata back to back. */
function piecesOf2(entries: readonly Entry[], request: Request2): readonly Piece[] {
  const metadata = entries.map((entry) => entry.metadata);
  return [
    ...statusAndLength(entries, request),
    packed(
      request.name,
      entries.map(({ name }) => name),
    ),
    packed(request.metadata, metadata),
    packed(request.metadata_len, metadata.map(lengthOf)),
  ];
}

type Totals = Pick<Request2, 'name_total_size' | 'metadata_total_size'>;

const total = (arrays: readonly Uint8Array[]): number => arrays.reduce((sum, { length }) => sum + length, 0);
const totalsOf = (entries: readonly Entry[]): Totals => ({
  name_total_size: total(entries.map(({ name }) => name)),
  metadata_total_size: total(entries.map(({ metadata }) => metadata)),
});

/** V2-LIST-9: a stated size that is not zero is never written past. */
function fits(needed: Totals, stated: Totals): boolean {
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
  /** Those without bytes are not written. */
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
  const needed = pieces.filter(({ bytes }) => bytes.length > 0);
  const writable = needed.filter(({ address, bytes }) => domain.mayWrite(address, bytes.length));
  const { nr, idx, pad } = request;
  const call = { nr, idx, pad, count, fits, writable: writable.length === needed.length };
  const refusal = firstBrokenOf(LIST_CHECKS, call, livepatch);
  if (refusal !== undefined) return { ...refused(refusal), union: union({}) };

  for (const { address, bytes } of writable) domain.write(address, bytes);
  const remaining = request.nr === 0 ? count : Math.max(0, count - request.idx - written);
  return done(written, union({ nr: remaining, version }));
}

/** Decodes the call and answers it. */
export function list(livepatch: Livepatch, vcpu: Vcpu, domain: Domain, bytes: Uint8Array): Answer {
  const preempted = isPreempted(livepatch, vcpu);
  if (livepatch.revision === 1) {
    const request = LIST[1].decode(bytes);
    const entries = chosen(livepatch, request, preempted).map(entryOf);
    return answer(livepatch, domain, request, {
      pieces: piecesOf1(entries, request),
      written: entries.length,
      fits: true,
      union: (answered) => LIST[1].encode({ ...request, ...answered }),
    });
  }
  const request = LIST[2].decode(bytes);
  const entries = chosen(livepatch, request, preempted).map(entryOf);
  const needed = totalsOf(entries);
  const totals = request.nr === 0 ? totalsOf(livepatch.state.payloads.map(entryOf)) : needed;
  return answer(livepatch, domain, request, {
    pieces: piecesOf2(entries, request),
    written: entries.length,
    fits: fits(needed, request),
    union: (answered) => LIST[2].encode({ ...request, ...answered, ...('nr' in answered ? totals : {}) }),
  });
}
