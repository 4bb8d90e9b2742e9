/** The functions that run during patching, and so may not be patched themselves. TODO-4. */
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

/** Whether a byte of [address, address + length) is one of those functions'. */
export const isProtected = ({ symbols }: Image, address: bigint, length: number): boolean =>
  PATCHING_PATH.some((name) => {
    const own = symbols.get(name);
    return own !== undefined && address < own.address + BigInt(own.size) && own.address < address + BigInt(length);
  });
