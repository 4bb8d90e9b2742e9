/** The functions that are executed to patch, and so may not be patched themselves. TODO-4. */
import type { Image } from '../../machine/image';

/** From a domain's call or an interrupt to the stores, and back. */
export const PATCHING_PATH = [
  'syscall_entry',
  'do_sysctl',
  'livepatch_sysctl',
  'interrupt_entry',
  'interrupted',
  'process_softirqs',
  'send_interrupts',
  'now',
  'wait_while',
  'livepatch_act',
  'livepatch_give_up',
  'patch_bytes',
  'serialise',
  'nmi_entry',
  'nmi_while_patching',
  'handle_kept_nmis',
  'return_to_guest',
  'host_return',
] as const;

/** The function says whether a byte of [address, address + length) is one of those functions'. */
export function protectedIn({ symbols }: Image): (address: bigint, length: number) => boolean {
  const ranges = PATCHING_PATH.flatMap((name) => {
    const own = symbols.get(name);
    return own === undefined ? [] : [{ start: own.address, end: own.address + BigInt(own.size) }];
  });
  return (address, length) => ranges.some(({ start, end }) => address < end && start < address + BigInt(length));
}
