/** Replays what was recorded, and says field by field where a target does otherwise. */
import { ACTION, ACTION_STRUCT, GET, LIST, LIVEPATCH_OP, STATE, UPLOAD } from '../../abi/hypercall';
import { hexDigits } from '../../bytes';
import { HypervisorStopped, type Target } from '../../target';
import { createCalls, type Calls } from './caller';
import type { Case, Recorded, Sequence, StateRc, Step, Verdict } from './data';

export interface Difference {
  readonly field: string;
  readonly booted: unknown;
  readonly here: unknown;
}

export interface Replayed {
  readonly id: string;
  /** For a sequence, the number of the step. */
  readonly step?: number;
  readonly note: string;
  /** The fields that were compared: those that one of the two has. */
  readonly compared: readonly string[];
  readonly differences: readonly Difference[];
  /** Why the hypervisor stopped here, if it did. */
  readonly stopped?: string;
}

type Mutable<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** The fields that are compared; console lines and a stop's words are not. */
const COMPARED = [
  'upload', 'apply', 'applied', 'extra', 'version', 'revert', 'reverted', 'unload',
  'before', 'after', 'restored', 'left', 'dead',
] as const; // prettier-ignore

const text = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));

/** Compares two observations, field by field. */
export function compare(
  booted: Readonly<Record<string, unknown>>,
  here: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Pick<Replayed, 'compared' | 'differences'> {
  const compared = fields.filter((field) => booted[field] !== undefined || here[field] !== undefined);
  const differences = compared
    .filter((field) => text(booted[field]) !== text(here[field]))
    .map((field): Difference => ({ field, booted: booted[field], here: here[field] }));
  return { compared, differences };
}

const nameFields = (calls: Calls, name: string) => {
  const bytes = Buffer.from(`${name}\0`, 'latin1');
  return { name: calls.place(bytes), name_size: bytes.length };
};

function stateOf(calls: Calls, name: string): StateRc {
  const { out } = calls.call(LIVEPATCH_OP.GET, GET.encode(nameFields(calls, name)));
  const { state, rc } = GET.decode(out);
  return { state, rc };
}

/** What the target does with one payload: the same steps that were taken on the booted Xen. */
function observe(target: Target, recorded: Recorded, { base, ...edits }: Case): { verdict: Verdict; stopped?: string } {
  const calls = createCalls(target);
  const verdict: Partial<Mutable<Verdict>> = {};
  let step = 'upload';
  const at = <Result>(name: string, action: () => Result): Result => {
    step = name;
    return action();
  };
  const action = (cmd: number): number =>
    calls.call(LIVEPATCH_OP.ACTION, ACTION_STRUCT[2].encode({ ...nameFields(calls, 'p'), cmd })).ret;
  const bytes = () =>
    Object.fromEntries(
      recorded.watched(base).map(({ key, name, bytes: length }) => {
        const address = target.symbol(name) ?? 0n;
        return [key, hexDigits(target.read(address, length))];
      }),
    );
  try {
    const payload = recorded.payload(base, edits);
    const place = { size: BigInt(payload.length), payload: calls.place(payload) };
    const before = bytes();
    verdict.upload = calls.call(LIVEPATCH_OP.UPLOAD, UPLOAD.encode({ ...nameFields(calls, 'p'), ...place })).ret;
    if (verdict.upload === 0) {
      verdict.before = before;
      verdict.apply = at('apply', () => action(ACTION.APPLY));
      verdict.applied = stateOf(calls, 'p');
      verdict.after = bytes();
      verdict.extra = at('extra', () => calls.extra());
      verdict.version = at('version', calls.version);
      if (verdict.applied.state === STATE.APPLIED) {
        verdict.revert = at('revert', () => action(ACTION.REVERT));
        verdict.reverted = stateOf(calls, 'p');
        verdict.restored = bytes();
      }
      verdict.unload = at('unload', () => action(ACTION.UNLOAD));
    }
    verdict.left = at('list', () => calls.list().entries.map(([name]) => String(name)));
    return { verdict: { upload: 0, ...verdict } };
  } catch (error) {
    if (!(error instanceof HypervisorStopped)) throw error;
    const dead = { step, kind: 'dead' };
    return { verdict: { upload: 'dead', ...verdict, dead }, stopped: `${error.stop.where}: ${error.stop.why}` };
  }
}

/** A verdict with what may be compared: that the hypervisor died, and when, but not of what. */
function comparable(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { dead } = verdict;
  const upload = typeof verdict.upload === 'string' ? 'dead' : verdict.upload;
  return { ...verdict, upload, dead: dead === undefined ? undefined : dead.step };
}

/** Replays a case on a target that was just reset. */
export function replayCase(target: Target, recorded: Recorded, one: Case): Replayed {
  const { verdict, stopped } = observe(target, recorded, one);
  const comparison = compare(comparable(one.verdict), comparable(verdict), COMPARED);
  return { id: one.id, note: one.note, ...comparison, ...(stopped === undefined ? {} : { stopped }) };
}

const pointer = (step: Step, name: string): bigint | undefined => {
  const given = step.pointers?.[name];
  return given === undefined ? undefined : BigInt(`0x${given}`);
};

function stepName(calls: Calls, step: Step) {
  const bytes = step.name_hex === undefined ? Buffer.from(`${step.name ?? ''}\0`) : Buffer.from(step.name_hex, 'hex');
  return {
    name: pointer(step, 'name') ?? calls.place(bytes),
    name_size: step.namesize ?? bytes.length,
    name_pad: padOf(step.npad ?? []),
  };
}

/** Three u16. */
function padOf(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(6);
  values.forEach((value, index) => bytes.writeUInt16LE(value, 2 * index));
  return bytes;
}

const LARGEST = 2n ** 64n - 1n;
/** The largest size does not survive JSON: it comes back as one more than there is. */
const sizeOf = (recorded: number): bigint => (BigInt(recorded) > LARGEST ? LARGEST : BigInt(recorded));

/** Makes the step's hypercall; what it returned and, for GET and LIST, what it wrote. */
function perform(calls: Calls, recorded: Recorded, step: Step): { ret: number; out?: unknown } {
  switch (step.op) {
    case 'upload': {
      const payload = recorded.payload(step.payload ?? '', { ...(step.patch && { patch: step.patch }) });
      const size = step.upload_size ?? payload.length;
      const room = Buffer.alloc(Math.max(payload.length, Math.min(size, 4 * 1024 * 1024)));
      room.set(payload);
      const place = pointer(step, 'payload') ?? calls.place(room);
      const union = UPLOAD.encode({ ...stepName(calls, step), size: sizeOf(size), payload: place });
      return { ret: calls.call(LIVEPATCH_OP.UPLOAD, union, step).ret };
    }
    case 'get': {
      const { ret, out } = calls.call(LIVEPATCH_OP.GET, GET.encode(stepName(calls, step)), step);
      const { state, rc } = GET.decode(out);
      return { ret, out: { state, rc } };
    }
    case 'list': {
      const { ret, out, entries } = calls.list(step, step.pointers, step);
      const { version, nr, name_total_size, metadata_total_size } = LIST[2].decode(out);
      return { ret, out: { version, nr, name_total_size, metadata_total_size, entries } };
    }
    case 'action': {
      const { cmd = 0, timeout: time = 0, flags = 0, pad = 0 } = step;
      const union = ACTION_STRUCT[2].encode({ ...stepName(calls, step), cmd, time, flags, pad });
      return { ret: calls.call(LIVEPATCH_OP.ACTION, union, step).ret };
    }
    case 'raw':
      return { ret: calls.call(step.lp_cmd ?? 0, new Uint8Array(0), step).ret };
  }
}

const STEP_FIELDS = ['dead', 'ret', 'out', 'status', 'version', 'extra', 'code'] as const;
const CODE_BYTES = 8;
/** What another CPU needs to come when it is called: here no time, on the booted Xen more than the shortest time-out. */
const ARRIVAL_NS = 100_000n;

function observeStep(target: Target, calls: Calls, recorded: Recorded, step: Step): Readonly<Record<string, unknown>> {
  for (let cpu = 1; cpu < target.cpus; cpu++) target.keepBusy(cpu, ARRIVAL_NS);
  const { ret, out } = perform(calls, recorded, step);
  const { entries, out: listed } = calls.list();
  return {
    ret,
    // GET writes nothing that was recorded where it fails.
    out: step.out === undefined ? undefined : out,
    status: entries.map(([name, state, rc]) => [name, state, rc]),
    version: LIST[2].decode(listed).version,
    extra: calls.extra(),
    code: hexDigits(target.read(target.symbol('xen_extra_version') ?? 0n, CODE_BYTES)),
  };
}

/** Replays a sequence on a target that was just reset: one result a step, up to the first that stops the hypervisor. */
export function replaySequence(target: Target, recorded: Recorded, sequence: Sequence): readonly Replayed[] {
  const calls = createCalls(target);
  const results: Replayed[] = [];
  for (const [index, step] of sequence.steps.entries()) {
    const head = { id: sequence.id, step: index, note: sequence.note };
    try {
      const here = observeStep(target, calls, recorded, step);
      results.push({ ...head, ...compare({ ...step }, here, STEP_FIELDS) });
    } catch (error) {
      if (!(error instanceof HypervisorStopped)) throw error;
      const stopped = `${error.stop.where}: ${error.stop.why}`;
      const dead = step.dead ?? true;
      return [...results, { ...head, ...compare({ ...step }, { dead }, ['dead']), stopped }];
    }
  }
  return results;
}
