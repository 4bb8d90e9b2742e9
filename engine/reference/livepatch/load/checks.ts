/**
 * What is asked of a payload, in the order of loading: like a standard ELF object first, then its special sections.
 * Clauses FMT-3, ELF, PLACE, SYM, REL, FMT, DEP, FUNC, HOOK, EXC, ALT and their counterparts in revision 2.
 */
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
import { check, each, type Check } from '../../rules/sequence';
import {
  ALTERNATIVES,
  BUG_FRAMES_RULES,
  BUILD_ID,
  DEPENDS,
  EXCEPTION_TABLE_RULES,
  MODINFO,
  MODINFO_RULES,
  PRESENCE_RULES,
  SPECIAL_SECTION_RULES,
  XEN_DEPENDS,
} from '../../rules/special-sections';
import { NEW_SYMBOL_RULES, RESOLUTION_RULES } from '../../rules/symbols';
import { COMMENT, commentOf, compilersOf } from './compiler';
import * as facts from './facts';
import { elsewhere } from './resolve';
import { atHeader, atRelocation, atSection, atSections, atSymbol, inData } from './where';

/** ELF-1 to ELF-9. */
const OBJECT_CHECKS: readonly Check<facts.Judged>[] = [
  check(HEADER_RULES, ({ reading }) => reading.object, atHeader),
  each(facts.sections)(
    check(
      SECTION_RULES,
      (own) => own,
      ({ section }) => atSection(section),
    ),
  ),
  check(
    SYMBOL_TABLE_RULES,
    ({ reading }) => reading.object,
    ({ reading: { object } }) => (object.symbolTable ? atSection(object.symbolTable) : atSections(object)),
  ),
  each(facts.stringTables)(
    check(
      STRING_TABLE_RULES,
      (table) => table,
      (table) => atSection(table),
    ),
  ),
  each(facts.namesOfSections)(
    check(
      SECTION_NAME_RULES,
      ({ name }) => name,
      ({ section }) => atSection(section, `section ${section.index}`),
    ),
  ),
  each(facts.namesOfSymbols)(
    check(
      SYMBOL_NAME_RULES,
      ({ name }) => name,
      ({ object, symbol }) => atSymbol(object, symbol, ''),
    ),
  ),
];

/** ELF-10, PLACE-4, SYM-2, SYM-4, REL. */
const LINK_CHECKS: readonly Check<facts.Judged>[] = [
  each(facts.allocatedSections)(
    check(
      ALLOCATED_SECTION_RULES,
      (own) => own,
      (section) => atSection(section),
    ),
  ),
  check(
    ROOM_RULES,
    ({ reading }) => reading.base(),
    ({ reading }) => ({ name: `${reading.plan().pages} pages` }),
  ),
  each(facts.symbols)(
    check(
      RESOLUTION_RULES,
      ({ environment, ...own }) => ({ ...own, elsewhere: elsewhere(own.symbol, environment) }),
      ({ object, symbol }) => atSymbol(object, symbol),
    ),
  ),
  each(facts.relocationSections)(
    check(RELOCATION_TARGET_RULES, facts.ofObject, ({ section }) => atSection(section)),
    each(facts.ifItCounts)(check(RELOCATION_TABLE_RULES, facts.ofObject, ({ section }) => atSection(section))),
    each(facts.relocations)(
      check(
        RELOCATION_RULES,
        ({ facts: own }) => own,
        ({ table, index }) => atRelocation(table, index),
      ),
    ),
  ),
];

