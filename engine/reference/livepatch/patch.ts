/**
 * Applying and reverting one payload, with all vCPUs held: its hooks are called and its functions patched by the
 * patching vCPU's own instructions. Either all of it happens or nothing. Clauses FUNC-10, FUNC-11, HOOK, V2-HOOK-7.
 */
import { ERRNO } from '../../abi/errno';
import type { Vcpu } from '../../machine/vcpu';
import { endText } from '../hypervisor/traps';
import type { Livepatch } from './livepatch';
import type { LoadedFunction } from './load';
import type { Payload } from './state';

/** Instructions that a hook may take. */
const HOOK_BUDGET = 1_000_000;
const STORE_BUDGET = 10_000;
/** Below the red zone of whatever runs, where the bytes to be stored are handed over. */
const HANDOVER = 0x80n;

/** 0, or the negative errno that becomes rc. */
type Outcome = number;

/** Has the vCPU store bytes by the image's routine; false where the store faults. */
function store(livepatch: Livepatch, vcpu: Vcpu, address: bigint, bytes: Uint8Array): boolean {
  const { system } = livepatch;
  const from = vcpu.get('rsp') - HANDOVER;
  system.machine.memory.write(from, bytes);
  const args = [address, from, BigInt(bytes.length)];
  return system.callNested(vcpu, system.image.address('patch_bytes'), args, STORE_BUDGET).kind === 'value';
}

/** Calls hooks in order, up to the first that does not come back. */
function runHooks(livepatch: Livepatch, vcpu: Vcpu, name: string, hooks: readonly bigint[]): Outcome {
  for (const hook of hooks) {
    const end = livepatch.system.callNested(vcpu, hook, [], HOOK_BUDGET);
    if (end.kind === 'value') continue;
    livepatch.system.console.say(`livepatch: ${name}: hook at 0x${hook.toString(16)}: ${endText(end)}`);
    return end.kind === 'budget' ? -ERRNO.EBUSY : -ERRNO.EFAULT;
  }
  return 0;
}

const place = ({ patchAt, patch }: LoadedFunction): { readonly address: bigint; readonly length: number } => ({
  address: patchAt,
  length: patch.length,
});

/** Runs `action`; where it fails, the hypervisor's memory is put back as it was. */
function allOrNothing<Result extends { readonly rc: Outcome }>(livepatch: Livepatch, action: () => Result): Result {
  const restore = livepatch.system.machine.memory.save();
  const result = action();
  if (result.rc !== 0) restore();
  return result;
}

export interface Applied {
  readonly rc: Outcome;
  /** What each function's place held, in the order of the functions. */
  readonly undo: readonly Uint8Array[];
}

/** Load hooks, then a trampoline or nops for each function in order. */
export function applyPayload(livepatch: Livepatch, vcpu: Vcpu, payload: Payload): Applied {
  const { functions, hooks } = payload.loaded;
  const { memory } = livepatch.system.machine;
  return allOrNothing(livepatch, () => {
    const undo: Uint8Array[] = [];
    const rc = runHooks(livepatch, vcpu, payload.name, hooks.load);
    if (rc !== 0) return { rc, undo };
    for (const patched of functions) {
      const { address, length } = place(patched);
      const before = memory.tryRead(address, length);
      if (before === undefined || !store(livepatch, vcpu, address, patched.patch)) return { rc: -ERRNO.EFAULT, undo };
      undo.push(before);
    }
    return { rc: 0, undo };
  });
}

/** The bytes of each function back, last patched first; then unload hooks. */
export function revertPayload(livepatch: Livepatch, vcpu: Vcpu, payload: Payload): { readonly rc: Outcome } {
  const { functions, hooks } = payload.loaded;
  return allOrNothing(livepatch, () => {
    for (let index = functions.length - 1; index >= 0; index--) {
      const patched = functions[index];
      const before = payload.undo[index];
      if (patched === undefined || before === undefined) continue;
      if (!store(livepatch, vcpu, place(patched).address, before)) return { rc: -ERRNO.EFAULT };
    }
    return { rc: runHooks(livepatch, vcpu, payload.name, hooks.unload) };
  });
}
