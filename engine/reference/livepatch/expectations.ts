/** What functions are expected to hold before they are patched. Clauses V2-FUNC-3, V2-FUNC-4, V2-FUNC-8. */
import type { AddressSpace } from '../../machine/address-space';
import type { ExpectedFunction } from '../rules/apply';
import { ofPayload, type Where } from '../rules/rule';
import type { Asked } from '../rules/sequence';
import { atFunction } from './load/where';
import { place } from './patch';
import { find, type LivepatchState, type Payload, type Work } from './state';

/** Bytes that are, or would be, at an address. */
interface Stretch {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** What reverting all that is applied would put back, in that order. */
function putBack(state: LivepatchState): readonly Stretch[] {
  return [...state.stack].reverse().flatMap((name) => {
    const { loaded, undo } = find(state, name) ?? { loaded: { functions: [] }, undo: [] };
    return loaded.functions
      .map((own, index): Stretch => ({ address: place(own).address, bytes: undo[index] ?? new Uint8Array() }))
      .reverse();
  });
}

/** The first bytes with those of the second over them, as far as they overlap. */
function overlaid({ address, bytes }: Stretch, over: Stretch): Stretch {
  const result = Uint8Array.from(bytes);
  const distance = over.address - address;
  over.bytes.forEach((byte, index) => {
    const at = distance + BigInt(index);
    if (at >= 0n && at < BigInt(result.length)) result[Number(at)] = byte;
  });
  return { address, bytes: result };
}

/**
 * What each function is expected to hold before anything is patched, and whether it does. For REPLACE that is what will
 * be there once the others have been reverted; none of them is reverted if this one cannot be applied. REVERT expects
 * nothing.
 */
export function* expectations(
  state: LivepatchState,
  memory: AddressSpace,
  action: Work['action'],
  { name: payload, loaded }: Payload,
): Iterable<Asked<ExpectedFunction>> {
  if (action === 'REVERT') return;
  const reverted = action === 'REPLACE' ? putBack(state) : [];
  for (const patched of loaded.functions) {
    const { name, oldAddress, oldSize, expect } = patched;
    if (expect === undefined) continue;
    const { length } = expect.bytes;
    const now = memory.tryRead(oldAddress, length) ?? new Uint8Array();
    const { bytes: found } = reverted.reduce(overlaid, { address: oldAddress, bytes: now });
    const isMet = Buffer.compare(found, expect.bytes) === 0;
    const where = (): Where => ({ ...atFunction(loaded, patched), ...ofPayload(payload, name) });
    yield { subject: { reserved: expect.reserved, length, oldSize, isMet }, where };
  }
}
