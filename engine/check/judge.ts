/**
 * What a hypervisor does with a payload: uploaded, applied, reverted, applied once more, taken off again. What is
 * reported of the patched places is read from the machine.
 */
import { returnName } from '../abi/errno';
import { HypervisorStopped, type EmulatedTarget } from '../target';
import { payloadRegions } from '../owners';
import { createToolstack } from '../toolstack/toolstack';
import {
  act,
  actOn,
  applyIt,
  decode,
  listen,
  nameIn,
  uploadAs,
  type BeforeStep,
  type Course,
  type NamedFile,
} from './course';
import { inspectedOf, readable, readFor, type Inspected } from './inspect';
import { applyingAction, expectedOf, SECOND_REVERT, USUAL, type ExpectedFailure, type Procedure } from './procedure';
import { rememberFixed } from './unchanged';
import {
  failureOf,
  succeeded,
  UNREACHED,
  type Outcome,
  type PatchedFunction,
  type PlacedPart,
  type Verdict,
} from './verdict';
import { rememberData, warningsAfter, warningsOn, type ChangedVariable } from './warnings';

export type { BeforeStep, NamedFile } from './course';

/** Bytes that are shown of a patched function, at most. */
const SHOWN_BYTES = 32;
/** Of how many functions, and how many bytes of each, the old and the new code are kept. */
const MOST_CODE = { functions: 32, bytes: 4096 } as const;
/** Where a payload is read that was placed nowhere. Not at 0, which means "none" of a hook. */
const NOWHERE = 0x1000n;

/** The hypervisor's memory, compared with what it was before the payload. */
interface Comparison {
  /** What REVERT did not restore. */
  readonly fixed: () => readonly string[];
  readonly data: () => readonly ChangedVariable[];
}

const remember = (target: EmulatedTarget): Comparison => ({
  fixed: rememberFixed(target),
  data: rememberData(target),
});

const partsOf = ({ target, name }: Course): readonly PlacedPart[] =>
  payloadRegions(target.memory.regions(), name).map(({ owner, ...region }) => ({ ...region, name: owner.part }));

const hasHooks = (inspected: Inspected | undefined): boolean => Object.values(inspected?.hooks ?? {}).flat().length > 0;

/** Reads the payload, and what there is to say about it. `base`: where it was loaded, if it was. */
function read({ target, verdict }: Course, { title, bytes, size }: NamedFile, base: bigint | undefined): void {
  const payload = readFor(bytes, target, base ?? NOWHERE);
  verdict.inspected = inspectedOf(payload);
  verdict.warnings = warningsOn(payload, target, { size, nameLength: Buffer.byteLength(title) }, base !== undefined);
}

