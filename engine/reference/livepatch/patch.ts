/**
 * Applying and reverting one payload, with all vCPUs held: its hooks are called and its functions patched by the
 * patching vCPU's own instructions. Everything happens, or nothing. Clauses FUNC-10, FUNC-11, HOOK, V2-FUNC-5,
 * V2-HOOK-5, V2-HOOK-7.
 */
import { ERRNO } from '../../abi/errno';
import { LIVEPATCH_FUNC } from '../../abi/hypercall';
import type { Vcpu } from '../../machine/vcpu';
import { CONSISTENCY_RULES, type EndedAction } from '../rules/apply';
import { ofPayload, type Checked } from '../rules/rule';
import { check, firstBrokenOf, type Check } from '../rules/sequence';
import { callHook, callHooks } from './hooks';
import type { Livepatch } from './livepatch';
import type { LoadedFunction } from './load';
import type { Payload } from './state';

const STORE_BUDGET = 10_000;
/** Below the red zone of whatever runs, where the bytes to be stored are handed over. */
const HANDOVER = 0x80n;

/** 0, or the negative errno that becomes rc. */
type Outcome = number;

/** Makes the vCPU store bytes by the image's routine; false if the store faults. */
function store(livepatch: Livepatch, vcpu: Vcpu, address: bigint, bytes: Uint8Array): boolean {
  const { system } = livepatch;
  const from = vcpu.get('rsp') - HANDOVER;
  system.machine.memory.guest.write(from, bytes);
  const args = [address, from, BigInt(bytes.length)];
  return system.callNested(vcpu, system.image.address('patch_bytes'), args, STORE_BUDGET).kind === 'value';
}

/** The bytes of the hypervisor that a function's patch takes. */
export const place = ({ patchAt, patch }: LoadedFunction): { readonly address: bigint; readonly length: number } => ({
  address: patchAt,
  length: patch.length,
});

const ENTRY = LIVEPATCH_FUNC[2];

/** In the function's entry; or in its state, where the hypervisor has such beside the entries. */
function appliedAt({ hookLayout }: Livepatch, { loaded, states }: Payload, { entryAddress }: LoadedFunction): bigint {
  const first = loaded.functions[0]?.entryAddress ?? entryAddress;
  if (states === undefined || hookLayout.states === undefined)
    return entryAddress + BigInt(ENTRY.fields.applied.offset);
  const index = (entryAddress - first) / BigInt(ENTRY.size);
  return states + index * BigInt(hookLayout.states.size) + BigInt(hookLayout.states.applied);
}

/**
 * Whether the function is applied, as its entry says: hooks read it there and may note it too; undefined if no one
 * can: in revision 1, and if the entries are read-only, which the hypervisor respects. V2-FUNC-5.
 */
function isApplied(livepatch: Livepatch, payload: Payload, patched: LoadedFunction): boolean | undefined {
  const { revision, system } = livepatch;
  const { memory } = system.machine;
  const at = appliedAt(livepatch, payload, patched);
  if (revision === 1 || memory.find(at)?.permissions.includes('w') !== true) return undefined;
  return memory.read(at, 1)[0] !== 0;
}

function noteApplied(livepatch: Livepatch, payload: Payload, patched: LoadedFunction, applied: boolean): void {
  if (isApplied(livepatch, payload, patched) === undefined) return;
  livepatch.system.machine.memory.write(appliedAt(livepatch, payload, patched), Uint8Array.of(applied ? 1 : 0));
}

interface EndedOf extends EndedAction {
  readonly payload: Payload;
}

/** What is asked once an action has succeeded. */
export const ENDED_CHECKS: readonly Check<EndedOf>[] = [
  check(
    CONSISTENCY_RULES,
    (ended) => ended,
    ({ payload }) => ofPayload(payload.name),
  ),
];

/** Runs an action that ought to leave all functions applied, or reverted. If it fails, memory is put back. */
function allOrNothing(
  livepatch: Livepatch,
  payload: Payload,
  applies: boolean,
  action: () => Outcome,
): Checked<Outcome> {
  const restore = livepatch.system.machine.memory.save();
  const rc = action();
  if (rc !== 0) {
    restore();
    return { ok: true, value: rc };
  }
  const applied = payload.loaded.functions.flatMap((own) => isApplied(livepatch, payload, own) ?? []);
  const refusal = firstBrokenOf(ENDED_CHECKS, { payload, applies, applied }, livepatch);
  if (refusal === undefined) return { ok: true, value: 0 };
  restore();
  return { ok: false, refusal };
}

export interface Applied {
  readonly outcome: Checked<Outcome>;
  /** What each function's place held, in the order of the functions. */
  readonly undo: readonly Uint8Array[];
}

/** A trampoline or nops for the function, unless a hook has seen to it. */
function patchFunction(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, patched: LoadedFunction): boolean {
  if (isApplied(livepatch, payload, patched) === true) return true;
  if (!store(livepatch, vcpu, place(patched).address, patched.patch)) return false;
  noteApplied(livepatch, payload, patched, true);
  return true;
}

/** Its bytes back, unless they are. */
function restoreFunction(
  livepatch: Livepatch,
  vcpu: Vcpu,
  payload: Payload,
  patched: LoadedFunction,
  before: Uint8Array,
): boolean {
  if (isApplied(livepatch, payload, patched) === false) return true;
  if (!store(livepatch, vcpu, place(patched).address, before)) return false;
  noteApplied(livepatch, payload, patched, false);
  return true;
}

const bytesAt = ({ system }: Livepatch, patched: LoadedFunction): Uint8Array | undefined => {
  const { address, length } = place(patched);
  return system.machine.memory.tryRead(address, length);
};

/** Load hooks, then a trampoline or nops for each function in order; or the payload's own way to apply. */
export function applyPayload(livepatch: Livepatch, vcpu: Vcpu, payload: Payload): Applied {
  const { functions, hooks } = payload.loaded;
  const { apply } = hooks;
  const undo: Uint8Array[] = [];
  const outcome = allOrNothing(livepatch, payload, true, () => {
    const prepared = apply === undefined ? callHooks(livepatch, vcpu, payload, hooks.load) : 0;
    if (prepared !== 0) return prepared;
    for (const patched of functions) {
      const before = bytesAt(livepatch, patched);
      if (before === undefined) return -ERRNO.EFAULT;
      undo.push(before);
      if (apply === undefined && !patchFunction(livepatch, vcpu, payload, patched)) return -ERRNO.EFAULT;
    }
    return apply === undefined ? 0 : callHook(livepatch, vcpu, payload, apply).value;
  });
  return { outcome, undo };
}

/** The bytes of each function back, last patched first, then unload hooks; or the payload's own way to revert. */
export function revertPayload(livepatch: Livepatch, vcpu: Vcpu, payload: Payload): Checked<Outcome> {
  const { functions, hooks } = payload.loaded;
  const { revert } = hooks;
  return allOrNothing(livepatch, payload, false, () => {
    if (revert !== undefined) return callHook(livepatch, vcpu, payload, revert).value;
    for (let index = functions.length - 1; index >= 0; index--) {
      const patched = functions[index];
      const before = payload.undo[index];
      if (patched === undefined || before === undefined) continue;
      if (!restoreFunction(livepatch, vcpu, payload, patched, before)) return -ERRNO.EFAULT;
    }
    return callHooks(livepatch, vcpu, payload, hooks.unload);
  });
}