/** That the payload has what it needs, and is for this hypervisor, before anything of it is used. FMT, V2-FMT. */
const PRESENCE_CHECKS: readonly Check<facts.Judged>[] = [
  check(
    PRESENCE_RULES,
    ({ reading }) => reading.object,
    ({ reading }) => atSections(reading.object),
  ),
  each(facts.specialOnes)(
    check(
      SPECIAL_SECTION_RULES,
      (own) => own,
      ({ section }) => atSection(section),
    ),
  ),
  check(
    COMPILER_RULES,
    ({ reading, environment }) => ({ ofPayload: compilersOf(reading.object), ofHypervisor: environment.compiler }),
    ({ reading }) => {
      const section = commentOf(reading.object);
      return section ? atSection(section, COMMENT) : { name: COMMENT };
    },
  ),
  each(facts.xenDepends(XEN_DEPENDS))(check(XEN_DEPENDS_RULES, (own) => own, facts.atNote)),
];

/** FUNC, HOOK, DEP, EXC, ALT, V2-MOD. */
const CONTENT_CHECKS: readonly Check<facts.Judged>[] = [
  each(facts.functionTable)(
    check(
      FUNCTIONS_RULES,
      ({ placed }) => facts.sizeOf(placed),
      ({ placed }) => facts.atPlaced(placed),
    ),
    each(facts.functionEntries)(check(FUNCTION_RULES, ({ facts: own }) => own, facts.atFunctionEntry)),
  ),
  each(facts.hooks)(
    check(
      HOOK_SECTION_RULES,
      ({ placed }) => facts.sizeOf(placed),
      ({ placed }) => facts.atPlaced(placed),
    ),
    each(facts.hookPointers)(
      check(
        HOOK_POINTER_RULES,
        ({ pointer }) => pointer,
        ({ placed, index }) => inData(placed, `${placed.section.name}[${index}]`, index * 8),
      ),
    ),
  ),
  each(facts.notes(BUILD_ID))(check(NOTE_RULES, ({ note }) => note, facts.atNote)),
  check(BUILD_ID_RULES, facts.loadedBefore, ({ reading }) => {
    const placed = reading.addressed().named.get(BUILD_ID);
    return placed ? facts.atNote({ placed }) : { name: BUILD_ID };
  }),
  each(facts.notes(DEPENDS))(check(NOTE_RULES, ({ note }) => note, facts.atNote)),
  each(facts.bugFrames)(check(BUG_FRAMES_RULES, facts.sizeOf, facts.atPlaced)),
  each(facts.alternativeTables)(
    check(
      ALTERNATIVES_RULES,
      ({ placed, layout }) => ({ size: placed.size, entrySize: layout.size }),
      ({ placed }) => facts.atPlaced(placed),
    ),
    each(facts.alternatives)(
      check(
        ALTERNATIVE_RULES,
        ({ checked }) => checked,
        ({ placed, layout, index }) => inData(placed, `${ALTERNATIVES}[${index}]`, index * layout.size, layout),
      ),
    ),
  ),
  each(facts.exceptionTables)(check(EXCEPTION_TABLE_RULES, facts.sizeOf, facts.atPlaced)),
  each(facts.metadata)(
    check(
      MODINFO_RULES,
      ({ bytes }) => bytes,
      ({ placed }) => inData(placed, MODINFO),
    ),
  ),
];

/** SYM-3, and what Xen does not ask. */
const LAST_CHECKS: readonly Check<facts.Judged>[] = [
  each(facts.newSymbols)(
    check(
      NEW_SYMBOL_RULES,
      ({ name, environment: { hypervisorSymbol, payloadSymbol } }) => ({
        inHypervisor: hypervisorSymbol(name) !== undefined,
        inPayload: payloadSymbol(name) !== undefined,
      }),
      ({ symbol, object }) => atSymbol(object, symbol),
    ),
  ),
  each(facts.lastOfFunctions)(check(LAST_FUNCTION_RULES, ({ facts: own }) => own, facts.atFunctionEntry)),
];

/** All of it, in order. */
export const LOAD_CHECKS: readonly Check<facts.Judged>[] = [
  ...OBJECT_CHECKS,
  ...LINK_CHECKS,
  ...PRESENCE_CHECKS,
  ...CONTENT_CHECKS,
  ...LAST_CHECKS,
];
