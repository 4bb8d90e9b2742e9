/** What `check` found out about one payload, for people: first the verdict, then the reason, then what was changed. */
import { returnName } from '../../engine/abi/errno';
import { LIMITS } from '../../engine/abi/hypercall';
import { hex, hexDigits } from '../../engine/bytes';
import type { Inspected } from '../../engine/check/inspect';
import { nameOfFile } from '../../engine/check/payload-file';
import {
  answerOf,
  failureOf,
  type Answer,
  type Outcome,
  type PatchedFunction,
  type PlacedPart,
  type Verdict,
} from '../../engine/check/verdict';
import { printable } from '../../reports/printable';
import { decided, warningsIn, type Checked } from './checked';
import { codeLines, placeLines } from './code';
import { foldConsole } from './console';
import { hooksIn, newSymbolsIn } from './contents';
import { citation, reasonsOf } from './reasons';

/** A line with its title before it. */
const line = (title: string, text: string): string => `  ${title.padEnd(13)} ${text}`;

/** What became of an action: "applied", or how it failed. `how`: the same with more detail. */
function outcomeText(
  done: string,
  outcome: Outcome | undefined,
  state: Outcome['state'],
  how = done,
): string | undefined {
  if (outcome === undefined) return undefined;
  const failed = failureOf(outcome);
  if (failed !== 0) return `not ${done} (${returnName(failed)})`;
  return outcome.state === state ? how : `not ${done}`;
}

function course(verdict: Verdict): string {
  const { stopped, crashed, upload, action, apply, revert, revertAgain, reapply, unload, changed } = verdict;
  if (upload !== undefined && upload.rc !== 0) return `refused: ${returnName(upload.rc)}`;
  const reverted = changed.length === 0 ? 'reverted to the byte' : 'reverted, NOT to the byte';
  const steps = [
    upload === undefined || stopped?.during === 'UPLOAD' ? undefined : 'loaded',
    outcomeText(action === 'REPLACE' ? 'applied by REPLACE' : 'applied', apply, 'APPLIED'),
    outcomeText('reverted', revert, 'CHECKED', reverted),
    outcomeText('reverted', revertAgain, 'CHECKED', `${reverted} on the second try`),
    outcomeText('applied again', reapply, 'APPLIED'),
    outcomeText('unloaded', unload, null),
    stopped === undefined ? undefined : 'THE HYPERVISOR CRASHED',
    crashed === undefined ? undefined : 'THE EMULATOR CRASHED',
  ];
  return steps.filter((step) => step !== undefined).join(', ');
}

const WORDS: Readonly<Record<Answer, string>> = { good: 'good', bad: 'BAD', unknown: 'could not tell' };

function verdictLines(title: string, verdict: Verdict, checked: Checked): readonly string[] {
  const answer = WORDS[answerOf(verdict)].padEnd(WORDS.good.length);
  return [
    line(title, `${answer}  ${course(verdict)}`.trimEnd()),
    ...reasonsOf(verdict, checked).map((reason) => line('', `      ${reason}`)),
  ];
}

/** Whose verdict decides, where it is not clear. */
function decisionLines({ reference, xen, failOn }: Checked): readonly string[] {
  if (xen === undefined || answerOf(reference) === answerOf(xen) || failOn === 'either') return [];
  return [line('', `      ${failOn === 'xen' ? "Xen's code" : 'The document'} decides (--fail-on).`)];
}

function functionLines(patched: PatchedFunction, isWhole: boolean): readonly string[] {
  const { name, oldAddress, newAddress, oldSize, newSize } = patched;
  const into = newAddress === 0n ? 'nops' : hex(newAddress);
  return [
    '',
    `  ${name === '' ? '(no name)' : name}  ${hex(oldAddress)} -> ${into}  (${oldSize} bytes -> ${newSize})`,
    ...placeLines(patched),
    ...(isWhole ? codeLines(patched) : []),
  ];
}

/** A line each: what it is about, what was found, and where that is in the file. */
const warningLines = (checked: Checked): readonly string[] =>
  warningsIn(checked).map((warning) =>
    line('warning', [warning.where && `${warning.where}:`, warning.says, citation(warning)].filter(Boolean).join(' ')),
  );

