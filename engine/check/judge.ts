/**
 * What a hypervisor does with a payload: uploaded, applied, reverted, applied once more, taken off again. What is
 * reported of the patched places is read from the machine.
 */
import { isUtf8 } from 'node:buffer';
import type { Action } from '../abi/hypercall';
import { refusalsIn, screenLines } from '../console';
import type { HypercallEvidence } from '../evidence';
import type { CitedRefusal } from '../refusal';
import { HypervisorStopped, type EmulatedTarget } from '../target';
import { payloadRegions } from '../owners';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';
import { inspect, readable, type Inspected } from './inspect';
import { rememberFixed } from './unchanged';
import { succeeded, UNREACHED, type Outcome, type PatchedFunction, type PlacedPart, type Verdict } from './verdict';

type Mutable<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** Bytes that are shown of a patched function, at most. */
const SHOWN_BYTES = 32;
/** How the payload is called in the hypervisor: by its file's name, as far as a name may be long. */
const LONGEST_NAME = 127;

/** Called before each step with the verdict so far, because the process may die in the step. */
export type BeforeStep = (step: string, reached: Verdict) => void;

/** The toolstack with one payload, and what was recorded so far. */
interface Course {
  readonly target: EmulatedTarget;
  readonly toolstack: Toolstack;
  readonly name: string;
  readonly verdict: Mutable<Verdict>;
  readonly beforeStep: BeforeStep;
  during: string;
}

/** Text as the hypervisor has it, a character a byte; as UTF-8 if it is valid. */
function decode(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text && isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/** Records what was printed during a step. `more`: lines that no hypercall returned. */
function listen({ toolstack, verdict, during }: Course, more: readonly string[] = []): readonly HypercallEvidence[] {
  const calls = toolstack.drain().flatMap((event) => (event.kind === 'hypercall' ? [event] : []));
  const heard = calls.flatMap(({ console }) => screenLines(console));
  const lines = [...heard, ...more.filter((line) => !heard.includes(line))];
  if (lines.length > 0) verdict.console = [...verdict.console, { during, lines: lines.map(decode) }];
  return calls;
}

/** The first refusal that was cited. It names its payload only if it is about the whole of it. */
function citedIn(calls: readonly HypercallEvidence[]): CitedRefusal | undefined {
  const [first] = calls.flatMap(({ console }) => refusalsIn(console));
  if (first === undefined) return undefined;
  const { payload, where, ...rest } = first;
  const isWhole = payload !== undefined && where === '';
  return { ...rest, where: decode(where), ...(isWhole && { payload: decode(payload) }) };
}

function begin(course: Course, step: string): void {
  course.during = step;
  course.beforeStep(step, course.verdict);
}

function act(course: Course, action: Action, step: string = action): Outcome {
  const { toolstack, name } = course;
  begin(course, step);
  const { returned } = toolstack.action(action, name);
  const refusal = citedIn(listen(course));
  const status = toolstack.get(name);
  // That GET finds nothing once the payload is off need not be reported.
  toolstack.drain();
  const isKnown = status.returned === 0;
  return {
    return: returned,
    state: isKnown ? (status.state ?? null) : null,
    rc: isKnown ? status.rc : null,
    refusal,
  };
}

const partsOf = ({ target, name }: Course): readonly PlacedPart[] =>
  payloadRegions(target.memory.regions(), name).map(({ owner, ...region }) => ({ ...region, name: owner.part }));

/** The patched functions; `look` reads what is there now. */
function watchPatched(target: EmulatedTarget, inspected: Inspected | undefined) {
  const places = inspected?.functions ?? [];
  const read = (): readonly (Uint8Array | null)[] =>
    places.map(({ oldAddress, oldSize }) => {
      const length = Math.max(1, Math.min(oldSize, SHOWN_BYTES));
      return readable(target, oldAddress, length) ?? null;
    });
  let functions: readonly PatchedFunction[] = read().map((before, at) => ({
    name: places[at]?.name ?? '',
    oldAddress: places[at]?.oldAddress ?? 0n,
    newAddress: places[at]?.newAddress ?? 0n,
    before,
    after: null,
    restored: null,
  }));
  return {
    all: () => functions,
    look(moment: 'after' | 'restored'): void {
      const now = read();
      functions = functions.map((patched, at) => ({ ...patched, [moment]: now[at] ?? null }));
    },
  };
}

/** Applies, reverts, applies again, reverts and unloads, as far as possible. */
function live(course: Course, file: Uint8Array, changes: () => readonly string[]): void {
  const { target, verdict } = course;
  verdict.parts = partsOf(course);
  verdict.inspected = inspect(file, target, verdict.parts[0]?.start ?? 0n);
  const patched = watchPatched(target, verdict.inspected);
  verdict.functions = patched.all();
  verdict.apply = act(course, 'APPLY');
  if (succeeded(verdict.apply, 'APPLIED')) {
    patched.look('after');
    verdict.functions = patched.all();
    verdict.revert = act(course, 'REVERT');
    patched.look('restored');
    verdict.functions = patched.all();
  }
  if (succeeded(verdict.revert, 'CHECKED')) {
    verdict.changed = changes();
    verdict.ok = verdict.changed.length === 0;
    verdict.reapply = act(course, 'APPLY', 'APPLY again');
    if (succeeded(verdict.reapply, 'APPLIED')) act(course, 'REVERT', 'REVERT again');
  }
  verdict.unload = act(course, 'UNLOAD');
  verdict.ok &&= succeeded(verdict.unload, null);
}

function stop(course: Course, error: unknown): void {
  if (!(error instanceof HypervisorStopped)) throw error;
  const { verdict } = course;
  const { where, why, console } = error.stop;
  verdict.ok = false;
  verdict.upload ??= { rc: 0, refusal: undefined };
  verdict.stopped = { where, why, during: course.during };
  listen(course, console);
}

/** Judges a payload of this title. `size`: the file's, where `file` is only its beginning. */
export type Judge = (title: string, file: Uint8Array, size?: number) => Verdict;

/**
 * A judge for one hypervisor. For each payload it starts with nothing loaded, and does what an administrator would do.
 * It never throws because of a payload.
 */
export function createJudge(target: EmulatedTarget, beforeStep: BeforeStep = () => undefined): Judge {
  target.reset();
  const changes = rememberFixed(target);
  return (title, file, size = file.length) => {
    target.reset();
    target.log();
    const name = Buffer.from(title, 'utf8').subarray(0, LONGEST_NAME).toString('latin1').replaceAll('\0', '?');
    const verdict = { ...UNREACHED };
    const course: Course = { target, toolstack: createToolstack(target), name, verdict, beforeStep, during: '' };
    try {
      begin(course, 'UPLOAD');
      const fields = size === file.length ? {} : { fields: { size: BigInt(size) } };
      const { returned } = course.toolstack.upload(name, file, fields);
      verdict.upload = { rc: returned, refusal: citedIn(listen(course)) };
      if (returned === 0) live(course, file, changes);
    } catch (error) {
      stop(course, error);
    }
    verdict.inspected ??= inspect(file, target, 0n);
    return verdict;
  };
}
