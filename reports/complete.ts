/** Whether a run is all there. */
import type { Run } from './model';

/** It came to its end, with all its shards, and each scenario has a result. */
export function isComplete({ interrupted, missingShards, scenarios }: Run): boolean {
  return !interrupted && missingShards.length === 0 && scenarios.every(({ status }) => status !== 'unknown');
}
