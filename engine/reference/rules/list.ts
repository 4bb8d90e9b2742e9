/** What is asked of LIST, in one table and so in one order. Clauses LIST, V2-LIST-6, V2-LIST-9. */
import { LIMITS } from '../../abi/hypercall';
import type { Rule } from './rule';

export interface ListCall {
  readonly nr: number;
  readonly idx: number;
  readonly pad: number;
  /** Loaded payloads. */
  readonly count: number;
  /** The names and metadata of the entries fit in the sizes that the caller states. */
  readonly fits: boolean;
  /** The caller may write its buffers, as far as the entries need them. */
  readonly writable: boolean;
}

export const LIST_RULES: readonly Rule<ListCall>[] = [
  {
    name: 'list-entries-limit',
    clause: 'LIST-5',
    errno: 'E2BIG',
    says: 'At most 1024 entries are asked for.',
    refused: ({ nr }) => `${nr} entries are asked for, more than 1024.`,
    broken: ({ nr }) => nr > LIMITS.listEntries,
  },
  {
    name: 'list-pad-zero',
    clause: 'LIST-6',
    errno: 'EINVAL',
    says: 'The padding of LIST is zero.',
    refused: ({ pad }) => `The padding of LIST is ${pad}, not zero.`,
    broken: ({ pad }) => pad !== 0,
  },
  {
    name: 'list-index',
    clause: 'LIST-8',
    errno: 'EINVAL',
    says: 'The index is below the number of payloads, if there are any.',
    refused: ({ idx, count }) => `The index is ${idx}, and the number of payloads is ${count}.`,
    broken: ({ nr, idx, count }) => nr !== 0 && count > 0 && idx >= count,
  },
  {
    name: 'list-stated-room',
    clause: 'V2-LIST-9',
    errno: 'ENOBUFS',
    says: 'Names and metadata fit in the sizes that the caller states, if it states any.',
    refused: 'The names and metadata do not fit in the sizes that the caller states.',
    revision: 2,
    broken: ({ fits }) => !fits,
  },
  {
    name: 'list-writable',
    clause: 'LIST-17',
    errno: 'EFAULT',
    says: 'The buffers of LIST can be written as far as they are needed.',
    refused: 'The buffers of LIST cannot be written as far as they are needed.',
    broken: ({ writable }) => !writable,
  },
];
