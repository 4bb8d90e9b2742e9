/** Replays what was recorded, and says field by field where a target differs. */
import { STATE } from '../engine/abi/hypercall';
import { hexDigits } from '../engine/bytes';
import { HypervisorStopped, type EmulatedTarget } from '../engine/target';
import { createToolstack, type Toolstack } from '../engine/toolstack/toolstack';
import { ALL, extraOf, perform, stateRcOf, statusOf } from './calls';
import type { Case, Recorded, Sequence, Step, Verdict } from './types';

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
  /** Why the hypervisor crashed here, if it did. */
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

/** What the target does with one payload: the same steps that were taken on the booted Xen. */
function observe(
  target: EmulatedTarget,
  recorded: Recorded,
  { base, ...edits }: Case,
): { verdict: Verdict; stopped?: string } {
  const tools = createToolstack(target);
  const verdict: Partial<Mutable<Verdict>> = {};
  let step = 'upload';
  const at = <Result>(name: string, action: () => Result): Result => {
    step = name;
    return action();
  };
  const bytes = () =>
    Object.fromEntries(
      recorded.watched(base).map(({ key, name, bytes: length }) => {
        const address = target.image.symbol(name) ?? 0n;
        return [key, hexDigits(target.memory.read(address, length))];
      }),
    );
  try {
    const before = bytes();
    verdict.upload = tools.upload('p', recorded.payload(base, edits)).returned;
    if (verdict.upload === 0) {
      verdict.before = before;
      verdict.apply = at('apply', () => tools.action('APPLY', 'p').returned);
      verdict.applied = stateRcOf(tools.get('p'));
      verdict.after = bytes();
      verdict.extra = at('extra', () => extraOf(tools));
      verdict.version = at('version', () => tools.version());
      if (verdict.applied.state === STATE.APPLIED) {
        verdict.revert = at('revert', () => tools.action('REVERT', 'p').returned);
        verdict.reverted = stateRcOf(tools.get('p'));
        verdict.restored = bytes();
      }
      verdict.unload = at('unload', () => tools.action('UNLOAD', 'p').returned);
    }
    verdict.left = at('list', () => statusOf(tools.list(ALL).entries).map(([name]) => String(name)));
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
export function replayCase(target: EmulatedTarget, recorded: Recorded, one: Case): Replayed {
  const { verdict, stopped } = observe(target, recorded, one);
  const comparison = compare(comparable(one.verdict), comparable(verdict), COMPARED);
  return { id: one.id, note: one.note, ...comparison, ...(stopped === undefined ? {} : { stopped }) };
}

const STEP_FIELDS = ['dead', 'ret', 'out', 'status', 'version', 'extra', 'code'] as const;
const CODE_BYTES = 8;
/**
 * What another CPU needs to come when it is called: here no time, on the booted Xen more than the shortest time-out.
 */
const ARRIVAL_NS = 100_000n;

function observeStep(
  target: EmulatedTarget,
  tools: Toolstack,
  recorded: Recorded,
  step: Step,
): Readonly<Record<string, unknown>> {
  const { cpus } = target;
  for (let cpu = 1; cpu < (cpus?.count() ?? 1); cpu++) cpus?.keepBusy(cpu, ARRIVAL_NS);
  const { ret, out } = perform(tools, recorded, step);
  const { entries, version } = tools.list(ALL);
  return {
    ret,
    // GET writes nothing that was recorded where it fails.
    out: step.out === undefined ? undefined : out,
    status: statusOf(entries),
    version,
    extra: extraOf(tools),
    code: hexDigits(target.memory.read(target.image.symbol('xen_extra_version') ?? 0n, CODE_BYTES)),
  };
}

/** Replays a sequence on a target that was just reset: one result a step, up to the first that stops the hypervisor. */
export function replaySequence(target: EmulatedTarget, recorded: Recorded, sequence: Sequence): readonly Replayed[] {
  const tools = createToolstack(target);
  const results: Replayed[] = [];
  for (const [index, step] of sequence.steps.entries()) {
    const head = { id: sequence.id, step: index, note: sequence.note };
    try {
      const here = observeStep(target, tools, recorded, step);
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
