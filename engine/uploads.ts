/**
 * Which payload a hypercall uploads, and which part of a payload memory is: the same for each target that shows memory.
 */
import {
  GET,
  HYPERCALL,
  LIVEPATCH_OP,
  LIVEPATCH_OP_HEADER,
  LIVEPATCH_OP_OFFSET,
  LIVEPATCH_UNION_OFFSET,
  SYSCTL_HEADER,
  SYSCTL_LIVEPATCH_OP,
} from './abi/hypercall';
import type { Hypercall, PayloadPart, Permissions } from './target';

/** Xen does not name the parts of a payload. Their permissions identify them. */
export function partOf(permissions: Permissions): PayloadPart {
  if (permissions.includes('x')) return 'text';
  return permissions.includes('w') ? 'data' : 'rodata';
}

/** Memory of the caller; undefined if it has none. */
type TryRead = (address: bigint, length: number) => Uint8Array | undefined;

/** The name in an UPLOAD of the caller's; undefined if the call is none. */
export function uploadedName(tryRead: TryRead, call: Hypercall): string | undefined {
  const [address = 0n] = call.arguments;
  const bytes = call.number === HYPERCALL.sysctl ? tryRead(address, LIVEPATCH_UNION_OFFSET + GET.size) : undefined;
  if (bytes === undefined || SYSCTL_HEADER.decode(bytes).cmd !== SYSCTL_LIVEPATCH_OP) return undefined;
  if (LIVEPATCH_OP_HEADER.decode(bytes, LIVEPATCH_OP_OFFSET).cmd !== LIVEPATCH_OP.UPLOAD) return undefined;
  const { name, name_size } = GET.decode(bytes, LIVEPATCH_UNION_OFFSET);
  const text = tryRead(name, name_size);
  return text === undefined ? undefined : Buffer.from(text).toString('latin1').replace(/\0.*$/s, '');
}
