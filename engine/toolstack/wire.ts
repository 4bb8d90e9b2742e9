/**
 * Hypercalls as a caller made them, whoever the caller is: seen where they reach the target, byte by byte. What two
 * callers' calls have in common can be compared, because pointers are replaced by what they point to.
 */
import {
  HYPERCALL,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
  SYSCTL_SIZE,
  type LivepatchOp,
  type Revision,
} from '../abi/hypercall';
import { hexDigits } from '../bytes';
import type { DomainMemory, Target } from '../target';
import { layoutOf, livepatchOpOf, operationOf } from './describe';

/** One hypercall, with its structure before the call. */
export interface WireCall {
  /** "UPLOAD", "GET", "LIST", "APPLY", …; "hypercall 17" for any other. */
  readonly operation: string;
  /** The structure's fields by their names, those before the sub-operation as `op.pad`. A pointer is what it points to. */
  readonly fields: Readonly<Record<string, string>>;
  readonly returned: number;
}

/** Called after each hypercall; `structure` is the address of its struct xen_sysctl, in that memory. */
export type Watcher = (call: WireCall, structure: bigint, memory: DomainMemory) => void;

/** A buffer whose content decides what the call means, by the field that has its size. */
const CONTENTS: Readonly<Record<LivepatchOp, Readonly<Record<string, string>>>> = {
  UPLOAD: { name: 'name_size', payload: 'size' },
  GET: { name: 'name_size' },
  ACTION: { name: 'name_size' },
  LIST: {},
};

/** What a pointer leads to. */
function contentOf(memory: DomainMemory, field: string, address: bigint, size: number | undefined): string {
  if (address === 0n) return 'none';
  if (size === undefined) return 'a buffer';
  const bytes = memory.read(address, size);
  return field === 'name' ? JSON.stringify(Buffer.from(bytes).toString('latin1')) : hexDigits(bytes);
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** Reads the structure that a caller hands over. */
function readSysctl(memory: DomainMemory, structure: bigint, revision: Revision): Omit<WireCall, 'returned'> {
  const bytes = memory.read(structure, SYSCTL_SIZE);
  const sysctl = SYSCTL_HEADER.decode(bytes);
  if (sysctl.cmd !== SYSCTL_LIVEPATCH_OP) return { operation: `sysctl ${sysctl.cmd}`, fields: {} };
  const header = LIVEPATCH_OP_HEADER.decode(bytes, LIVEPATCH_OP_OFFSET);
  const kind = livepatchOpOf(bytes);
  if (kind === undefined) return { operation: `sub-operation ${header.cmd}`, fields: {} };
  const layout = layoutOf(revision, kind);
  const values: Readonly<Record<string, number | bigint | Uint8Array>> = layout.decode(bytes, LIVEPATCH_UNION_OFFSET);
  const text = (field: string, value: number | bigint | Uint8Array): string => {
    if (value instanceof Uint8Array) return hexDigits(value);
    if (typeof value === 'number' || field === 'size') return String(value);
    const counted = CONTENTS[kind][field];
    return contentOf(memory, field, value, counted === undefined ? undefined : Number(values[counted]));
  };
  const own = Object.entries(values).map(([field, value]) => [field, text(field, value)] as const);
  const rest = bytes.subarray(LIVEPATCH_UNION_OFFSET + layout.size);
  return {
    operation: operationOf(kind, bytes),
    fields: {
      'sysctl.interface_version': String(sysctl.interface_version),
      'op.pad': String(header.pad),
      ...Object.fromEntries(own),
      'rest of the union': isZero(rest) ? 'zeros' : 'other bytes',
    },
  };
}

/** The target, with each of its hypercalls watched. */
export function watched(target: Target, onCall: Watcher): Target {
  return {
    ...target,
    hypercall(call) {
      const [structure = 0n] = call.arguments;
      const memory = target.domain(call.domain ?? 'control');
      const isSysctl = call.number === HYPERCALL.sysctl;
      const asked = isSysctl
        ? readSysctl(memory, structure, target.hypervisor.revision)
        : { operation: `hypercall ${call.number}`, fields: {} };
      const returned = target.hypercall(call);
      onCall({ ...asked, returned: Number(returned) }, structure, memory);
      return returned;
    },
  };
}

/** A field that two callers fill in differently. */
export interface Difference {
  readonly operation: string;
  readonly field: string;
  readonly one: string;
  readonly other: string;
}

/** The fields that differ between calls of the same operations. */
export const differencesOf = (ones: readonly WireCall[], others: readonly WireCall[]): readonly Difference[] =>
  ones.flatMap(({ operation, fields }, index) => {
    const theirs = others[index]?.fields ?? {};
    return Object.keys(fields)
      .filter((field) => fields[field] !== theirs[field])
      .map((field) => ({ operation, field, one: fields[field] ?? '', other: theirs[field] ?? '' }));
  });
