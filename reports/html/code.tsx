/** Bytes of the machine's memory for people: code is disassembled, changes are marked, jump targets are named. */
import type { JSX } from 'preact';
import type { MemoryEvidence, RegionsEvidence } from '../../engine/evidence';
import { PAGE_SIZE } from '../../engine/pages';
import { disassemble, foldPadding } from '../disassembly';
import type { Scenario } from '../model';
import { ScenarioLink } from './parts';
import { parseAddress, parseBytes } from './symbols';
import type { NameOf } from './symbols';

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Hex of bytes[from, to). Bytes that differ from `before` are marked. */
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
            {offsetText(offset)} {hexParts(bytes, offset, offset + length, before)}
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
            {offsetText(start)} {hexParts(bytes, start, end, before)}
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

interface MemoryProps {
  readonly event: MemoryEvidence;
  /** The first reading at this address, if this is a later one. */
  readonly first: MemoryEvidence | undefined;
  /** The reading that was shown last. */
  readonly last: MemoryEvidence | undefined;
  /** The scenario that shows the same bytes. */
  readonly elsewhere: Scenario | undefined;
  readonly nameOf: NameOf;
}

/** Where these bytes were already shown, if anywhere. */
function shownIn({ event, first, last, elsewhere }: MemoryProps): string | JSX.Element | undefined {
  if (first?.bytes.startsWith(event.bytes) === true) return `as they were ${first.when}`;
  if (last?.bytes.startsWith(event.bytes) === true) return 'as above';
  if (elsewhere === undefined) return undefined;
  return (
    <>
      those in “<ScenarioLink scenario={elsewhere} />”
    </>
  );
}

/** How many bytes of a reading the page shows. messages.ndjson has all. */
const MOST = 384;

/** The line for the rest of a longer reading. */
function leftOut({ bytes, before }: Reading): string {
  const rest = bytes.length - MOST;
  if (rest <= 0) return '';
  const changed = bytes.subarray(MOST).filter((byte, at) => byte !== before[MOST + at]).length;
  return `… ${rest} more bytes, ${changed} different from the first reading\n`;
}

export function Memory(props: MemoryProps): JSX.Element {
  const { event, first = event, nameOf } = props;
  const address = parseAddress(event.address);
  const all = { bytes: parseBytes(event.bytes), before: parseBytes(first.bytes), nameOf };
  const reading = { ...all, bytes: all.bytes.subarray(0, MOST) };
  const isCode = address !== undefined && event.permissions.includes('x');
  const known = shownIn(props);
  return (
    <>
      <b>{event.symbol}</b>{' '}
      <small>
        {event.symbol !== event.address && event.address} {event.permissions}
      </small>{' '}
      {event.when}
      {known === undefined ? (
        <pre>
          {isCode ? <CodeLines {...reading} address={address} /> : <DataLines {...reading} />}
          {leftOut(all)}
        </pre>
      ) : (
        <>
          : the {all.bytes.length} bytes are {known}
        </>
      )}
    </>
  );
}

const sizeText = (size: number): string =>
  size % PAGE_SIZE === 0 ? `${size / PAGE_SIZE} × ${PAGE_SIZE / 1024} KiB` : `${size} bytes`;

/** The map of a payload's memory. */
export function Regions({ event }: { readonly event: RegionsEvidence }): JSX.Element {
  return (
    <>
      Memory of <b>{event.payload}</b>
      <pre>
        {event.regions
          .map(({ name, start, size, permissions }) => `${start}  ${permissions}  ${name.padEnd(7)} ${sizeText(size)}`)
          .join('\n')}
      </pre>
    </>
  );
}
