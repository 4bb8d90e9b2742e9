/** Checks that the hypervisor is unchanged after a payload is unloaded. */
import { ownerText } from '../owners';
import type { MemoryRegion, EmulatedTarget } from '../target';
import { readable } from './inspect';

/** Code and read-only data, which only a payload changes. */
const isFixed = ({ permissions }: MemoryRegion): boolean => !permissions.includes('w');

/** Remembers the hypervisor. The returned function lists the differences, one sentence per region. */
export function rememberFixed(target: EmulatedTarget): () => readonly string[] {
  const regions = target.memory.regions().filter(isFixed);
  const before = regions.map(({ owner, start, size }) => ({ owner, start, bytes: target.memory.read(start, size) }));
  return () =>
    before.flatMap(({ owner, start, bytes }) => {
      const now = readable(target, start, bytes.length);
      if (now === undefined) return [`after REVERT not all of ${ownerText(owner)} is mapped`];
      if (Buffer.compare(bytes, now) === 0) return [];
      const at = bytes.findIndex((byte, offset) => byte !== now[offset]);
      const count = bytes.filter((byte, offset) => byte !== now[offset]).length;
      return [`after REVERT ${count} bytes differ, the first at ${target.image.describe(start + BigInt(at))}`];
    });
}
