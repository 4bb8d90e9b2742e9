/**
 * The hypercalls' structures and numbers, per revision of the document.
 * Clauses CALL, NAME, UPL, GET, LIST, ACT; V2-LIST-1, V2-ACT-1, V2-SYS-1.
 */
import { putBits, takeBits } from './bits';
import { bytes, layout, s32, u16, u32, u64, u8 } from './fields';

/** 1: the founding document (Xen 4.9 to 4.13). 2: today's (4.14 on). */
export type Revision = 1 | 2;

export const HYPERCALL = { xen_version: 17, sysctl: 35, domctl: 36 } as const;

/** The sub-operations of the xen_version hypercall that the suite uses. */
export const XENVER = { version: 0, extraversion: 1, build_id: 10 } as const;
/** Bytes that XENVER_extraversion writes. */
export const EXTRAVERSION_SIZE = 16;

export const SYSCTL_LIVEPATCH_OP = 27;

/** The interface version that a hypervisor of this revision asks for (Xen 4.9; Xen 4.17, V2-SYS-1). */
export const INTERFACE_VERSION: Readonly<Record<Revision, number>> = { 1: 0x0f, 2: 0x15 };

/** CALL-1. */
export const LIVEPATCH_OP = { UPLOAD: 0, GET: 1, LIST: 2, ACTION: 3 } as const;
export type LivepatchOp = keyof typeof LIVEPATCH_OP;

/** ACT-1. */
export const ACTION = { UNLOAD: 1, REVERT: 2, APPLY: 3, REPLACE: 4 } as const;
export type Action = keyof typeof ACTION;

/** GET-1. */
export const STATE = { CHECKED: 1, APPLIED: 2 } as const;
export type State = keyof typeof STATE;

/** V2-ACT-2. */
export const ACTION_FLAG = { NODEPS: 1 } as const;

export const LIMITS = {
  /** NAME-5: bytes of a name, its NUL included. */
  name: 128,
  /** UPL-4: bytes of a payload. */
  payload: 2 * 1024 * 1024,
  /** LIST-14: entries in one LIST. */
  listEntries: 1024,
  /** ACT-14: nanoseconds where the caller says 0. */
  defaultTime: 30_000_000n,
} as const;

/** The part of struct xen_sysctl before its union. */
export const SYSCTL_HEADER = layout('xen_sysctl', 8, { cmd: u32(0), interface_version: u32(4) });
/** Bytes of the whole struct xen_sysctl: header and a union of 128. */
export const SYSCTL_SIZE = 136;
/** Where livepatch_op starts in struct xen_sysctl, and its union in it. */
export const LIVEPATCH_OP_OFFSET = 8;
export const LIVEPATCH_UNION_OFFSET = 16;

export const LIVEPATCH_OP_HEADER = layout('xen_sysctl_livepatch_op', 8, { cmd: u32(0), pad: u32(4) });

/** NAME-1. */
const NAME = { name: u64(0), name_size: u16(8), name_pad: bytes(10, 6) } as const;

export const UPLOAD = layout('xen_sysctl_livepatch_upload', 32, { ...NAME, size: u64(16), payload: u64(24) });

export const STATUS = layout('xen_livepatch_status', 8, { state: u32(0), rc: s32(4) });

export const GET = layout('xen_sysctl_livepatch_get', 24, { ...NAME, state: u32(16), rc: s32(20) });

const LIST_HEAD = { version: u32(0), idx: u32(4), nr: u32(8), pad: u32(12) } as const;

export const LIST = {
  1: layout('xen_sysctl_livepatch_list', 40, { ...LIST_HEAD, status: u64(16), name: u64(24), len: u64(32) }),
  2: layout('xen_sysctl_livepatch_list', 64, {
    ...LIST_HEAD,
    name_total_size: u32(16),
    metadata_total_size: u32(20),
    status: u64(24),
    name: u64(32),
    len: u64(40),
    metadata: u64(48),
    metadata_len: u64(56),
  }),
} as const;

const ACTION_HEAD = { ...NAME, cmd: u32(16), time: u32(20) } as const;

export const ACTION_STRUCT = {
  1: layout('xen_sysctl_livepatch_action', 24, ACTION_HEAD),
  2: layout('xen_sysctl_livepatch_action', 32, { ...ACTION_HEAD, flags: u32(24), pad: u32(28) }),
} as const;

const FUNC_NUMBERS = {
  name: u64(0),
  new_addr: u64(8),
  old_addr: u64(16),
  new_size: u32(24),
  old_size: u32(28),
  version: u8(32),
} as const;
const FUNC_HEAD = { ...FUNC_NUMBERS, opaque: bytes(33, 31) } as const;
const FUNC_TAIL = { applied: u8(64), expect: u8(72) } as const;

/** FUNC (64 bytes), V2-FUNC-1 (104 bytes): an entry of `.livepatch.funcs`. */
export const LIVEPATCH_FUNC = {
  1: layout('livepatch_func', 64, FUNC_HEAD),
  2: layout('livepatch_func', 104, {
    ...FUNC_HEAD,
    ...FUNC_TAIL,
    _pad: bytes(65, 7),
    expect_data: bytes(73, 31),
  }),
} as const;

/** The numbers in an entry. Of its arrays, which take the longest to copy, a payload may have 30,000. */
export const LIVEPATCH_FUNC_NUMBERS = {
  1: layout('livepatch_func', 64, FUNC_NUMBERS, { sparse: true }),
  2: layout('livepatch_func', 104, { ...FUNC_NUMBERS, ...FUNC_TAIL }, { sparse: true }),
} as const;

/** FUNC-8, V2-FUNC-2. */
export const PAYLOAD_VERSION: Readonly<Record<Revision, number>> = { 1: 1, 2: 2 };
/** FUNC-7: bytes of `opaque`, and so the longest run of nops. */
export const OPAQUE_SIZE = 31;

/** V2-FUNC-3: what `expect` says of `expect_data`. */
export interface ExpectationFlags {
  readonly enabled: boolean;
  /** Bytes that count. */
  readonly length: number;
  /** Two bits, which are to be 0. */
  readonly reserved: number;
}

const EXPECTATION = {
  enabled: { at: 0, width: 1 },
  length: { at: 1, width: 5 },
  reserved: { at: 6, width: 2 },
} as const;

export const encodeExpectation = ({ enabled, length, reserved }: ExpectationFlags): number =>
  putBits(enabled ? 1 : 0, EXPECTATION.enabled) |
  putBits(length, EXPECTATION.length) |
  putBits(reserved, EXPECTATION.reserved);

export const decodeExpectation = (expect: number): ExpectationFlags => ({
  enabled: takeBits(expect, EXPECTATION.enabled) === 1,
  length: takeBits(expect, EXPECTATION.length),
  reserved: takeBits(expect, EXPECTATION.reserved),
});
