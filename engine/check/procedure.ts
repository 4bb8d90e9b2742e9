/** What is done with each payload, where that is not the usual course. */
import type { Action } from '../abi/hypercall';

/** A step that is to fail. */
export interface ExpectedFailure {
  readonly step: 'UPLOAD' | 'APPLY' | 'REVERT';
  /** Negative. */
  readonly errno: number;
}

export interface Procedure {
  /** The payload is applied by REPLACE instead of APPLY. */
  readonly replace: boolean;
  /** With the flag NODEPS: V2-ACT-2. */
  readonly nodeps: boolean;
  /** At most one for each step. */
  readonly expected: readonly ExpectedFailure[];
}

/** The step after a REVERT that was to fail. */
export const SECOND_REVERT = 'second REVERT';

export const USUAL: Procedure = { replace: false, nodeps: false, expected: [] };

/** How the payload is applied. */
export const applyingAction = ({ replace }: Procedure): Action => (replace ? 'REPLACE' : 'APPLY');

/** The errno with which a step is to fail; undefined: it is to succeed. */
export const expectedOf = ({ expected }: Procedure, step: ExpectedFailure['step']): number | undefined =>
  expected.find((one) => one.step === step)?.errno;
