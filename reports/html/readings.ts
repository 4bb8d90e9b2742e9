/** What a run made in each step, with what it is to be read against; what is long stands in one scenario alone. */
import type { EvidenceEvent, MemoryEvidence, StopEvidence } from '../../engine/evidence';
import type { RunName, Scenario } from '../model';
import { anchorOf } from './parts';
import { symbolsOf } from './symbols';
import type { NameOf } from './symbols';

/** One event of one run, with what it is read against. */
export interface Reading<Event extends EvidenceEvent = EvidenceEvent> {
  readonly run: RunName;
  readonly event: Event;
  readonly nameOf: NameOf;
  /** Of memory: the first reading at its address, with which later ones are compared. */
  readonly first: MemoryEvidence | undefined;
  /** The one whose bytes were shown last. */
  readonly last: MemoryEvidence | undefined;
  /** The scenario that shows the same, where it is long. */
  readonly elsewhere: Scenario | undefined;
}

/** Bytes; what is longer is shown in one scenario, and the others lead there. */
const LONG = 256;
const keyOfLong = ({ address, bytes }: MemoryEvidence): string | undefined =>
  bytes.length > 2 * LONG ? `${address} ${bytes}` : undefined;

/** Of a stop: a hypervisor that crashes at one place for one cause, whatever the address, prints about the same page. */
const keyOfStop = (run: RunName, { where, why }: StopEvidence): string =>
  `${run.key} ${where} ${why.replace(/[0-9a-f]{8,}/g, '')}`;

function keyOfAny(run: RunName, event: EvidenceEvent): string | undefined {
  if (event.kind === 'stop') return keyOfStop(run, event);
  return event.kind === 'memory' ? keyOfLong(event) : undefined;
}

/** Which scenario shows a long reading, or a stop with all that the hypervisor printed. */
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
  // A mismatch is told by the step's own message.
  return steps.map(({ events }) => events.filter(({ kind }) => kind !== 'mismatch').map(read));
}

/** What one run made in a step. */
export interface StepReadings {
  readonly run: RunName;
  readonly readings: readonly Reading[];
}
