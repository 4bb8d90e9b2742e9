/**
 * The payload as its hooks are given it. The document names one field, `rc`, and no layout; what is here is where
 * Xen has had it since 4.14, the number of entries where it was before another field came in between (4.17.3, 4.18.1).
 * Clauses V2-HOOK-2 to V2-HOOK-5.
 */
import { layout, s32, u32, u64, u8 } from './fields';

/** Where functions' states are, if they are not in the entries of `.livepatch.funcs`. */
export interface StatesLayout {
  /** Offset of the pointer to the first state. */
  readonly pointer: number;
  /** Bytes of a state. */
  readonly size: number;
  /** Offset within a state: whether the function is applied. */
  readonly applied: number;
}

/** Offsets in the structure that differ from Xen to Xen. */
export interface HookLayout {
  readonly funcs: number;
  readonly nfuncs: number;
  readonly states: StatesLayout | undefined;
}

/** The reference's own. */
export const HOOK_LAYOUT: HookLayout = { funcs: 104, nfuncs: 112, states: undefined };

/** Bytes: as large as any Xen's structure. What is not known of it is zero. */
export const HOOK_PAYLOAD_SIZE = 1024;

export interface HookPayload {
  readonly state: number;
  readonly rc: number;
  /** Whether it was applied and reverted since it was uploaded. */
  readonly reverted: boolean;
  /** The entries of `.livepatch.funcs`, in the payload's own memory. */
  readonly funcs: bigint;
  readonly nfuncs: number;
  /** The first function's state; 0: there are none. */
  readonly states: bigint;
}

function encoderOf({ funcs, nfuncs, states }: HookLayout): (payload: HookPayload) => Uint8Array {
  const fields = {
    ...{ state: u32(0), rc: s32(4), reverted: u8(8), funcs: u64(funcs), nfuncs: u32(nfuncs) },
    ...(states && { states: u64(states.pointer) }),
  };
  const { encode } = layout('payload', HOOK_PAYLOAD_SIZE, fields, { sparse: true });
  return ({ reverted, ...rest }) => encode({ ...rest, reverted: reverted ? 1 : 0 });
}

/** Made once, as all other layouts are, so that `checks/exchanges.ts` can exchange its fields. */
const encodeOwn = encoderOf(HOOK_LAYOUT);

/** Encodes the structure in this layout. RangeError if it has two fields at one place, or one outside the structure. */
export const hookPayloadEncoder = (hookLayout: HookLayout): typeof encodeOwn =>
  hookLayout === HOOK_LAYOUT ? encodeOwn : encoderOf(hookLayout);
