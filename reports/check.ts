/** What `check` found out about one payload, for a person to read: the verdict first, then why, then what was changed. */
import { returnName } from '../engine/abi/errno';
import type { Revision } from '../engine/abi/hypercall';
import type { Outcome, PatchedFunction, PlacedPart, Verdict } from '../engine/check/judge';
import type { Inspected } from '../engine/check/inspect';
import { disassemble } from './disassembly';

/** The verdicts on one file. */
export interface Checked {
  readonly file: string;
  readonly revision: Revision;
  readonly hypervisor: { readonly name: string; readonly buildId: string };
  /** What the document asks. */
  readonly reference: Verdict;
  /** What the hypervisor's own code does; undefined: none was named. */
  readonly xen: Verdict | undefined;
}

/** Whether every verdict is good. */
export const isGood = ({ reference, xen }: Checked): boolean => reference.ok && (xen?.ok ?? true);

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const bytesText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replace(/../g, '$& ').trimEnd();
const id = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What became of an action: "applied", or how it failed. */
function outcomeText(done: string, outcome: Outcome | undefined, state: Outcome['state']): string | undefined {
  if (outcome === undefined) return undefined;
  const failed = outcome.return !== 0 ? outcome.return : (outcome.rc ?? 0);
  if (failed !== 0) return `not ${done} (${returnName(failed)})`;
  return outcome.state === state ? done : `not ${done}`;
}

function course({ stopped, upload, apply, revert, reapply, unload, functions }: Verdict): string {
  if (upload.rc !== 0) return `refused: ${returnName(upload.rc)}`;
  const isRestored = functions.every(
    ({ before, restored }) => before === null || restored === null || Buffer.compare(before, restored) === 0,
  );
  const steps = [
    apply === undefined && stopped !== undefined ? undefined : 'loaded',
    outcomeText('applied', apply, 'APPLIED'),
    outcomeText(isRestored ? 'reverted to the byte' : 'reverted, NOT to the byte', revert, 'CHECKED'),
    outcomeText('applied again', reapply, 'APPLIED'),
    outcomeText('unloaded', unload, null),
    stopped === undefined ? undefined : `then THE HYPERVISOR STOPPED in ${stopped.where}: ${stopped.why}`,
  ];
  return steps.filter((step) => step !== undefined).join(', ');
}

function verdictLines(title: string, verdict: Verdict): readonly string[] {
  const { refusal } = verdict.upload;
  return [
    `  ${title.padEnd(13)} ${verdict.ok ? 'good' : 'BAD '}  ${course(verdict)}`,
    ...(refusal === undefined ? [] : [`${' '.repeat(22)}${refusal.where}: ${refusal.says} [${refusal.clause}]`]),
  ];
}

/** Whose build-id a payload asks for, held against the one that is there. */
function asked(title: string, named: Uint8Array | undefined, own: string): readonly string[] {
  if (named === undefined || named.length === 0) return [];
  const whose = id(named) === own ? 'the hypervisor' : `NOT the hypervisor, which is ${own}`;
  return [`  ${title.padEnd(13)} ${id(named)} (${whose})`];
}

function identityLines(inspected: Inspected | undefined, own: string): readonly string[] {
  if (inspected === undefined) return [];
  const hooks = Object.entries(inspected.hooks).flatMap(([hook, places]) => {
    const count = Array.isArray(places) ? places.length : 1;
    return count === 0 ? [] : [count === 1 ? hook : `${count} ${hook}`];
  });
  const metadata = Buffer.from(inspected.metadata).toString('latin1').split('\0').filter(Boolean);
  return [
    `  ${'build-id'.padEnd(13)} ${id(inspected.buildId)}`,
    ...asked('stands on', inspected.depends, own),
    ...asked('is made for', inspected.xenDepends, own),
    ...(hooks.length === 0 ? [] : [`  ${'hooks'.padEnd(13)} ${hooks.join(', ')}`]),
    ...metadata.map((line) => `  ${'metadata'.padEnd(13)} ${line}`),
  ];
}

function partLines(parts: readonly PlacedPart[], inspected: Inspected | undefined): readonly string[] {
  return parts.map(({ name, start, size, permissions }) => {
    const sections = (inspected?.sections ?? [])
      .filter(({ address, size: length }) => length > 0 && address >= start && address < start + BigInt(size))
      .map((section) => `${section.name} (${section.size})`);
    return `  ${name.padEnd(13)} ${hex(start)} ${permissions}  ${sections.join(', ')}`;
  });
}

/** Code as lines: bytes and instruction. */
function listing(address: bigint, bytes: Uint8Array | null, before?: Uint8Array): readonly string[] {
  if (bytes === null) return [];
  return disassemble(address, bytes, before).map(({ offset, length, text }) => {
    const shown = bytesText(bytes.subarray(offset, offset + length));
    return `${shown.padEnd(24)} ${text}`;
  });
}

const COLUMN = 58;

/** Two listings side by side. */
function beside(left: readonly string[], right: readonly string[]): readonly string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
    `    ${(left[at] ?? '').padEnd(COLUMN)} | ${right[at] ?? ''}`.trimEnd(),
  );
}

function functionLines({ name, oldAddress, newAddress, before, after }: PatchedFunction): readonly string[] {
  const into = newAddress === 0n ? 'nops' : hex(newAddress);
  const now = after === null ? ['(not applied)'] : listing(oldAddress, after, before ?? undefined);
  return [
    '',
    `  ${name === '' ? '(no name)' : name}  ${hex(oldAddress)} -> ${into}`,
    ...beside(listing(oldAddress, before), now),
  ];
}

/** Control characters, which a payload's strings may hold, do nothing to the terminal. */
const printable = (line: string): string => line.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');

/** Some lines about the file; no end of line behind the last. */
export function describeCheck(checked: Checked): string {
  const { file, revision, hypervisor, reference, xen } = checked;
  const shown = xen ?? reference;
  const { inspected, parts, functions } = shown;
  const log = shown.log.map((line) => `    ${line}`);
  const lines = [
    `${file}: ${isGood(checked) ? 'good' : 'BAD'}`,
    `  ${'hypervisor'.padEnd(13)} ${hypervisor.name}, build-id ${hypervisor.buildId}, revision ${revision}`,
    ...verdictLines('the document', reference),
    ...(xen === undefined ? [] : verdictLines("Xen's code", xen)),
    '',
    ...identityLines(inspected, hypervisor.buildId),
    ...partLines(parts, inspected),
    ...functions.flatMap(functionLines),
    ...(log.length === 0 ? [] : ['', '  console', ...log]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
