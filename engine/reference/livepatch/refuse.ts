/** A refusal is reported here and nowhere else: on the console, as itself. */
import type { Refusal } from '../rules/rule';
import type { Livepatch, Returned } from './livepatch';

/** Prints a refusal on the console, and returns its errno. */
export function refuse({ system }: Pick<Livepatch, 'system'>, refusal: Refusal): Returned {
  system.console.say(refusal);
  return refusal.errno;
}
