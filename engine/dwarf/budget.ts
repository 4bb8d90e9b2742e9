/** What damaged debug information may cost: a debugging entry, an abbreviation or a range is one step each. */

/** Eighteen times what it takes to read all that Debian 13's Xen has. */
const MOST_STEPS = 2 ** 25;

/** Counts one step. RangeError once there were too many. */
export type Spend = () => void;

export function createBudget(most: number = MOST_STEPS): Spend {
  let left = most;
  return () => {
    if (left-- <= 0) throw new RangeError(`debug information: expected at most ${most} entries, got more`);
  };
}
