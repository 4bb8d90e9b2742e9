/** How much memory the command takes. */
import { setFlagsFromString } from 'node:v8';

/**
 * From now on the heap is collected before it has grown by a fifth; V8 lets it grow to a multiple of what is in use
 * while there is memory. It takes a little more time, and a machine of CI that has 512 MiB does with it.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20');
  setFlagsFromString('--semi-space-growth-factor=1');
}
