/** The Xen that a run is made on: found and looked at before the first scenario. */
import { resolve } from 'node:path';
import { createXen, provideDebianXen } from '../engine/xen';
import type { XenAtHand } from './runs';

/** The named xen-syms, or Debian's, fetched where it is not there yet. Throws a user error where it cannot be run. */
export function provideXen(named: string | undefined, say: (line: string) => void): XenAtHand {
  const file = named === undefined ? provideDebianXen(say) : resolve(named);
  const xen = createXen({ file, say });
  try {
    return { file, revision: xen.hypervisor.revision };
  } finally {
    xen.close();
  }
}
