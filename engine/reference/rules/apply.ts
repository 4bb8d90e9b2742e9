/** What is asked of a payload's functions when they are applied or reverted. Clauses V2-FUNC-4 to V2-FUNC-14. */
import type { Rule } from './rule';

/** An expectation that is enabled, and what was found. */
export interface ExpectedFunction {
  /** Bits 6 and 7. */
  readonly reserved: number;
  /** Bytes that are expected. */
  readonly length: number;
  readonly oldSize: number;
  /** Whether they are there. */
  readonly isMet: boolean;
}

/** Asked of each function before any is patched. */
export const EXPECTATION_RULES: readonly Rule<ExpectedFunction>[] = [
  {
    name: 'expectation-reserved',
    clause: 'V2-FUNC-7',
    errno: 'EINVAL',
    says: 'The reserved bits of an expectation are 0.',
    refused: ({ reserved }) => `The reserved bits of the expectation are ${reserved}, not 0.`,
    field: 'expect',
    revision: 2,
    broken: ({ reserved }) => reserved !== 0,
  },
  {
    name: 'expectation-too-long',
    clause: 'V2-FUNC-9',
    errno: 'ERANGE',
    says: 'No more bytes are expected than old_size.',
    refused: ({ length, oldSize }) => `${length} bytes are expected, more than old_size, which is ${oldSize}.`,
    field: 'expect',
    revision: 2,
    broken: ({ length, oldSize }) => length > oldSize,
  },
  {
    name: 'expectation-met',
    clause: 'V2-FUNC-4',
    errno: 'EINVAL',
    says: 'The bytes that are expected are at old_addr.',
    refused: 'The bytes at old_addr are not those that are expected.',
    field: 'expect_data',
    revision: 2,
    broken: ({ isMet }) => !isMet,
  },
];

/** An action that has succeeded. */
export interface EndedAction {
  /** Whether its functions are to be applied now, or reverted. */
  readonly applies: boolean;
  /** Whether each function is noted as applied. */
  readonly applied: readonly boolean[];
}

export const CONSISTENCY_RULES: readonly Rule<EndedAction>[] = [
  {
    name: 'functions-left-halfway',
    clause: 'V2-FUNC-14',
    errno: 'EINVAL',
    says: 'An action that succeeds leaves all functions of the payload applied, or all reverted.',
    refused: ({ applied }) =>
      `The action succeeded, but left ${applied.filter(Boolean).length} of ${applied.length} functions applied.`,
    revision: 2,
    broken: ({ applies, applied }) => applied.some((each) => each !== applies),
  },
];
