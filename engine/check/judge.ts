/**
 * What a hypervisor does with a payload: uploaded, applied, reverted, applied once more, taken off again. Whatever is
 * told of the patched places is read from the machine.
 */
import { returnName } from '../abi/errno';
import type { Action, State } from '../abi/hypercall';
import { createToolstack, type Toolstack } from '../toolstack/toolstack';
import { HypervisorStopped, type CitedRefusal, type MemorySnapshot, type Stop, type Target } from '../target';
import { inspect, readable, type Inspected } from './inspect';

/** An action's outcome: what the hypercall returned, and what GET told afterwards. */
export interface Outcome {
  readonly return: number;
  /** null: the payload is not there. */
  readonly state: State | null;
  readonly rc: number | null;
}

/** One place that the payload patches. Bytes as they stood at `oldAddress`; null where nothing is mapped. */
export interface PatchedFunction {
  readonly name: string;
  readonly oldAddress: bigint;
  /** 0: nops. */
  readonly newAddress: bigint;
  readonly before: Uint8Array | null;
  /** null: it was not applied. */
  readonly after: Uint8Array | null;
  /** null: it was not reverted. */
  readonly restored: Uint8Array | null;
}

/** Where a part of the payload came to lie. */
export interface PlacedPart {
  /** "text", "data", "rodata". */
  readonly name: string;
  readonly start: bigint;
  /** Bytes. */
  readonly size: number;
  readonly permissions: string;
}

export interface Verdict {
  /** It loads, applies, and comes off again to the byte. */
  readonly ok: boolean;
  readonly stopped: Pick<Stop, 'where' | 'why'> | undefined;
  readonly upload: { readonly rc: number; readonly refusal: CitedRefusal | undefined };
  readonly apply: Outcome | undefined;
  readonly revert: Outcome | undefined;
  readonly reapply: Outcome | undefined;
  readonly unload: Outcome | undefined;
  readonly functions: readonly PatchedFunction[];
  readonly parts: readonly PlacedPart[];
  readonly inspected: Inspected | undefined;
  /** The hypervisor's console, and what was found changed that should not be. */
  readonly log: readonly string[];
}

type Mutable<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** Bytes that are shown of a patched function, at most. */
const SHOWN_BYTES = 32;

/** Code and read-only data of the hypervisor: nothing of it may differ once the payload is off. */
const isFixed = ({ permissions }: { readonly permissions: string }): boolean => !permissions.includes('w');

function differences(target: Target, before: MemorySnapshot, after: MemorySnapshot): readonly string[] {
  return before.regions.filter(isFixed).flatMap(({ start, bytes }) => {
    const now = after.regions.find((region) => region.start === start)?.bytes;
    if (now === undefined || Buffer.compare(bytes, now) === 0) return [];
    const at = bytes.findIndex((byte, offset) => byte !== now[offset]);
    const count = bytes.filter((byte, offset) => byte !== now[offset]).length;
    const place = target.describe(start + BigInt(at));
    return [`after REVERT ${count} bytes are not as they were, the first at ${place}`];
  });
}

/** The places that are patched, with the bytes as they are now. */
function placesOf(target: Target, inspected: Inspected | undefined) {
  return (inspected?.functions ?? []).map(({ name, oldAddress, newAddress, oldSize }) => {
    const length = Math.max(1, Math.min(oldSize, SHOWN_BYTES));
    return { name, oldAddress, newAddress, read: () => readable(target, oldAddress, length) ?? null };
  });
}

const bytesOf = (places: ReturnType<typeof placesOf>): readonly (Uint8Array | null)[] =>
  places.map(({ read }) => read());

/** How the payload is called in the hypervisor: by its file's name, as far as a name may be long. */
const LONGEST_NAME = 127;

function partsOf(target: Target, name: string): readonly PlacedPart[] {
  return target
    .snapshot()
    .regions.filter((region) => region.name.startsWith(`${name} `))
    .map((region) => ({ ...region, name: region.name.slice(name.length + 1) }));
}

interface Course {
  readonly target: Target;
  readonly toolstack: Toolstack;
  readonly name: string;
  readonly log: string[];
}