/** The patched functions; `look` reads what stands there now. */
function watchPatched(target: EmulatedTarget, inspected: Inspected | undefined) {
  const places = inspected?.functions ?? [];
  const read = (): readonly (Uint8Array | null)[] =>
    places.map(({ oldAddress, oldSize }) => {
      const length = Math.max(1, Math.min(oldSize, SHOWN_BYTES));
      return readable(target, oldAddress, length) ?? null;
    });
  const code = (at: number, address: bigint, size: number): Uint8Array | null =>
    at < MOST_CODE.functions ? (readable(target, address, Math.min(size, MOST_CODE.bytes)) ?? null) : null;
  const before = read();
  let functions: readonly PatchedFunction[] = places.map((place, at) => ({
    name: place.name,
    oldAddress: place.oldAddress,
    newAddress: place.newAddress,
    oldSize: place.oldSize,
    newSize: place.newSize,
    oldCode: code(at, place.oldAddress, place.oldSize),
    newCode: place.newAddress === 0n ? null : code(at, place.newAddress, place.newSize),
    before: before[at] ?? null,
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

/** Whether a step that is to fail did so; what happened instead is noted. True where it is to succeed. */
function meets({ procedure, verdict }: Course, step: ExpectedFailure['step'], failure: number): boolean {
  const expected = expectedOf(procedure, step);
  if (expected === undefined || expected === failure) return true;
  const did = failure === 0 ? 'succeeded' : `failed with ${returnName(failure)}`;
  verdict.unmet = [...verdict.unmet, `${step} was expected to fail with ${returnName(expected)}, and ${did}.`];
  return false;
}

/** Whether it was reverted; asked once more where the first time was to fail, and left the payload applied. */
function revertIt(course: Course): boolean {
  const { verdict, procedure } = course;
  verdict.revert = act(course, 'REVERT');
  if (expectedOf(procedure, 'REVERT') === undefined) return succeeded(verdict.revert, 'CHECKED');
  if (!meets(course, 'REVERT', failureOf(verdict.revert))) return false;
  if (verdict.revert.state !== 'APPLIED') return verdict.revert.state === 'CHECKED';
  verdict.revertAgain = act(course, 'REVERT', SECOND_REVERT);
  return succeeded(verdict.revertAgain, 'CHECKED');
}

function applyAgain(course: Course): Outcome {
  const outcome = applyIt(course, ' again');
  if (succeeded(outcome, 'APPLIED')) act(course, 'REVERT', 'REVERT again');
  return outcome;
}

/** Apply, revert, apply again, and off: as far as it goes. */
function live(course: Course, file: NamedFile, compared: Comparison): void {
  const { target, verdict, procedure } = course;
  verdict.parts = partsOf(course);
  read(course, file, verdict.parts[0]?.start);
  const patched = watchPatched(target, verdict.inspected);
  verdict.functions = patched.all();
  verdict.apply = applyIt(course);
  const isApplied = succeeded(verdict.apply, 'APPLIED');
  const isMet = meets(course, 'APPLY', failureOf(verdict.apply));
  let isOff = isMet && !isApplied && expectedOf(procedure, 'APPLY') !== undefined;
  if (isApplied) {
    patched.look('after');
    verdict.functions = patched.all();
    isOff = revertIt(course) && isMet;
    patched.look('restored');
    verdict.functions = patched.all();
  }
  if (isOff) {
    verdict.changed = compared.fixed();
    verdict.ok = verdict.changed.length === 0;
    if (succeeded(verdict.revertAgain ?? verdict.revert, 'CHECKED')) verdict.reapply = applyAgain(course);
  }
  verdict.unload = act(course, 'UNLOAD');
  const isGone = succeeded(verdict.unload, null);
  verdict.ok &&= isGone;
  // Without hooks, nothing but Xen itself changes Xen's data.
  if (isGone && hasHooks(verdict.inspected))
    verdict.warnings = [...verdict.warnings, ...warningsAfter(compared.data())];
}

/** `isPrepared`: what the payload is judged on was applied. */
function stop(course: Course, error: unknown, isPrepared: boolean): void {
  if (!(error instanceof HypervisorStopped)) throw error;
  const { verdict, during } = course;
  const { where, why, isOutOfBudget, console } = error.stop;
  verdict.ok = false;
  verdict.stopped = { where, why, during };
  if (isPrepared) verdict.upload ??= { rc: 0, refusal: undefined };
  else verdict.unsure = `the hypervisor crashed at ${during}, before this payload was uploaded`;
  if (isOutOfBudget) verdict.unsure ??= `${during} takes more instructions than the emulator waits for, in ${where}`;
  listen(course, console);
}

/** Loads and applies what the payload is judged on; false where that did not succeed, which is then noted. */
function prepare(course: Course, on: readonly NamedFile[]): boolean {
  const { verdict } = course;
  for (const file of on) {
    const name = nameIn(file.title);
    const { rc } = uploadAs(course, name, file, `UPLOAD of ${file.title}`);
    const applied = rc === 0 ? actOn(course, name, 'APPLY', `APPLY of ${file.title}`) : undefined;
    if (succeeded(applied, 'APPLIED')) continue;
    const how = applied === undefined ? `UPLOAD returned ${returnName(rc)}` : returnName(failureOf(applied));
    verdict.unsure = `${file.title}, which this payload goes on top of, was not applied (${how})`;
    return false;
  }
  return true;
}

/** Judges a payload of this title. `size`: the file's, where `file` is only its beginning. `on`: what is applied before. */
export type Judge = (title: string, file: Uint8Array, size?: number, on?: readonly NamedFile[]) => Verdict;

export interface JudgeOptions {
  readonly beforeStep?: BeforeStep;
  readonly procedure?: Procedure;
  /** The function of an image that was never booted that the payload's code called, if there is one. */
  readonly foreignCall?: () => string | undefined;
}

/** Why the verdict says nothing of the payload where its code called what cannot be relied on. */
function unsureOf({ ok, upload }: Verdict, called: string | undefined): string | undefined {
  if (ok || called === undefined || upload?.rc !== 0) return undefined;
  return `the payload's code called ${called} in an image that was never booted: only Xen's own code can tell`;
}

/**
 * A judge for one hypervisor. For each payload it starts with nothing loaded, and does what an administrator would do.
 * It never throws because of a payload.
 */
export function createJudge(target: EmulatedTarget, options: JudgeOptions = {}): Judge {
  const { beforeStep = () => undefined, procedure = USUAL, foreignCall = () => undefined } = options;
  target.reset();
  const pristine = remember(target);
  return (title, bytes, size = bytes.length, on = []) => {
    target.reset();
    target.log();
    const name = nameIn(title);
    const file: NamedFile = { title, bytes, size };
    const verdict = { ...UNREACHED, name: decode(name), size, action: applyingAction(procedure) };
    const toolstack = createToolstack(target);
    const course: Course = { target, toolstack, name, procedure, verdict, beforeStep, during: '' };
    let isPrepared = false;
    try {
      isPrepared = prepare(course, on);
      if (isPrepared) {
        // REPLACE reverts whatever was applied.
        const compared = on.length === 0 || procedure.replace ? pristine : remember(target);
        verdict.upload = uploadAs(course, name, file, 'UPLOAD');
        const isMet = meets(course, 'UPLOAD', verdict.upload.rc);
        if (verdict.upload.rc === 0) live(course, file, compared);
        else verdict.ok = expectedOf(procedure, 'UPLOAD') !== undefined;
        verdict.ok &&= isMet;
      }
    } catch (error) {
      stop(course, error, isPrepared);
    }
    verdict.unsure ??= unsureOf(verdict, foreignCall());
    if (verdict.inspected === undefined) read(course, file, undefined);
    return verdict;
  };
}
