/**
 * All rules of the reference, each where it is asked first: made of the sequences that the loader and the operations run.
 */
import { ACTION_CHECKS, ACTION_FIELD_CHECKS, OUTCOME_CHECKS, PATCH_CHECKS } from './livepatch/action';
import { LIST_CHECKS } from './livepatch/list';
import { LOAD_CHECKS } from './livepatch/load/checks';
import { ANSWER_CHECKS, GET_CHECKS, NAME_CHECKS, OPERATION_CHECKS, SYSCTL_CHECKS } from './livepatch/operation';
import { ENDED_CHECKS } from './livepatch/patch';
import { SYMBOL_CHECKS } from './livepatch/symbols';
import { UPLOAD_CHECKS } from './livepatch/upload';
import { WORK_CHECKS } from './livepatch/work';
import { rulesOf, type AnyRule } from './rules/sequence';

export type { AnyRule } from './rules/sequence';

/** Rules of the loader. */
export const LOAD_RULES: readonly AnyRule[] = rulesOf(LOAD_CHECKS);

/** Rules of the hypercalls, in the order in which a call meets them; of the operations, one after the other. */
export const CALL_RULES: readonly AnyRule[] = rulesOf([
  ...SYSCTL_CHECKS,
  ...OPERATION_CHECKS,
  ...ACTION_FIELD_CHECKS,
  ...NAME_CHECKS,
  ...UPLOAD_CHECKS,
  ...LIST_CHECKS,
  ...ACTION_CHECKS,
  ...GET_CHECKS,
  ...OUTCOME_CHECKS,
  ...PATCH_CHECKS,
  ...WORK_CHECKS,
  ...ENDED_CHECKS,
  ...ANSWER_CHECKS,
]);

export const ALL_RULES: readonly AnyRule[] = [...CALL_RULES, ...rulesOf(SYMBOL_CHECKS), ...LOAD_RULES];
