/** A refusal is said here and nowhere else: on the console, as itself. */
import type { Refusal } from '../rules/rule';
import type { Livepatch, Returned } from './livepatch';

/** Has the console state a refusal, and returns its errno. */
export function refuse({ system }: Pick<Livepatch, 'system'>, refusal: Refusal): Returned {
  system.console.say(refusal);
  return refusal.errno;
}
