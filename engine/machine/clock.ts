/** The virtual clock. Its moments are in nanoseconds; time passes only when the scheduler says so. */

/** A moment that never comes. */
export const NEVER = 0xffff_ffff_ffff_ffffn;

export interface Clock {
  readonly now: () => bigint;
  /** Lets time pass until `moment`. RangeError if that is over. */
  readonly passUntil: (moment: bigint) => void;
  /** Back to the start, at 0. */
  readonly reset: () => void;
}

export function createClock(): Clock {
  let time = 0n;
  return {
    now: () => time,
    passUntil(moment) {
      if (moment < time) throw new RangeError(`clock: expected ${time} or later, got ${moment}`);
      time = moment;
    },
    reset() {
      time = 0n;
    },
  };
}

export const later = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** The earliest of them, NEVER if there is none. */
export const soonest = (moments: readonly (bigint | undefined)[]): bigint =>
  moments.reduce<bigint>((first, moment) => (moment !== undefined && moment < first ? moment : first), NEVER);

/** The time from one moment to before another. */
export interface Period {
  readonly from: bigint;
  readonly until: bigint;
}

/** The first moment from `moment` on that is in none of the periods. */
export function firstOutside(periods: readonly Period[], moment: bigint): bigint {
  if (periods.length === 0) return moment;
  const current = periods.find(({ from, until }) => from <= moment && moment < until);
  return current === undefined ? moment : firstOutside(periods, current.until);
}
