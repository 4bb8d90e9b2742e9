/** The warnings about one payload: all tables of them, and what each is asked of. */
import type { EmulatedTarget } from '../../target';
import type { ReadPayload } from '../inspect';
import { FUNCTION_WARNINGS } from './functions';
import { changedVariables, DATA_WARNINGS, type ChangedVariable } from './data';
import { payloadFacts, PAYLOAD_WARNINGS, type PayloadFacts } from './payload';
import { REFERENCE_WARNINGS, references } from './references';
import { patchedPlaces } from './places';
import { newSymbols, placedSections, SECTION_WARNINGS, SYMBOL_WARNINGS } from './sections';
import { TOGETHER_WARNINGS } from './together';
import { asking, warningsBy, type Warning, type WarningRow } from './warning';

export type { Warning } from './warning';
export { DATA_WARNINGS, rememberData, type ChangedVariable } from './data';
export { createTogether } from './together';

/** Every warning that there is. */
export const WARNINGS: readonly WarningRow<never>[] = [
  ...FUNCTION_WARNINGS,
  ...REFERENCE_WARNINGS,
  ...SECTION_WARNINGS,
  ...SYMBOL_WARNINGS,
  ...PAYLOAD_WARNINGS,
  ...DATA_WARNINGS,
  ...TOGETHER_WARNINGS,
];

/**
 * What is to be said of a payload before anything is done with it. `isLoaded`: whether the hypervisor took it; of one
 * that it refused only that is said which may be the cause.
 */
export function warningsOn(
  read: ReadPayload,
  target: EmulatedTarget,
  file: Pick<PayloadFacts, 'size' | 'nameLength'>,
  isLoaded: boolean,
): readonly Warning[] {
  const { image } = target;
  return [
    ...warningsBy(asking(FUNCTION_WARNINGS, isLoaded), patchedPlaces(read, target)),
    ...warningsBy(asking(REFERENCE_WARNINGS, isLoaded), references(read, image)),
    ...warningsBy(asking(SECTION_WARNINGS, isLoaded), placedSections(read.payload)),
    ...warningsBy(asking(SYMBOL_WARNINGS, isLoaded), newSymbols(read)),
    ...warningsBy(asking(PAYLOAD_WARNINGS, isLoaded), payloadFacts(read, file)),
  ];
}

/** What is to be said once the payload is off again. */
export const warningsAfter = (changed: readonly ChangedVariable[]): readonly Warning[] =>
  warningsBy(DATA_WARNINGS, changedVariables(changed));
