/**
 * The evidence of a run by step, with earlier readings to compare it with. Long evidence is shown in one scenario only.
 */
import type { EvidenceEvent, MemoryEvidence, StopEvidence } from '../../engine/evidence';
import type { RunName, Scenario } from '../model';
import { anchorOf } from './parts';
import { symbolsOf } from './symbols';
import type { NameOf } from './symbols';

/** One event of one run, with the readings to compare it with. */
export interface Reading<Event extends EvidenceEvent = EvidenceEvent> {
  readonly run: RunName;
  readonly event: Event;
  readonly nameOf: NameOf;
  /** For memory: the first reading at its address. Later ones are compared with it. */
  readonly first: MemoryEvidence | undefined;
  /** The reading that was shown last. */
  readonly last: MemoryEvidence | undefined;
  /** The scenario that shows the same long evidence. */
  readonly elsewhere: Scenario | undefined;
}

/** Bytes; what is longer is shown in one scenario, and the others lead there. */
const LONG = 96;
const keyOfLong = ({ address, bytes }: MemoryEvidence): string | undefined =>
  bytes.length > 2 * LONG ? `${address} ${bytes}` : undefined;

/** The key of a stop without addresses: at one place and for one cause, a hypervisor prints nearly the same text. */
const keyOfStop = (run: RunName, { where, why }: StopEvidence): string =>
  `${run.key} ${where} ${why.replace(/[0-9a-f]{8,}/g, '')}`;

function keyOfAny(run: RunName, event: EvidenceEvent): string | undefined {
  if (event.kind === 'stop') return keyOfStop(run, event);
  return event.kind === 'memory' ? keyOfLong(event) : undefined;
}

/** Which scenario shows a long reading, or a stop with everything that the hypervisor printed. */
export type LongReadings = ReadonlyMap<string, Scenario>;

/** For each long reading the first scenario that has it. */
export function longReadings(scenarios: readonly Scenario[]): LongReadings {
  const found = new Map<string, Scenario>();
  for (const scenario of scenarios)
    for (const event of scenario.steps.flatMap(({ events }) => events)) {
      const key = keyOfAny(scenario.run, event);
      if (key !== undefined && !found.has(key)) found.set(key, scenario);
    }
  return found;
}

/** The evidence of a scenario, step by step. */
export function readingsOf(scenario: Scenario, long: LongReadings): readonly (readonly Reading[])[] {
  const { run, steps } = scenario;
  const nameOf = symbolsOf(steps.flatMap(({ events }) => events));
  const firsts = new Map<string, MemoryEvidence>();
  const lasts = new Map<string, MemoryEvidence>();
  const read = (event: EvidenceEvent): Reading => {
    const shown = long.get(keyOfAny(run, event) ?? '');
    const elsewhere = shown === undefined || anchorOf(shown) === anchorOf(scenario) ? undefined : shown;
    if (event.kind !== 'memory') return { run, event, nameOf, first: undefined, last: undefined, elsewhere };
    const { address } = event;
    const [first, last] = [firsts.get(address), lasts.get(address)];
    if (first === undefined) firsts.set(address, event);
    if (last?.bytes.startsWith(event.bytes) !== true) lasts.set(address, event);
    return { run, event, nameOf, first, last, elsewhere };
  };
  // The step's message already has the mismatch.
  return steps.map(({ events }) => events.filter(({ kind }) => kind !== 'mismatch').map(read));
}

/** The evidence of one run in a step. */
export interface StepReadings {
  readonly run: RunName;
  readonly readings: readonly Reading[];
}
