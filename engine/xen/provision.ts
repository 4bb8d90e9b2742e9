/** Where Debian's Xen 4.17 is: its executable with symbols, fetched once into the project's cache. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { provisionDebianPackage } from '../unicorn/provision';
import { isUserError, userError } from '../user-error';

const PACKAGE = 'xen-hypervisor-4.17-amd64-dbg';
const FILE = 'xen-syms-4.17-amd64';
/** What is fetched or found out about hypervisors is kept here. */
export const XEN_CACHE = resolve(__dirname, '../../.cache/xen');

/** The path of Debian's xen-syms if it was fetched before. */
export function findDebianXen(cache: string = XEN_CACHE): string | undefined {
  const path = join(cache, FILE);
  return existsSync(path) ? path : undefined;
}

/**
 * The path of Debian's xen-syms, fetched where it is not there yet, which `say` is told in one line. Throws a user
 * error where it cannot be had.
 */
export function provideDebianXen(say: (line: string) => void, cache: string = XEN_CACHE): string {
  try {
    return provisionDebianPackage({ package: PACKAGE, file: FILE, into: cache, say });
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw userError(
      `this needs Debian's Xen: unpack the package ${PACKAGE} and name its ${FILE} with --hypervisor (${error.message})`,
    );
  }
}
