/**
 * The payload as its hooks are given it. The document names one field, `rc`, and no layout; what is here is where
 * Xen has had it since 4.14, the number of entries where it was before another field came in between (4.17.3, 4.18.1).
 * Clauses V2-HOOK-2 to V2-HOOK-5.
 */
import { layout, s32, u32, u64, u8 } from './fields';

export const HOOK_PAYLOAD = layout(
  'payload',
  120,
  {
    state: u32(0),
    rc: s32(4),
    /** Whether it was applied and reverted since it was uploaded. */
    reverted: u8(8),
    /** The entries of `.livepatch.funcs`, in the payload's own memory. */
    funcs: u64(104),
    nfuncs: u32(112),
  },
  { sparse: true },
);
