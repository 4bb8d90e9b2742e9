/** Hypercalls for people: decoded fields, errors by name, refusals with rule and clause. */
import type { JSX } from 'preact';
import { returnName } from '../../engine/abi/errno';
import { STATE } from '../../engine/abi/hypercall';
import { otherLines, placeOf, refusalsIn } from '../../engine/console';
import type { FieldValue, HypercallEvidence } from '../../engine/evidence';
import { ClauseLink } from './parts';
import { USUAL, usualFields } from './usual';
import type { FieldTexts } from './usual';

type Fields = HypercallEvidence['in'];

/**
 * Names are always quoted, because a payload may be called 0. Other texts are quoted unless they are an address or a
 * constant.
 */
function quoted(name: string, value: string): string {
  const isPlain = /^0x[0-9a-f]+$/.test(value) || (!/names?$/i.test(name) && /^[\w.+-]+$/.test(value));
  return isPlain ? value : JSON.stringify(value);
}

/** States and errors are shown by their names. */
function named(name: string, value: number): string {
  const state = name === 'state' ? Object.entries(STATE).find(([, number]) => number === value)?.[0] : undefined;
  return state ?? (name === 'rc' ? returnName(value) : String(value));
}

/** The address of a caller's buffer does not matter. */
function shown(name: string, value: FieldValue): string {
  if (typeof value === 'object') return '→';
  return typeof value === 'number' ? named(name, value) : quoted(name, value);
}

/** Padding of zero is not interesting. */
const isPadding = (name: string, value: FieldValue): boolean =>
  typeof value !== 'object' && /(^|_)pad\d*$/.test(name) && /^0*$/.test(String(value));

/** The fields that are shown: all but padding of zero. */
export function fieldTexts(fields: Fields): FieldTexts {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name, value]) => !isPadding(name, value))
      .map(([name, value]) => [name, shown(name, value)]),
  );
}

/** "name=→ size=64". With `but`, only fields that differ from it. */
export function fieldText(fields: Fields, but: FieldTexts = {}): string {
  return Object.entries(fieldTexts(fields))
    .filter(([name, text]) => but[name] !== text)
    .map(([name, text]) => `${name}=${text}`)
    .join(' ');
}

/** Nanoseconds of the virtual clock as milliseconds: "30.000001 ms". */
export function milliseconds(nanoseconds: bigint): string {
  return `${Number(nanoseconds) / 1e6} ms`;
}

/** The time between two moments, if both are decimal numbers and differ. */
export function elapsed({ from, to }: HypercallEvidence): string | undefined {
  const isTime = /^\d+$/.test(from) && /^\d+$/.test(to) && from !== to;
  return isTime ? milliseconds(BigInt(to) - BigInt(from)) : undefined;
}

/** "APPLY hello". */
export const callText = ({ operation, payload }: Pick<HypercallEvidence, 'operation' | 'payload'>): string =>
  payload === undefined ? operation : `${operation} ${payload}`;

/** The operation, the caller, and the fields that differ from the defaults. */
export function Call({ event }: { readonly event: HypercallEvidence }): JSX.Element {
  const { domain, cpu } = event;
  const fields = fieldText(event.in, usualFields(event));
  const caller = [...(domain === 'control' ? [] : [`by ${domain}`]), ...(cpu === 0 ? [] : [`on CPU ${cpu}`])];
  return (
    <>
      <b>{callText(event)}</b>
      {fields !== '' && <code> {fields}</code>}
      {caller.length > 0 && <small> {caller.join(', ')}</small>}
    </>
  );
}

/** The fields of a call that differ both from the defaults and from `base`, the same call in another run. */
export function otherFields(event: HypercallEvidence, base: HypercallEvidence): string {
  return event === base ? '' : fieldText(event.in, { ...usualFields(event), ...fieldTexts(base.in) });
}

export function Console({ lines }: { readonly lines: readonly string[] }): JSX.Element | null {
  return lines.length === 0 ? null : <pre class="con">{lines.join('\n')}</pre>;
}

/** The returned value, and the time. */
export function Returned({ event }: { readonly event: HypercallEvidence }): JSX.Element {
  const changed = fieldText(event.out);
  const time = elapsed(event);
  return (
    <>
      {' '}
      → {event.returned < 0 ? <b>{event.returnedName}</b> : event.returnedName}
      {changed !== '' && <code> {changed}</code>}
      {time !== undefined && <small> after {time}</small>}
    </>
  );
}

/** What `Said` shows: the same text, where it shows the same. */
export const saidText = ({ console }: HypercallEvidence): string =>
  JSON.stringify([
    refusalsIn(console).map((refusal) => [refusal.clause, refusal.says, placeOf(refusal), refusal.rule]),
    otherLines(console),
  ]);

/** Why: the rules that a refusal cites, and what the hypervisor printed. */
export function Said({ event }: { readonly event: HypercallEvidence }): JSX.Element {
  return (
    <>
      {refusalsIn(event.console).map((refusal) => (
        <p>
          <ClauseLink id={refusal.clause} /> {refusal.says}
          {placeOf(refusal) !== '' && <> ({placeOf(refusal)})</>} <small>rule {refusal.rule}</small>
        </p>
      ))}
      <Console lines={otherLines(event.console)} />
    </>
  );
}

/** The default fields, which calls do not show. */
export function UsualCalls(): JSX.Element {
  const fieldOf = ([name, text]: readonly [string, string]): string =>
    `${name}=${text.includes(' ') ? `(${text})` : text}`;
  return (
    <dl class="terms">
      {Object.entries(USUAL).map(([operation, fields]) => (
        <>
          <dt>{operation}</dt>
          <dd>
            <code>{Object.entries(fields).map(fieldOf).join(' ')}</code>
          </dd>
        </>
      ))}
    </dl>
  );
}
