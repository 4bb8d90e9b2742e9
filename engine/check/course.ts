/** The toolstack at one payload: what it does, step by step, and what was heard during each. */
import { isUtf8 } from 'node:buffer';
import { ACTION_FLAG, LIMITS, type Action } from '../abi/hypercall';
import { refusalsIn, screenLines } from '../console';
import type { HypercallEvidence } from '../evidence';
import type { CitedRefusal } from '../refusal';
import type { EmulatedTarget } from '../target';
import type { Toolstack } from '../toolstack/toolstack';
import { applyingAction, type Procedure } from './procedure';
import type { Outcome, Uploaded, Verdict } from './verdict';

export type Mutable<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** Is called before each step, from which the process may not come back, with what is known by then. */
export type BeforeStep = (step: string, reached: Verdict) => void;

export interface Course {
  readonly target: EmulatedTarget;
  readonly toolstack: Toolstack;
  /** A character a byte, as the hypervisor is given it. */
  readonly name: string;
  readonly procedure: Procedure;
  readonly verdict: Mutable<Verdict>;
  readonly beforeStep: BeforeStep;
  during: string;
}

/** A payload's file on its way to the hypervisor. */
export interface NamedFile {
  /** As people write it. */
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Of the whole file, where `bytes` are only its beginning. */
  readonly size: number;
}

/** How long a name may be without its NUL. NAME-5. */
const LONGEST_NAME = LIMITS.name - 1;

/** The name as the hypervisor is given it, as far as a name may be long. */
export const nameIn = (title: string): string =>
  Buffer.from(title, 'utf8').subarray(0, LONGEST_NAME).toString('latin1').replaceAll('\0', '?');

/** Text as the hypervisor has it, a character a byte: as UTF-8 where it is such. */
export function decode(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text && isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/** Takes in what was said during a step. `more`: lines that no hypercall brought back. */
export function listen({ toolstack, verdict, during }: Course, more: readonly string[] = []) {
  const calls = toolstack.drain().flatMap((event) => (event.kind === 'hypercall' ? [event] : []));
  const heard = calls.flatMap(({ console }) => screenLines(console));
  const lines = [...heard, ...more.filter((line) => !heard.includes(line))];
  if (lines.length > 0) verdict.console = [...verdict.console, { during, lines: lines.map(decode) }];
  return calls;
}

/** The first refusal that was cited. Which payload it is about is told only where it is about the whole of it. */
function citedIn(calls: readonly HypercallEvidence[]): CitedRefusal | undefined {
  const [first] = calls.flatMap(({ console }) => refusalsIn(console));
  if (first === undefined) return undefined;
  const { payload, where, ...rest } = first;
  const isWhole = payload !== undefined && where === '';
  return { ...rest, where: decode(where), ...(isWhole && { payload: decode(payload) }) };
}

export function begin(course: Course, step: string): void {
  course.during = step;
  course.beforeStep(step, course.verdict);
}

/** Uploads a file under a name. */
export function uploadAs(course: Course, name: string, { bytes, size }: NamedFile, step: string): Uploaded {
  begin(course, step);
  const fields = size === bytes.length ? {} : { fields: { size: BigInt(size) } };
  const { returned } = course.toolstack.upload(name, bytes, fields);
  return { rc: returned, refusal: citedIn(listen(course)) };
}

/** An action on the payload of a name, and what GET tells of it afterwards. */
export function actOn(course: Course, name: string, action: Action, step: string, flags = 0): Outcome {
  const { toolstack } = course;
  begin(course, step);
  const { returned } = toolstack.action(action, name, 0, flags === 0 ? {} : { fields: { flags } });
  const refusal = citedIn(listen(course));
  const status = toolstack.get(name);
  // That GET finds nothing once the payload is off needs no telling.
  toolstack.drain();
  const isKnown = status.returned === 0;
  return {
    return: returned,
    state: isKnown ? (status.state ?? null) : null,
    rc: isKnown ? status.rc : null,
    refusal,
  };
}

/** An action on the payload that is judged. */
export const act = (course: Course, action: Action, step: string = action): Outcome =>
  actOn(course, course.name, action, step);

/** APPLY or REPLACE, as it was asked for. */
export function applyIt(course: Course, again = ''): Outcome {
  const { procedure, name } = course;
  const action = applyingAction(procedure);
  return actOn(course, name, action, `${action}${again}`, procedure.nodeps ? ACTION_FLAG.NODEPS : 0);
}
