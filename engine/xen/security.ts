/**
 * Xen's security module (XSM), which boot code fills in where a Xen is built with one. The host has Xen's own function
 * fill the table with the default operations: what the domains of scenarios may do is then up to their privilege alone,
 * as in a build without XSM. A policy of FLASK is not asked, since nobody has loaded one.
 */
import type { XenImage } from './image';

const POINTER_SIZE = 8;

interface SecurityTable {
  /** Xen's function that fills in each operation that is missing. */
  readonly fill: bigint;
  readonly operations: bigint;
  /** Where a pointer to the operations is kept; undefined where the code has their address. */
  readonly pointer: bigint | undefined;
}

/**
 * Fills the table in. `call` calls a function of Xen, `put` writes a pointer. What `call` returns; undefined for a build
 * without XSM.
 */
export function fillSecurityTable<End>(
  image: Pick<XenImage, 'find'>,
  call: (function_: bigint, operations: bigint) => End,
  put: (address: bigint, value: bigint) => void,
): End | undefined {
  const table = securityTable(image);
  if (table === undefined) return undefined;
  const end = call(table.fill, table.operations);
  if (table.pointer !== undefined) put(table.pointer, table.operations);
  return end;
}

/** Undefined for a build without XSM, whose code has no table. */
function securityTable({ find }: Pick<XenImage, 'find'>): SecurityTable | undefined {
  const fill = find('xsm_fixup_ops')?.address;
  const table = find('xsm_ops');
  if (fill === undefined || table === undefined) return undefined;
  if (table.size > POINTER_SIZE) return { fill, operations: table.address, pointer: undefined };
  // Until 4.15.
  const operations = find('dummy_xsm_ops')?.address;
  return operations === undefined ? undefined : { fill, operations, pointer: table.address };
}
