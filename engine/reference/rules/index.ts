/** All rules of the reference, in the order in which a payload meets them. */
import { ACTION_FIELD_RULES, ACTION_RULES, DEPENDENCY_RULES, OUTCOME_RULES, SCHEDULE_RULES } from './actions';
import { ALTERNATIVE_RULES, ALTERNATIVES_RULES } from './alternatives';
import { CONSISTENCY_RULES, EXPECTATION_RULES } from './apply';
import {
  ACCESS_RULES,
  ANSWER_RULES,
  ENVELOPE_RULES,
  KNOWN_NAME_RULES,
  NAME_BUFFER_RULES,
  NAME_FIELD_RULES,
  POLICY_RULES,
  PRIVILEGE_RULES,
  UPLOAD_BUFFER_RULES,
  UPLOAD_RULES,
} from './calls';
import { LAST_FUNCTION_RULES, FUNCTION_RULES, FUNCTIONS_RULES } from './functions';
import { HEADER_RULES } from './header';
import { HOOK_POINTER_RULES, HOOK_SECTION_RULES, REPLACE_RULES } from './hooks';
import { LIST_RULES } from './list';
import { BUILD_ID_RULES, NOTE_RULES, XEN_DEPENDS_RULES } from './notes';
import { RELOCATION_RULES, RELOCATION_TABLE_RULES, RELOCATION_TARGET_RULES } from './relocations';
import type { Rule } from './rule';
import { COMPILER_RULES, STACK_RULES } from './safety';
import {
  ALLOCATED_SECTION_RULES,
  ROOM_RULES,
  SECTION_NAME_RULES,
  SECTION_RULES,
  STRING_TABLE_RULES,
  SYMBOL_NAME_RULES,
  SYMBOL_TABLE_RULES,
} from './sections';
import { SIGNATURE_RULES, SIGNED_RULES } from './signature';
import {
  BUG_FRAMES_RULES,
  EXCEPTION_TABLE_RULES,
  MODINFO_RULES,
  PRESENCE_RULES,
  SPECIAL_SECTION_RULES,
} from './special-sections';
import { NEW_SYMBOL_RULES, RESOLUTION_RULES, SYMBOL_OFFSET_RULES } from './symbols';

export { firstBroken, type Refusal, type Rule, type RuleContext } from './rule';

/** A rule as people read it, whatever it is asked of. */
export type AnyRule = Rule<never>;

/** Rules of the loader. */
export const LOAD_RULES: readonly AnyRule[] = [
  ...HEADER_RULES,
  ...SECTION_RULES,
  ...SYMBOL_TABLE_RULES,
  ...STRING_TABLE_RULES,
  ...SECTION_NAME_RULES,
  ...SYMBOL_NAME_RULES,
  ...ALLOCATED_SECTION_RULES,
  ...ROOM_RULES,
  ...RESOLUTION_RULES,
  ...RELOCATION_TARGET_RULES,
  ...RELOCATION_TABLE_RULES,
  ...RELOCATION_RULES,
  ...PRESENCE_RULES,
  ...SPECIAL_SECTION_RULES,
  ...COMPILER_RULES,
  ...XEN_DEPENDS_RULES,
  ...FUNCTIONS_RULES,
  ...FUNCTION_RULES,
  ...HOOK_SECTION_RULES,
  ...HOOK_POINTER_RULES,
  ...NOTE_RULES,
  ...BUILD_ID_RULES,
  ...BUG_FRAMES_RULES,
  ...ALTERNATIVES_RULES,
  ...ALTERNATIVE_RULES,
  ...EXCEPTION_TABLE_RULES,
  ...MODINFO_RULES,
  ...NEW_SYMBOL_RULES,
  ...LAST_FUNCTION_RULES,
];

/** Rules of the hypercalls, in the order in which a call meets them. */
export const CALL_RULES: readonly AnyRule[] = [
  ...PRIVILEGE_RULES,
  ...ACCESS_RULES,
  ...POLICY_RULES,
  ...ENVELOPE_RULES,
  ...ACTION_FIELD_RULES,
  ...NAME_FIELD_RULES,
  ...NAME_BUFFER_RULES,
  ...UPLOAD_RULES,
  ...UPLOAD_BUFFER_RULES,
  ...SIGNED_RULES,
  ...SIGNATURE_RULES,
  ...KNOWN_NAME_RULES,
  ...LIST_RULES,
  ...ACTION_RULES,
  ...OUTCOME_RULES,
  ...DEPENDENCY_RULES,
  ...REPLACE_RULES,
  ...EXPECTATION_RULES,
  ...SCHEDULE_RULES,
  ...STACK_RULES,
  ...CONSISTENCY_RULES,
  ...ANSWER_RULES,
];

export const ALL_RULES: readonly AnyRule[] = [...CALL_RULES, ...SYMBOL_OFFSET_RULES, ...LOAD_RULES];
