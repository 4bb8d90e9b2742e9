/** A struct xen_sysctl that somebody else wrote, as evidence. */
import type { Fields, Values } from '../abi/fields';
import {
  ACTION,
  ACTION_STRUCT,
  GET,
  LIST,
  LIVEPATCH_OP,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  SYSCTL_HEADER,
  UPLOAD,
  type LivepatchOp,
  type Revision,
} from '../abi/hypercall';
import { asBuffer, hex } from '../bytes';
import type { FieldValue, HypercallEvidence } from '../evidence';
import { changes, plain, type Shown } from './shown';

/** What evidence says of the structure alone. */
export type Described = Pick<HypercallEvidence, 'operation' | 'payload' | 'in' | 'out'>;

export interface ForeignCall {
  readonly revision: Revision;
  /** The one that the hypervisor asks for. */
  readonly interfaceVersion: number;
  /** The structure as its caller wrote it, and afterwards. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Fields that point to the caller's own buffers. */
  readonly pointers: ReadonlySet<string>;
  /** The payload's name, as it was given; undefined if none could be read. */
  readonly name?: Uint8Array | undefined;
}

/** The sub-operation of the structure; undefined if it is none. */
export function livepatchOpOf(structure: Uint8Array): LivepatchOp | undefined {
  const { cmd } = LIVEPATCH_OP_HEADER.decode(structure, LIVEPATCH_OP_OFFSET);
  return (Object.keys(LIVEPATCH_OP) as LivepatchOp[]).find((name) => LIVEPATCH_OP[name] === cmd);
}

/** The layout of the sub-operation's part of the structure. */
export const layoutOf = (revision: Revision, operation: LivepatchOp) =>
  ({ UPLOAD, GET, LIST: LIST[revision], ACTION: ACTION_STRUCT[revision] })[operation];

const fieldsOf = (revision: Revision, operation: LivepatchOp, structure: Uint8Array): Values<Fields> =>
  layoutOf(revision, operation).decode(structure, LIVEPATCH_UNION_OFFSET);

const textOf = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1').replace(/\0.*$/s, '');

/** "APPLY": an action has its own name. */
export function operationOf(operation: LivepatchOp, structure: Uint8Array): string {
  if (operation !== 'ACTION') return operation;
  const { cmd } = ACTION_STRUCT[1].decode(structure, LIVEPATCH_UNION_OFFSET);
  return Object.entries(ACTION).find(([, number]) => number === cmd)?.[0] ?? operation;
}

export function describeSysctl(call: ForeignCall): Described {
  const { revision, before, after, pointers, name } = call;
  const sysctl = SYSCTL_HEADER.decode(before);
  const { cmd, pad } = LIVEPATCH_OP_HEADER.decode(before, LIVEPATCH_OP_OFFSET);
  const unusual: Shown = {
    ...(sysctl.interface_version !== call.interfaceVersion && {
      'sysctl.interface_version': hex(sysctl.interface_version),
    }),
    ...(pad !== 0 && { 'op.pad': pad }),
  };
  const operation = livepatchOpOf(before);
  if (operation === undefined) return { operation: `livepatch_op ${cmd}`, in: unusual, out: {} };
  const given = plain(fieldsOf(revision, operation, before));
  const marked = Object.entries(given).map(([field, value]): [string, FieldValue] =>
    pointers.has(field) ? [field, { buffer: String(value) }] : [field, value],
  );
  const fields: Shown = Object.fromEntries(marked);
  return {
    operation: operationOf(operation, before),
    ...(name !== undefined && operation !== 'LIST' && { payload: textOf(name) }),
    in: { ...unusual, ...fields },
    out: changes(fields, plain(fieldsOf(revision, operation, after))),
  };
}
