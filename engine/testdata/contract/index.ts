/**
 * The contract of targets: what holds for each of them, part by part. For the tests of targets: a term of it fails on a
 * target that has a part which does not work, or that does not do what it says of itself.
 */
import type { Target } from '../../target';
import { CORE } from './core';
import { PARTS } from './parts';
import { SETUPS } from './setups';
import type { Term } from './term';

const CONTRACT: readonly Term[] = [...CORE, ...PARTS, ...SETUPS];

/** The names of the terms that the target breaks. */
export function broken(target: Target): readonly string[] {
  return CONTRACT.filter(({ applies }) => applies(target))
    .filter(({ check }) => {
      target.reset();
      target.log();
      try {
        check(target);
        return false;
      } catch {
        return true;
      }
    })
    .map(({ name }) => name);
}
