/**
 * Loading a payload: from the bytes that a caller uploads to something that can be applied, or to the refusal that
 * names the clause. A pure function. Nothing is written anywhere, so a refusal leaves nothing behind (UPL-1, PLACE-4);
 * and it never throws, whatever the bytes are and whichever rules the hypervisor has forgotten.
 */
import type { Checked, Refusal } from '../../rules/rule';
import { firstBrokenOf } from '../../rules/sequence';
import { LOAD_CHECKS } from './checks';
import { readPayload } from './reading';
import type { LoadedPayload, LoadEnvironment } from './types';

export type * from './types';

/** A file may end before the field that a rule is about, which then has no place in it. */
function withinFile({ offset, ...refusal }: Refusal, { length }: Uint8Array): Refusal {
  return offset === undefined || offset >= length ? refusal : { ...refusal, offset };
}

/**
 * Loads the payload in `bytes` for the hypervisor that `environment` describes.
 * Of several rules that are broken, the first in the order of loading is cited.
 */
export function loadPayload(bytes: Uint8Array, environment: LoadEnvironment): Checked<LoadedPayload> {
  const reading = readPayload(bytes, environment);
  const refusal = firstBrokenOf(LOAD_CHECKS, { reading, environment }, environment);
  return refusal ? { ok: false, refusal: withinFile(refusal, bytes) } : { ok: true, value: reading.payload() };
}
