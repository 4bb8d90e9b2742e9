/**
 * What is asked of a payload, in the order of loading: like a standard ELF object first, then its special sections.
 * Clauses FMT-3, ELF, PLACE, SYM, REL, FMT, DEP, FUNC, HOOK, EXC, ALT and their counterparts in revision 2.
 */
import { BUILD_ID, DEPENDS } from '../../../abi/sections';
import { ALTERNATIVE_RULES, ALTERNATIVES_RULES } from '../../rules/alternatives';
import { FUNCTION_RULES, FUNCTIONS_RULES, LAST_FUNCTION_RULES } from '../../rules/functions';
import { HEADER_RULES } from '../../rules/header';
import { HOOK_POINTER_RULES, HOOK_SECTION_RULES } from '../../rules/hooks';
import { BUILD_ID_RULES, NOTE_RULES, XEN_DEPENDS_RULES } from '../../rules/notes';
import { RELOCATION_RULES, RELOCATION_TABLE_RULES, RELOCATION_TARGET_RULES } from '../../rules/relocations';
import { COMPILER_RULES } from '../../rules/safety';
import {
  ALLOCATED_SECTION_RULES,
  ROOM_RULES,
  SECTION_NAME_RULES,
  SECTION_RULES,
  STRING_TABLE_RULES,
  SYMBOL_NAME_RULES,
  SYMBOL_TABLE_RULES,
} from '../../rules/sections';
import { checkAll, each, type Check } from '../../rules/sequence';
import {
  BUG_FRAMES_RULES,
  EXCEPTION_TABLE_RULES,
  MODINFO_RULES,
  PRESENCE_RULES,
  SPECIAL_SECTION_RULES,
} from '../../rules/special-sections';
import { NEW_SYMBOL_RULES, RESOLUTION_RULES } from '../../rules/symbols';
import * as facts from './facts';

export const LOAD_CHECKS: readonly Check<facts.Judged>[] = [
  // The object file. ELF-1 to ELF-9.
  checkAll(HEADER_RULES, facts.header),
  checkAll(SECTION_RULES, facts.sections),
  checkAll(SYMBOL_TABLE_RULES, facts.symbolTable),
  checkAll(STRING_TABLE_RULES, facts.stringTables),
  checkAll(SECTION_NAME_RULES, facts.namesOfSections),
  checkAll(SYMBOL_NAME_RULES, facts.namesOfSymbols),
  // Its place, symbols and relocations. ELF-10, PLACE-4, SYM-2, SYM-4, REL.
  checkAll(ALLOCATED_SECTION_RULES, facts.allocatedSections),
  checkAll(ROOM_RULES, facts.room),
  checkAll(RESOLUTION_RULES, facts.symbols),
  each(facts.relocationSections)(
    checkAll(RELOCATION_TARGET_RULES, facts.relocationSection),
    checkAll(RELOCATION_TABLE_RULES, facts.performedSection),
    checkAll(RELOCATION_RULES, facts.relocations),
  ),
  // What a payload has to have, and that it is for this hypervisor, before anything of it is used.
  checkAll(PRESENCE_RULES, facts.whole),
  checkAll(SPECIAL_SECTION_RULES, facts.specialOnes),
  checkAll(COMPILER_RULES, facts.compilers),
  checkAll(XEN_DEPENDS_RULES, facts.xenDepends),
  // The sections with a meaning.
  each(facts.functionTables)(
    checkAll(FUNCTIONS_RULES, facts.sizeOfTable),
    checkAll(FUNCTION_RULES, facts.functionEntries),
  ),
  each(facts.hooks)(checkAll(HOOK_SECTION_RULES, facts.sizeOfTable), checkAll(HOOK_POINTER_RULES, facts.hookPointers)),
  checkAll(NOTE_RULES, facts.note(BUILD_ID)),
  checkAll(BUILD_ID_RULES, facts.buildId),
  checkAll(NOTE_RULES, facts.note(DEPENDS)),
  checkAll(BUG_FRAMES_RULES, facts.bugFrames),
  each(facts.alternativeTables)(
    checkAll(ALTERNATIVES_RULES, facts.sizeOfAlternatives),
    checkAll(ALTERNATIVE_RULES, facts.alternatives),
  ),
  checkAll(EXCEPTION_TABLE_RULES, facts.exceptionTable),
  checkAll(MODINFO_RULES, facts.metadata),
  // SYM-3, and what Xen does not ask.
  checkAll(NEW_SYMBOL_RULES, facts.newSymbols),
  checkAll(LAST_FUNCTION_RULES, facts.lastOfFunctions),
];
