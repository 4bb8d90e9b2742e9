/** A refusal is noted here and nowhere else: as evidence, and on the console. */
import type { Refusal } from '../rules/rule';
import type { Livepatch, Returned } from './livepatch';

/** Records a refusal, prints it, and returns its errno. */
export function refuse({ refusals, system }: Pick<Livepatch, 'refusals' | 'system'>, refusal: Refusal): Returned {
  refusals.push(refusal);
  system.console.say(`livepatch: ${refusal.where}: ${refusal.says} [${refusal.clause}]`);
  return refusal.errno;
}
