/** The command's exit status: part of its contract. */
export const EXIT = {
  /** All as expected. */
  expected: 0,
  /** Something is not as expected. */
  unexpected: 1,
  /** Wrong usage, or something is missing. */
  usage: 2,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** Called with the status that the command returns: an `ExitStatus`, or that of a program that it ran. */
export type Ended = (status: number) => void;
