/** The evidence of one step: once, where several runs made the same; otherwise what each of them made. */
import type { ComponentChildren, JSX } from 'preact';
import type {
  ComparisonEvidence,
  EvidenceEvent,
  ExecutionEvidence,
  HypercallEvidence,
  MemoryEvidence,
  StopEvidence,
  StoresEvidence,
} from '../../engine/evidence';
import { groupBy } from '../lists';
import { Memory, Regions } from './code';
import { Answer, Call, Console, fieldText, milliseconds, tellingLines } from './hypercall';
import { symbolsOf } from './symbols';
import type { NameOf } from './symbols';

/** What the evidence of one scenario of one run is read against. */
export interface EvidenceContext {
  readonly nameOf: NameOf;
  /** The first reading at each address: later ones are compared with it. */
  readonly first: ReadonlyMap<string, MemoryEvidence>;
}

export function evidenceContext(events: readonly EvidenceEvent[]): EvidenceContext {
  const first = new Map<string, MemoryEvidence>();
  for (const event of events) {
    if (event.kind === 'memory' && !first.has(event.address)) first.set(event.address, event);
  }
  return { nameOf: symbolsOf(events), first };
}

/** What one run made in a step. */
export interface StepReading {
  readonly run: string;
  readonly events: readonly EvidenceEvent[];
  readonly context: EvidenceContext;
}

/** One event of one run. */
interface Reading<Event extends EvidenceEvent = EvidenceEvent> {
  readonly run: string;
  readonly event: Event;
  readonly context: EvidenceContext;
}

function Execution({ event }: { readonly event: ExecutionEvidence }): JSX.Element {
  return (
    <>
      <b>{event.what}</b> executed{event.cpu !== 0 && ` on CPU ${event.cpu}`} → <code>{event.returned}</code>
    </>
  );
}

/** Of whole observations: how much they compare is another number with each hypervisor. */
const THE_SAME = 'the same';

function Comparison({ event }: { readonly event: ComparisonEvidence }): JSX.Element {
  const { what, expected, found } = event;
  if (found === THE_SAME)
    return (
      <>
        {what}: {found}
      </>
    );
  return (
    <>
      {what}:{' '}
      {expected === found ? (
        'as specified, '
      ) : (
        <>
          specified <code>{expected}</code>, found{' '}
        </>
      )}
      <code>{found}</code>
    </>
  );
}

function Stop({ event }: { readonly event: StopEvidence }): JSX.Element {
  // A hypervisor that prints its own registers and stack has said it.
  const isTold = event.console.some((line) => line.startsWith('RIP:'));
  const registers = isTold ? [] : Object.entries(event.registers).map(([name, value]) => `${name}=${value}`);
  return (
    <>
      <b>The hypervisor stopped</b> in <code>{event.where}</code>: {event.why}
      {registers.length > 0 && <pre class="con">{registers.join('  ')}</pre>}
      {!isTold && event.backtrace.length > 0 && <pre>{event.backtrace.join('\n')}</pre>}
      <Console lines={event.console} />
    </>
  );
}

function Stores({ event }: { readonly event: StoresEvidence }): JSX.Element {
  const { symbol, time, cpu, bytes, cpus } = event;
  return (
    <>
      CPU {cpu} stored {bytes} bytes to <b>{symbol}</b> at {/^\d+$/.test(time) ? milliseconds(BigInt(time)) : time}
      <pre>
        {cpus.map((each) => `CPU ${each.cpu}  interrupts ${each.interrupts ? 'on ' : 'off'}  ${each.at}`).join('\n')}
      </pre>
    </>
  );
}