function act({ toolstack, name }: Course, action: Action): Outcome {
  const { returned } = toolstack.action(action, name);
  const status = toolstack.get(name);
  const known = status.returned === 0;
  return { return: returned, state: known ? (status.state ?? null) : null, rc: known ? status.rc : null };
}

const succeeded = (outcome: Outcome | undefined, state: State | null): boolean =>
  outcome?.return === 0 && outcome.state === state && (outcome.rc ?? 0) === 0;

/** Takes in what was said since the last time; the refusal that was cited first. */
function listen({ toolstack, log }: Course): CitedRefusal | undefined {
  const calls = toolstack.drain().flatMap((event) => (event.kind === 'hypercall' ? [event] : []));
  log.push(...calls.flatMap(({ console }) => console));
  return calls.flatMap(({ refusals }) => refusals)[0];
}

/** Apply, revert, apply again, and off: as far as it goes. */
function live(course: Course, verdict: Mutable<Verdict>, file: Uint8Array, before: MemorySnapshot): void {
  const { target, name } = course;
  verdict.parts = partsOf(target, name);
  verdict.inspected = inspect(file, target, verdict.parts[0]?.start ?? 0n);
  const places = placesOf(target, verdict.inspected);
  const [old] = [bytesOf(places)];
  const show = (after: readonly (Uint8Array | null)[], restored: readonly (Uint8Array | null)[]): void => {
    verdict.functions = places.map(({ name: function_, oldAddress, newAddress }, at) => ({
      name: function_,
      oldAddress,
      newAddress,
      before: old[at] ?? null,
      after: after[at] ?? null,
      restored: restored[at] ?? null,
    }));
  };
  show([], []);
  verdict.apply = act(course, 'APPLY');
  if (succeeded(verdict.apply, 'APPLIED')) {
    const after = bytesOf(places);
    show(after, []);
    verdict.revert = act(course, 'REVERT');
    show(after, bytesOf(places));
    const changed = differences(target, before, target.snapshot());
    verdict.ok = changed.length === 0 && succeeded(verdict.revert, 'CHECKED');
    listen(course);
    course.log.push(...changed);
    if (succeeded(verdict.revert, 'CHECKED')) {
      verdict.reapply = act(course, 'APPLY');
      if (succeeded(verdict.reapply, 'APPLIED')) act(course, 'REVERT');
    }
  }
  verdict.unload = act(course, 'UNLOAD');
  verdict.ok &&= succeeded(verdict.unload, null);
}

/**
 * Does to the payload what an administrator would, on a hypervisor with nothing loaded. `size`: the file's, where
 * `file` is only its beginning. Never throws for what the payload is or does.
 */
export function judge(target: Target, title: string, file: Uint8Array, size = file.length): Verdict {
  target.reset();
  target.log();
  const name = Buffer.from(title, 'utf8').subarray(0, LONGEST_NAME).toString('latin1').replaceAll('\0', '?');
  const course: Course = { target, toolstack: createToolstack(target), name, log: [] };
  const verdict: Mutable<Verdict> = {
    ok: false,
    stopped: undefined,
    upload: { rc: 0, refusal: undefined },
    apply: undefined,
    revert: undefined,
    reapply: undefined,
    unload: undefined,
    functions: [],
    parts: [],
    inspected: undefined,
    log: course.log,
  };
  try {
    const before = target.snapshot();
    const fields = size === file.length ? {} : { fields: { size: BigInt(size) } };
    const { returned } = course.toolstack.upload(name, file, fields);
    verdict.upload = { rc: returned, refusal: listen(course) };
    if (returned === 0) live(course, verdict, file, before);
    else verdict.inspected = inspect(file, target, 0n);
  } catch (error) {
    if (!(error instanceof HypervisorStopped)) throw error;
    const { where, why, console } = error.stop;
    verdict.ok = false;
    verdict.stopped = { where, why };
    listen(course);
    course.log.push(...console.filter((line) => !course.log.includes(line)));
    return verdict;
  }
  listen(course);
  return verdict;
}

/** "EINVAL"; null for success. */
export const errnoOf = (rc: number): string | null => (rc < 0 ? returnName(rc).replace(/^-/, '') : null);
