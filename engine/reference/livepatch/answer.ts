/** The outcome of an operation, and how it reads the memory of its caller. */
import type { Domain } from '../../domains';
import type { CallBuffer } from '../rules/calls';
import type { Refusal } from '../rules/rule';
import type { Returned } from './livepatch';

export interface Answer {
  readonly returned: Returned;
  /** What was refused: the call, or the action that it asks for, which the payload's rc shows (ACT-6). */
  readonly refusals: readonly Refusal[];
  /** The union as the caller finds it afterwards, if it is written. */
  readonly union?: Uint8Array;
}

export const done = (returned: Returned, union?: Uint8Array): Answer => ({
  returned,
  refusals: [],
  ...(union ? { union } : {}),
});
export const refused = (refusal: Refusal): Answer => ({ returned: refusal.errno, refusals: [refusal] });

/** The bytes that a call points to. */
export function fromDomain(domain: Domain, address: bigint, length: number): CallBuffer {
  const owned = domain.owns(address, length);
  return { owned, bytes: owned ? domain.read(address, length) : new Uint8Array() };
}
