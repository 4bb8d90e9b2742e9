/** What `check` found out about one payload, for people: first the verdict, then the reason, then what was changed. */
import { returnName } from '../../engine/abi/errno';
import { hex, hexDigits, spacedHexDigits } from '../../engine/bytes';
import type { Inspected } from '../../engine/check/inspect';
import type { Outcome, PatchedFunction, PlacedPart, Verdict } from '../../engine/check/verdict';
import { citation, isGood, reasonsOf, remarksIn, type Checked } from './reasons';
import { foldDumps } from './console-dump';
import { disassemble, foldPadding } from '../../reports/disassembly';
import { printable } from '../../reports/printable';

/** A line with its title before it. */
const line = (title: string, text: string): string => `  ${title.padEnd(13)} ${text}`;

/** The outcome of an action: "applied", or how it failed. */
function outcomeText(done: string, outcome: Outcome | undefined, state: Outcome['state']): string | undefined {
  if (outcome === undefined) return undefined;
  const failed = outcome.return !== 0 ? outcome.return : (outcome.rc ?? 0);
  if (failed !== 0) return `not ${done} (${returnName(failed)})`;
  return outcome.state === state ? done : `not ${done}`;
}

function course({ stopped, crashed, upload, apply, revert, reapply, unload, changed }: Verdict): string {
  if (upload !== undefined && upload.rc !== 0) return `refused: ${returnName(upload.rc)}`;
  const steps = [
    upload === undefined || stopped?.during === 'UPLOAD' ? undefined : 'loaded',
    outcomeText('applied', apply, 'APPLIED'),
    outcomeText(changed.length === 0 ? 'reverted to the byte' : 'reverted, NOT to the byte', revert, 'CHECKED'),
    outcomeText('applied again', reapply, 'APPLIED'),
    outcomeText('unloaded', unload, null),
    stopped === undefined ? undefined : 'THE HYPERVISOR CRASHED',
    crashed === undefined ? undefined : 'THE EMULATOR CRASHED',
  ];
  return steps.filter((step) => step !== undefined).join(', ');
}

function verdictLines(title: string, verdict: Verdict, own: string): readonly string[] {
  return [
    line(title, `${verdict.ok ? 'good' : 'BAD '}  ${course(verdict)}`),
    ...reasonsOf(verdict, own).map((reason) => line('', `      ${reason}`)),
  ];
}

/** Code as lines: bytes and instruction. */
function listing(address: bigint, bytes: Uint8Array | null, before?: Uint8Array): readonly string[] {
  if (bytes === null) return ['(nothing is mapped there)'];
  return foldPadding(disassemble(address, bytes, before), Infinity).map(({ offset, length, text }) => {
    const shown = length > LONGEST_INSTRUCTION ? `${spacedHexDigits(bytes.subarray(offset, offset + 1))} …` : undefined;
    return `${(shown ?? spacedHexDigits(bytes.subarray(offset, offset + length))).padEnd(24)} ${text}`;
  });
}

/** The longest instruction in bytes; a longer line is a run of instructions. */
const LONGEST_INSTRUCTION = 15;
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

/** "load (h_load), apply (0xffff82d040600010)". */
function hookLines({ hooks, symbols }: Inspected): readonly string[] {
  const nameAt = (address: bigint): string =>
    symbols.find((symbol) => symbol.address === address)?.name ?? hex(address);
  const named = Object.entries(hooks).flatMap(([hook, places]: [string, bigint | readonly bigint[]]) =>
    [places].flat().map((address) => `${hook} (${nameAt(address)})`),
  );
  return named.length === 0 ? [] : ['', line('hooks', named.join(', '))];
}

function partLines(parts: readonly PlacedPart[], inspected: Inspected | undefined): readonly string[] {
  return parts.flatMap(({ name, start, size, permissions }) => {
    const within = (inspected?.sections ?? []).filter(
      ({ address, size: length }) => length > 0 && address >= start && address < start + BigInt(size),
    );
    return [
      line(name, `${hex(start)} ${permissions}  ${size} bytes`),
      ...within.map((section) => line('', `${hex(section.address)} ${section.name}, ${section.size} bytes`)),
    ];
  });
}

/** Whose build-id a payload asks for, compared with the hypervisor's. */
function asked(title: string, named: Uint8Array | undefined, own: string): readonly string[] {
  if (named === undefined || named.length === 0) return [];
  const whose = hexDigits(named) === own ? 'the hypervisor' : `NOT the hypervisor, which is ${own}`;
  return [line(title, `${hexDigits(named)} (${whose})`)];
}

function identityLines({ buildId, depends, xenDepends, metadata }: Inspected, own: string): readonly string[] {
  const entries = Buffer.from(metadata).toString('utf8').split('\0').filter(Boolean);
  return [
    '',
    line('build-id', buildId.length === 0 ? 'none' : hexDigits(buildId)),
    ...asked('depends on', depends, own),
    ...asked('is made for', xenDepends, own),
    ...entries.map((entry) => line('metadata', entry)),
  ];
}

function consoleLines(title: string, { console }: Verdict, isWhole: boolean): readonly string[] {
  if (console.length === 0) return [];
  const said = console.flatMap(({ during, lines }) =>
    (isWhole ? lines : foldDumps(lines)).map((text, at) => line(at === 0 ? during : '', text)),
  );
  return ['', `  ${title}`, ...said];
}

export interface Shown {
  /** The whole console, instead of one line for each dump of registers and stack. */
  readonly console?: boolean;
}

/** Some lines about the file, without a newline at the end of the last. */
export function describeCheck(checked: Checked, { console = false }: Shown = {}): string {
  const { file, revision, hypervisor, reference, xen } = checked;
  const shown = xen ?? reference;
  const { inspected, parts, functions } = shown;
  const lines = [
    `${file}: ${isGood(checked) ? 'good' : 'BAD'}`,
    line('hypervisor', `${hypervisor.name}, build-id ${hypervisor.buildId}, revision ${revision}`),
    ...verdictLines('the document', reference, hypervisor.buildId),
    ...remarksIn(reference).map((remark) => line('', `      ${remark.where}: ${remark.says} ${citation(remark)}`)),
    ...(xen === undefined ? [] : verdictLines("Xen's code", xen, hypervisor.buildId)),
    ...functions.flatMap(functionLines),
    ...(inspected === undefined ? [] : hookLines(inspected)),
    ...(parts.length === 0 ? [] : ['', ...partLines(parts, inspected)]),
    ...(inspected === undefined ? [] : identityLines(inspected, hypervisor.buildId)),
    ...consoleLines(xen === undefined ? 'console of the reference' : "Xen's console", shown, console),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
