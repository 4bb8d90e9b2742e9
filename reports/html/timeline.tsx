/** A timeline of the CPUs, for scenarios in which time passes or several CPUs act. */
import type { JSX } from 'preact';
import { returnName } from '../../engine/abi/errno';
import { STATE } from '../../engine/abi/hypercall';
import type { EvidenceEvent, HypercallEvidence } from '../../engine/evidence';
import { callText, milliseconds } from './hypercall';

interface Moment {
  /** Nanoseconds of the virtual clock. */
  readonly from: bigint;
  readonly to: bigint;
  readonly cpu: number;
  readonly what: string;
}

const time = (text: string): bigint => (/^\d+$/.test(text) ? BigInt(text) : 0n);

/** "-EAGAIN", or for a GET the state that it returned. */
function answerOf({ returned, returnedName, out }: HypercallEvidence): string {
  const state = Object.entries(STATE).find(([, number]) => number === out['state'])?.[0];
  if (returned !== 0 || state === undefined) return returnedName;
  return typeof out['rc'] === 'number' ? `${state}, rc ${returnName(out['rc'])}` : state;
}

function momentOf(event: EvidenceEvent): Moment | undefined {
  switch (event.kind) {
    case 'hypercall': {
      const { cpu } = event;
      return { from: time(event.from), to: time(event.to), cpu, what: `${callText(event)} → ${answerOf(event)}` };
    }
    case 'busy':
      return { from: time(event.from), to: time(event.to), cpu: event.cpu, what: 'busy' };
    case 'stores': {
      const at = time(event.time);
      return { from: at, to: at, cpu: event.cpu, what: `stores ${event.bytes} bytes to ${event.symbol}` };
    }
    default:
      return undefined;
  }
}

/** Undefined if everything happens at one time on one CPU. */
export function timelineOf(events: readonly EvidenceEvent[]): readonly Moment[] | undefined {
  const moments = events.flatMap((event) => momentOf(event) ?? []);
  const tells = moments.some(({ from, to, cpu }) => from !== to || cpu !== 0);
  const seen = new Set<string>();
  const distinct = moments.filter(({ from, to, cpu, what }) => {
    const key = `${from} ${to} ${cpu} ${what}`;
    return !seen.has(key) && seen.add(key);
  });
  return tells ? distinct.sort((a, b) => (a.from < b.from ? -1 : Number(a.from > b.from))) : undefined;
}

/** One column per CPU, one row per moment. */
export function Timeline({ moments }: { readonly moments: readonly Moment[] }): JSX.Element {
  const cpus = [...new Set(moments.map(({ cpu }) => cpu))].sort((a, b) => a - b);
  return (
    <table class="time">
      <thead>
        <tr>
          <th scope="col">Clock</th>
          {cpus.map((cpu) => (
            <th scope="col">CPU {cpu}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {moments.map(({ from, to, cpu, what }) => (
          <tr>
            <td>{from === to ? milliseconds(from) : `${milliseconds(from)} to ${milliseconds(to)}`}</td>
            {cpus.map((each) => (
              <td>{each === cpu && what}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
