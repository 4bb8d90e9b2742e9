/**
 * Which memory may have been written since some time. Read-only memory is mostly as it was, and comparing it takes long.
 *
 * Regions that share a buffer count as one: they may be parts of one region, or the same bytes at two places.
 */
import { isWritable } from './permissions';
import type { Region } from './regions';

export interface Openings {
  /** The region is written past its permissions, or they change. */
  readonly note: (region: Region) => void;
  /** The time, counted in notes. */
  readonly now: () => number;
  /** Whether the region may have been written since then. */
  readonly isSince: (time: number, region: Pick<Region, 'bytes' | 'permissions'>) => boolean;
}

export function createOpenings(): Openings {
  const latest = new WeakMap<ArrayBufferLike, number>();
  let time = 0;
  return {
    note: ({ bytes }) => void latest.set(bytes.buffer, ++time),
    now: () => time,
    isSince: (since, { permissions, bytes }) => isWritable(permissions) || (latest.get(bytes.buffer) ?? 0) > since,
  };
}
