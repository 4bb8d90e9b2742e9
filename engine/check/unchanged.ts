/** That nothing of the hypervisor differs once a payload is off again. */
import type { MemoryRegion, Target } from '../target';

/** Code and read-only data: nothing but a payload changes them. */
const isFixed = ({ permissions }: MemoryRegion): boolean => !permissions.includes('w');

/** Remembers the hypervisor as it is; the returned function says what is otherwise now, a sentence for each region. */
export function rememberFixed(target: Target): () => readonly string[] {
  const regions = target.regions().filter(isFixed);
  const before = regions.map(({ start, size }) => ({ start, bytes: target.read(start, size) }));
  return () =>
    before.flatMap(({ start, bytes }) => {
      const now = target.read(start, bytes.length);
      if (Buffer.compare(bytes, now) === 0) return [];
      const at = bytes.findIndex((byte, offset) => byte !== now[offset]);
      const count = bytes.filter((byte, offset) => byte !== now[offset]).length;
      return [`after REVERT ${count} bytes are not as they were, the first at ${target.describe(start + BigInt(at))}`];
    });
}
