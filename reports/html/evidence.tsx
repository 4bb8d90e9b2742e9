/** Evidence as people read it: hypercalls decoded, code disassembled, what changed marked. */
import type { JSX } from 'preact';
import type {
  ComparisonEvidence,
  EvidenceEvent,
  ExecutionEvidence,
  HypercallEvidence,
  MemoryEvidence,
  StopEvidence,
} from '../../engine/evidence';
import { disassemble, foldPadding } from '../disassembly';
import { ClauseLink } from './parts';
import { parseAddress, parseBytes, symbolsOf } from './symbols';
import type { NameOf } from './symbols';

/** What the evidence of one scenario is read against. */
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

type FieldValues = HypercallEvidence['in'];

function fieldText(fields: FieldValues): string {
  const entries = Object.entries(fields);
  return entries.map(([name, value]) => `${name}=${isPlain(name, value) ? value : JSON.stringify(value)}`).join(' ');
}

/** Names are always quoted, since a payload may be called 0; of the rest, what is no number, address or constant. */
function isPlain(name: string, value: string | number): boolean {
  return typeof value === 'number' || (!/names?$/i.test(name) && /^[\w.+-]+$/.test(value));
}

/** Nanoseconds as milliseconds, where they are a decimal number. */
function elapsed(from: string, to: string): string | undefined {
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to) || from === to) return undefined;
  const micros = (BigInt(to) - BigInt(from)) / 1000n;
  return `${Number(micros) / 1000} ms`;
}

function Console({ lines }: { readonly lines: readonly string[] }): JSX.Element | null {
  return lines.length === 0 ? null : <pre class="con">{lines.join('\n')}</pre>;
}

function Hypercall({ event }: { readonly event: HypercallEvidence }): JSX.Element {
  const { domain, cpu, refusals } = event;
  const time = elapsed(event.from, event.to);
  const caller = [
    ...(domain === 'control' ? [] : [`by ${domain}`]),
    ...(cpu === 0 ? [] : [`on CPU ${cpu}`]),
    ...(time === undefined ? [] : [`took ${time}`]),
  ];
  const changed = fieldText(event.out);
  return (
    <div class="e">
      <b>{event.operation}</b> <code>{fieldText(event.in)}</code>
      {caller.length > 0 && <small> {caller.join(', ')}</small>}
      <br />→ <b>{event.returnedName}</b>
      {changed !== '' && <code> {changed}</code>}
      {refusals.map(({ rule, clause, says, where }) => (
        <p>
          <ClauseLink id={clause} /> {says}
          {where !== '' && <> ({where})</>} <small>rule {rule}</small>
        </p>
      ))}
      <Console lines={event.console} />
    </div>
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Hex of bytes[from, to), those that differ from `before` marked. */
function hexParts(bytes: Uint8Array, from: number, to: number, before: Uint8Array): readonly (string | JSX.Element)[] {
  const parts: (string | JSX.Element)[] = [];
  const differs = (at: number): boolean => before[at] !== undefined && before[at] !== bytes[at];
  for (let start = from; start < to;) {
    let end = start + 1;
    while (end < to && differs(end) === differs(start)) end++;
    const text = [...bytes.subarray(start, end)].map(hex).join(' ');
    parts.push(start === from ? '' : ' ', differs(start) ? <mark>{text}</mark> : text);
    start = end;
  }
  return parts;
}

/** Characters that `length` bytes take as hex. */
const hexWidth = (length: number): number => length * 3 - 1;
const offsetText = (offset: number): string => `+${offset.toString(16).padStart(2, '0')}`;

function CodeLines({ bytes, before, address, nameOf }: Reading & { readonly address: bigint }): JSX.Element {
  const instructions = foldPadding(disassemble(address, bytes, before));
  const width = Math.max(...instructions.map(({ length }) => hexWidth(length)));
  return (
    <>
      {instructions.map(({ offset, length, text, target }) => {
        const name = target === undefined ? undefined : nameOf(target);
        const pad = ' '.repeat(width - hexWidth(length));
        return (
          <>
            <i>{offsetText(offset)}</i> {hexParts(bytes, offset, offset + length, before)}
            {`${pad}  ${text}`}
            {name !== undefined && <b> ‹{name}›</b>}
            {'\n'}
          </>
        );
      })}
    </>
  );
}

const ROW = 16;

function DataLines({ bytes, before }: Reading): JSX.Element {
  const starts = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, row) => row * ROW);
  return (
    <>
      {starts.map((start) => {
        const end = Math.min(start + ROW, bytes.length);
        const text = String.fromCharCode(...bytes.subarray(start, end)).replace(/[^ -~]/g, '.');
        const pad = ' '.repeat(hexWidth(Math.min(ROW, bytes.length)) - hexWidth(end - start));
        return (
          <>
            <i>{offsetText(start)}</i> {hexParts(bytes, start, end, before)}
            {`${pad}  ${text}\n`}
          </>
        );
      })}
    </>
  );
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly before: Uint8Array;
  readonly nameOf: NameOf;
}

function Memory({
  event,
  context,
}: {
  readonly event: MemoryEvidence;
  readonly context: EvidenceContext;
}): JSX.Element {
  const first = context.first.get(event.address) ?? event;
  const address = parseAddress(event.address);
  const reading = { bytes: parseBytes(event.bytes), before: parseBytes(first.bytes), nameOf: context.nameOf };
  const isCode = address !== undefined && event.permissions.includes('x');
  const asAtFirst = first !== event && first.bytes === event.bytes;
  return (
    <div class="e">
      <b>{event.symbol}</b>{' '}
      <small>
        {event.address} {event.permissions}
      </small>{' '}
      {event.when}
      {asAtFirst ? (
        <>
          : the {reading.bytes.length} bytes are as they were {first.when}
        </>
      ) : (
        <pre>{isCode ? <CodeLines {...reading} address={address} /> : <DataLines {...reading} />}</pre>
      )}
    </div>
  );
}

function Execution({ event }: { readonly event: ExecutionEvidence }): JSX.Element {
  return (
    <div class="e">
      <b>{event.what}</b> executed{event.cpu !== 0 && ` on CPU ${event.cpu}`} → <code>{event.returned}</code>
    </div>
  );
}

function Comparison({ event }: { readonly event: ComparisonEvidence }): JSX.Element {
  const { what, expected, found } = event;
  return (
    <div class="e">
      {what}:{' '}
      {expected === found ? (
        'as specified, '
      ) : (
        <>
          specified <code>{expected}</code>, found{' '}
        </>
      )}
      <code>{found}</code>
    </div>
  );
}

function Stop({ event }: { readonly event: StopEvidence }): JSX.Element {
  const registers = Object.entries(event.registers).map(([name, value]) => `${name}=${value}`);
  return (
    <div class="e stop">
      <b>The hypervisor stopped</b> in <code>{event.where}</code>: {event.why}
      {registers.length > 0 && <pre class="con">{registers.join('  ')}</pre>}
      {event.backtrace.length > 0 && <pre>{event.backtrace.join('\n')}</pre>}
      <Console lines={event.console} />
    </div>
  );
}

export function Event({
  event,
  context,
}: {
  readonly event: EvidenceEvent;
  readonly context: EvidenceContext;
}): JSX.Element {
  switch (event.kind) {
    case 'hypercall':
      return <Hypercall event={event} />;
    case 'memory':
      return <Memory event={event} context={context} />;
    case 'execution':
      return <Execution event={event} />;
    case 'comparison':
      return <Comparison event={event} />;
    case 'stop':
      return <Stop event={event} />;
  }
}
