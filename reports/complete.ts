/** Whether a run is complete. */
import type { Run } from './model';

/** It ended, none of its shards is missing, and each scenario has a result. */
export function isComplete({ interrupted, missingShards, scenarios }: Run): boolean {
  return !interrupted && missingShards.length === 0 && scenarios.every(({ status }) => status !== 'unknown');
}
