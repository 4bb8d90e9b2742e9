/**
 * Xen's security module (XSM), which boot code fills in where a Xen is built with one. The host has Xen's own function
 * fill the table with the default operations: what the domains of scenarios may do is then up to their privilege alone,
 * as in a build without XSM. A policy of FLASK is not asked, since nobody has loaded one.
 */
import type { XenImage } from './image';

const POINTER_SIZE = 8;

export interface SecurityTable {
  /** Xen's function that fills in each operation that is missing. */
  readonly fill: bigint;
  readonly operations: bigint;
  /** Where a pointer to the operations is kept; undefined where the code has their address. */
  readonly pointer: bigint | undefined;
}

/** Undefined for a build without XSM, whose code has no table. */
export function securityTable({ find }: XenImage): SecurityTable | undefined {
  const fill = find('xsm_fixup_ops')?.address;
  const table = find('xsm_ops');
  if (fill === undefined || table === undefined) return undefined;
  if (table.size > POINTER_SIZE) return { fill, operations: table.address, pointer: undefined };
  // Until 4.15.
  const operations = find('dummy_xsm_ops')?.address;
  return operations === undefined ? undefined : { fill, operations, pointer: table.address };
}
