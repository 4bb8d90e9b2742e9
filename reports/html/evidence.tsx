/** The evidence of one step: once if all runs have the same, otherwise by run. */
import type { ComponentChildren, JSX } from 'preact';
import type {
  ComparisonEvidence,
  ExecutionEvidence,
  HypercallEvidence,
  RoleEvidence,
  StopEvidence,
  StoresEvidence,
  ToolEvidence,
} from '../../engine/evidence';
import { groupBy } from '../lists';
import type { RunName } from '../model';
import { Memory, Regions } from './code';
import { Call, callText, Console, elapsed, milliseconds, otherFields, Returned, Said, saidText } from './hypercall';
import { runNames, ScenarioLink } from './parts';
import type { Reading, StepReadings } from './readings';

function Execution({ event }: { readonly event: ExecutionEvidence }): JSX.Element {
  return (
    <>
      <b>{event.what}</b> executed{event.cpu !== 0 && ` on CPU ${event.cpu}`} → <code>{event.returned}</code>
    </>
  );
}

/** For comparisons of whole observations, whose size differs between hypervisors. */
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

/** A row of a stack dump: only words of sixteen digits. */
const isStackRow = (line: string): boolean => /^\s*(?:[0-9a-f]{16}\s*)+$/.test(line);

/** What the hypervisor printed. Only the number of rows of a stack dump is shown; the call trace has its content. */
function withoutStack(lines: readonly string[]): readonly string[] {
  const rows = lines.filter(isStackRow).length;
  const first = lines.findIndex(isStackRow);
  const kept = lines.map((line, at) => (at === first ? `   (${rows} rows, in messages.ndjson)` : line));
  return kept.filter((line) => !isStackRow(line));
}

function Stop({ event, elsewhere }: Pick<Reading, 'elsewhere'> & { readonly event: StopEvidence }): JSX.Element {
  if (elsewhere !== undefined)
    return (
      <>
        <b>The hypervisor crashed</b> in <code>{event.where}</code>: {event.why} Registers and stack are printed in “
        <ScenarioLink scenario={elsewhere} />”
      </>
    );
  // Nothing is added if the hypervisor printed its own registers and stack.
  const isTold = event.console.some((line) => line.startsWith('RIP:'));
  const registers = isTold ? [] : Object.entries(event.registers).map(([name, value]) => `${name}=${value}`);
  return (
    <>
      <b>The hypervisor crashed</b> in <code>{event.where}</code>: {event.why}
      {registers.length > 0 && <pre class="con">{registers.join('  ')}</pre>}
      {!isTold && event.backtrace.length > 0 && <pre>{event.backtrace.join('\n')}</pre>}
      <Console lines={withoutStack(event.console)} />
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

const Role = ({ event: { role, is, place, address, bytes } }: { readonly event: RoleEvidence }): JSX.Element => (
  <>
    <b>{role}</b>, {is}, is <b>{place}</b> at <code>{address}</code>
    {bytes !== '' && <pre>{bytes.replace(/..(?=.)/g, '$& ')}</pre>}
  </>
);

const Tool = ({ event: { command, ended, says } }: { readonly event: ToolEvidence }): JSX.Element => (
  <>
    <b>{command}</b> → {ended}
    <Console lines={says} />
  </>
);

function Event({ event, ...context }: Reading): JSX.Element {
  switch (event.kind) {
    case 'hypercall':
      return (
        <>
          <Call event={event} />
          <Returned event={event} />
          <Said event={event} />
        </>
      );
    case 'memory':
      return <Memory event={event} {...context} />;
    case 'execution':
      return <Execution event={event} />;
    case 'comparison':
      return <Comparison event={event} />;
    case 'mismatch':
      return <></>;
    case 'stop':
      return <Stop event={event} elsewhere={context.elsewhere} />;
    case 'regions':
      return <Regions event={event} />;
    case 'stores':
      return <Stores event={event} />;
    case 'role':
      return <Role event={event} />;
    case 'busy':
      return <>CPU {event.cpu} is kept busy</>;
    case 'tool':
      return <Tool event={event} />;
  }
}

/** Events that look the same have the same key. */
function keyOf({ event, first, last }: Reading): string {
  if (event.kind === 'memory') return JSON.stringify([event, first?.bytes, last?.bytes]);
  if (event.kind === 'comparison' && event.found === THE_SAME) return event.what;
  return JSON.stringify(event);
}

const Runs = ({ of }: { readonly of: readonly { readonly run: RunName }[] }): JSX.Element => <i>{runNames(of)}: </i>;

const Evidence = ({ children, stop = false }: { readonly children: ComponentChildren; readonly stop?: boolean }) => (
  <div {...(stop && { class: 'stop' })}>{children}</div>
);

type HypercallReadings = readonly Reading<HypercallEvidence>[];

/** Refusals and console of a call with the same result in all runs; by run if they differ. */
function SaidAcross({ readings }: { readonly readings: HypercallReadings }): JSX.Element {
  const groups = groupBy(readings, ({ event }) => saidText(event));
  const [first] = readings;
  if (groups.size === 1 && first !== undefined) return <Said event={first.event} />;
  return (
    <>
      {[...groups.values()].map(([one, ...others]) =>
        one.event.console.length === 0 ? null : (
          <div>
            <Runs of={[one, ...others]} />
            <Said event={one.event} />
          </div>
        ),
      )}
    </>
  );
}

/** The call once, with the values of runs that used others; then the results, each different one once. */
function HypercallAcross({ readings }: { readonly readings: HypercallReadings }): JSX.Element {
  const base = readings[0]?.event;
  if (base === undefined) return <></>;
  const others = groupBy(readings, ({ event }) => otherFields(event, base));
  const answers = groupBy(readings, ({ event }) => JSON.stringify([event.out, event.returned, elapsed(event)]));
  return (
    <Evidence>
      <Call event={base} />
      {[...others].map(
        ([fields, own]) =>
          fields !== '' && (
            <>
              {'; '}
              <Runs of={own} />
              <code>{fields}</code>
            </>
          ),
      )}
      {answers.size === 1 && <Returned event={base} />}
      {answers.size === 1 && <SaidAcross readings={readings} />}
      {answers.size > 1 &&
        [...answers.values()].map((own) => (
          <div>
            <Runs of={own} />
            <Returned event={own[0].event} />
            <SaidAcross readings={own} />
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
        <Evidence stop={own[0].event.kind === 'stop'}>
          {groups.size > 1 && <Runs of={own} />}
          <Event {...own[0]} />
        </Evidence>
      ))}
    </>
  );
}

/** Whether evidence can be compared across runs: the same kinds of events in the same order, by the same caller. */
function shapeOf({ readings }: StepReadings): string {
  const shape = ({ event }: Reading): readonly unknown[] =>
    event.kind === 'hypercall' ? [event.kind, callText(event), event.domain, event.cpu] : [event.kind];
  return JSON.stringify(readings.map(shape));
}

/** The evidence of a step by all runs that made it. */
export function StepEvidence({ of }: { readonly of: readonly StepReadings[] }): JSX.Element {
  const made = of.filter(({ readings }) => readings.length > 0);
  const shapes = [...groupBy(made, shapeOf).values()];
  const isPartial = shapes.length > 1 || made.length < of.length;
  return (
    <>
      {shapes.map((own) => (
        <>
          {isPartial && (
            <div>
              <Runs of={own} />
            </div>
          )}
          {own[0].readings.map((_, at) => (
            <EventAcross readings={own.flatMap(({ readings }) => readings[at] ?? [])} />
          ))}
        </>
      ))}
    </>
  );
}