/** "load (h_load), apply (.text.h+0x10)". */
function hookLines(inspected: Inspected): readonly string[] {
  const hooks = hooksIn(inspected).map(({ kind, name }) => `${kind} (${name})`);
  return hooks.length === 0 ? [] : ['', line('hooks', hooks.join(', '))];
}

/** New symbols that are shown, at most. */
const MOST_NEW = 20;

/** What the payload brings that is no new body of an old function. */
function newLines(inspected: Inspected): readonly string[] {
  const brought = newSymbolsIn(inspected).map(({ name, size, section }) => `${name} (${size} bytes in ${section})`);
  const rest = brought.length - MOST_NEW;
  const shown = [...brought.slice(0, MOST_NEW), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return shown.length === 0 ? [] : ['', ...shown.map((text, at) => line(at === 0 ? 'new' : '', text))];
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

/** Whose build-id a payload asks for, held against those that are there. */
function asked(title: string, named: Uint8Array | undefined, checked: Checked): readonly string[] {
  if (named === undefined || named.length === 0) return [];
  const { hypervisor, fileOf } = checked;
  const id = hexDigits(named);
  const other = fileOf(id) ?? `NOT the hypervisor, which is ${hypervisor.buildId}`;
  return [line(title, `${id} (${id === hypervisor.buildId ? 'the hypervisor' : other})`)];
}

function identityLines({ inspected, size }: Verdict, checked: Checked): readonly string[] {
  if (inspected === undefined) return [];
  // Of a larger file only the beginning was read.
  if (size > LIMITS.payload) return ['', line('build-id', `(not read: the file has ${size} bytes)`)];
  const { buildId, depends, xenDepends, metadata } = inspected;
  const entries = Buffer.from(metadata).toString('utf8').split('\0').filter(Boolean);
  return [
    '',
    line('build-id', buildId.length === 0 ? 'none' : hexDigits(buildId)),
    ...asked('depends on', depends, checked),
    ...asked('is made for', xenDepends, checked),
    ...entries.map((entry) => line('metadata', entry)),
  ];
}

function consoleLines(title: string, { console }: Verdict, isWhole: boolean): readonly string[] {
  if (console.length === 0) return [];
  const said = console.flatMap(({ during, lines }) =>
    (isWhole ? lines : foldConsole(lines)).map((text, at) => line(at === 0 ? during : '', text)),
  );
  return ['', `  ${title}`, ...said];
}

export interface Shown {
  /** The whole console, instead of its warnings and errors. */
  readonly console?: boolean;
  /** The old and the new code whole. */
  readonly code?: boolean;
}

/** What stands below the payload. */
const belowLines = ({ on }: Checked): readonly string[] =>
  on.map((below, at) => line(at === 0 ? 'on top of' : '', `${below} (${nameOfFile(below)})`));

/** Some lines about the file; no end of line behind the last. */
export function describeCheck(checked: Checked, { console = false, code = false }: Shown = {}): string {
  const { file, revision, hypervisor, reference, xen } = checked;
  const shown = xen ?? reference;
  const { inspected, parts, functions } = shown;
  const lines = [
    `${file}: ${WORDS[decided(checked)]}`,
    line('hypervisor', `${hypervisor.name}, build-id ${hypervisor.buildId}, revision ${revision}`),
    ...belowLines(checked),
    ...verdictLines('the document', reference, checked),
    ...(xen === undefined ? [] : verdictLines("Xen's code", xen, checked)),
    ...decisionLines(checked),
    ...warningLines(checked),
    ...functions.flatMap((patched) => functionLines(patched, code)),
    ...(inspected === undefined ? [] : [...newLines(inspected), ...hookLines(inspected)]),
    ...(parts.length === 0 ? [] : ['', ...partLines(parts, inspected)]),
    ...identityLines(shown, checked),
    ...consoleLines(xen === undefined ? 'console of the reference' : "Xen's console", shown, console),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}
