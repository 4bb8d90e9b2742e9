/** The command's exit status: part of its contract. */
export const EXIT = {
  /** All as expected. */
  expected: 0,
  /** Something is not. */
  unexpected: 1,
  /** Wrong usage, or a missing part. */
  usage: 2,
} as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** Called with the status in which the command is to end. */
export type Ended = (status: ExitStatus) => void;