function Event({ event, context }: Reading): JSX.Element {
  switch (event.kind) {
    case 'hypercall':
      return (
        <>
          <Call event={event} />
          <br />
          <Answer event={event} />
        </>
      );
    case 'memory':
      return <Memory event={event} first={context.first.get(event.address) ?? event} nameOf={context.nameOf} />;
    case 'execution':
      return <Execution event={event} />;
    case 'comparison':
      return <Comparison event={event} />;
    case 'stop':
      return <Stop event={event} />;
    case 'regions':
      return <Regions event={event} />;
    case 'stores':
      return <Stores event={event} />;
    case 'busy':
      return <>CPU {event.cpu} is kept busy</>;
  }
}

/** Events that read the same are of one key. */
function keyOf({ event, context }: Reading): string {
  if (event.kind === 'memory') return JSON.stringify([event, context.first.get(event.address)?.bytes]);
  if (event.kind === 'comparison' && event.found === THE_SAME) return event.what;
  return JSON.stringify(event);
}

const Runs = ({ of }: { readonly of: readonly { readonly run: string }[] }): JSX.Element => (
  <i>{of.map(({ run }) => run).join(', ')}: </i>
);

const Evidence = ({ children, stop = false }: { readonly children: ComponentChildren; readonly stop?: boolean }) => (
  <div {...(stop && { class: 'stop' })}>{children}</div>
);

/** The call once, and where it was made with other values the values; then the answers, those that are the same once. */
function HypercallAcross({ readings }: { readonly readings: readonly Reading<HypercallEvidence>[] }): JSX.Element {
  const base = readings[0]?.event;
  if (base === undefined) return <></>;
  const others = groupBy(readings, ({ event }) => fieldText(event.in, base.in));
  const answers = groupBy(readings, ({ event }) =>
    JSON.stringify([event.out, event.returned, event.refusals, tellingLines(event), event.from, event.to]),
  );
  return (
    <Evidence>
      <Call event={base} />
      {[...others].map(
        ([fields, own]) =>
          fields !== '' && (
            <>
              <br />
              <Runs of={own} />
              <code>{fields}</code>
            </>
          ),
      )}
      {[...answers.values()].map((own) => (
        <div>
          {answers.size > 1 && <Runs of={own} />}
          {own[0] !== undefined && <Answer event={own[0].event} />}
        </div>
      ))}
    </Evidence>
  );
}

function EventAcross({ readings }: { readonly readings: readonly Reading[] }): JSX.Element {
  const hypercalls = readings.flatMap(({ event, ...rest }) => (event.kind === 'hypercall' ? [{ event, ...rest }] : []));
  if (hypercalls.length === readings.length) return <HypercallAcross readings={hypercalls} />;
  const groups = groupBy(readings, keyOf);
  return (
    <>
      {[...groups.values()].map((own) => (
        <Evidence stop={own[0]?.event.kind === 'stop'}>
          {groups.size > 1 && <Runs of={own} />}
          {own[0] !== undefined && <Event {...own[0]} />}
        </Evidence>
      ))}
    </>
  );
}

/** What is comparable across runs: the same kinds of events in the same order, by the same caller. */
function shapeOf({ events }: StepReading): string {
  const shape = (event: EvidenceEvent): readonly unknown[] =>
    event.kind === 'hypercall' ? [event.kind, event.operation, event.domain, event.cpu] : [event.kind];
  return JSON.stringify(events.map(shape));
}

/** The evidence of a step by all runs that made it. */
export function StepEvidence({ readings }: { readonly readings: readonly StepReading[] }): JSX.Element {
  const made = readings.filter(({ events }) => events.length > 0);
  const shapes = [...groupBy(made, shapeOf).values()];
  const isPartial = shapes.length > 1 || made.length < readings.length;
  return (
    <>
      {shapes.map((own) => (
        <>
          {isPartial && (
            <div>
              <Runs of={own} />
            </div>
          )}
          {own[0]?.events.map((_, at) => (
            <EventAcross
              readings={own.flatMap(({ run, events, context }) => {
                const event = events[at];
                return event === undefined ? [] : [{ run, event, context }];
              })}
            />
          ))}
        </>
      ))}
    </>
  );
}
