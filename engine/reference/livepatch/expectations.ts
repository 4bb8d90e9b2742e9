/** What functions are expected to hold before they are patched. Clauses V2-FUNC-3, V2-FUNC-4, V2-FUNC-8. */
import { EXPECTATION_RULES } from '../rules/apply';
import { ofPayload } from '../rules/rule';
import { refusal, type Livepatch, type Returned } from './livepatch';
import { atFunction } from './load/where';
import { place } from './patch';
import { find, type LivepatchState, type Payload, type Work } from './state';

/** Bytes that stand, or would stand, at an address. */
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
 * The refusal of the first function that does not hold what it is expected to before anything is patched. For REPLACE
 * that is what will be there once the others have been reverted; none of them is where this one cannot be applied.
 */
export function checkExpectations(
  livepatch: Livepatch,
  action: Work['action'],
  payload: Payload,
): Returned | undefined {
  if (action === 'REVERT') return undefined;
  const reverted = action === 'REPLACE' ? putBack(livepatch.state) : [];
  for (const patched of payload.loaded.functions) {
    const { name, oldAddress, oldSize, expect } = patched;
    if (expect === undefined) continue;
    const { length } = expect.bytes;
    const now = livepatch.system.machine.memory.tryRead(oldAddress, length) ?? new Uint8Array();
    const { bytes: found } = reverted.reduce(overlaid, { address: oldAddress, bytes: now });
    const isMet = Buffer.compare(found, expect.bytes) === 0;
    const facts = { reserved: expect.reserved, length, oldSize, isMet };
    const where = { ...atFunction(payload.loaded, patched), ...ofPayload(payload.name, name) };
    const wrong = refusal(livepatch, EXPECTATION_RULES, facts, where);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
