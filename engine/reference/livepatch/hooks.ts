/**
 * A payload's hooks: what they are given, when those before and after an action are called, and what follows from one
 * that does not return. Clauses HOOK, V2-HOOK.
 */
import { ERRNO } from '../../abi/errno';
import { HOOK_PAYLOAD_SIZE } from '../../abi/hook';
import { STATE } from '../../abi/hypercall';
import { hex } from '../../bytes';
import type { Vcpu } from '../../machine/vcpu';
import { endText } from '../hypervisor/traps';
import type { Livepatch } from './livepatch';
import type { LoadedHooks } from './load';
import type { Payload, Work } from './state';

/** Instructions that a hook may take. */
const HOOK_BUDGET = 1_000_000;
/** Below what runs, and above the stack of the hook: where the payload's structure is while a hook looks at it. */
const ARGUMENT = 0x80n + BigInt(HOOK_PAYLOAD_SIZE);

/** The value that the hook returned, as an int; or the negative errno of one that did not return. */
export interface HookEnd {
  readonly ended: 'returned' | 'failed';
  readonly value: number;
}

function call(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, hook: bigint, args: readonly bigint[]): HookEnd {
  const end = livepatch.system.callNested(vcpu, hook, args, HOOK_BUDGET);
  if (end.kind === 'value') return { ended: 'returned', value: Number(BigInt.asIntN(32, end.value)) };
  livepatch.system.console.say(`livepatch: ${payload.name}: hook at ${hex(hook)}: ${endText(end)}`);
  return { ended: 'failed', value: end.kind === 'budget' ? -ERRNO.EBUSY : -ERRNO.EFAULT };
}

/** What a hook sees of its payload. */
function argument({ encodeHookPayload }: Livepatch, { state, rc, reverted, loaded, states = 0n }: Payload): Uint8Array {
  const { functions } = loaded;
  const funcs = functions[0]?.entryAddress ?? 0n;
  return encodeHookPayload({ state: STATE[state], rc, reverted, funcs, nfuncs: functions.length, states });
}

/** Calls a hook that may read its payload. V2-HOOK-2 to V2-HOOK-5. */
export function callHook(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, hook: bigint): HookEnd {
  const at = (vcpu.get('rsp') - ARGUMENT) & ~0xfn;
  livepatch.system.machine.memory.guest.write(at, argument(livepatch, payload));
  return vcpu.preserve(() => {
    vcpu.set('rsp', at);
    return call(livepatch, vcpu, payload, hook, [at]);
  });
}

/** Calls load or unload hooks in order, up to the first that does not return: 0, or its errno. HOOK-5, HOOK-8. */
export function callHooks(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, hooks: readonly bigint[]): number {
  for (const hook of hooks) {
    const end = call(livepatch, vcpu, payload, hook, []);
    if (end.ended === 'failed') return end.value;
  }
  return 0;
}

/** A hook outside of the zone. One that does not return leaves memory as it was. V2-HOOK-7. */
function callOutside(livepatch: Livepatch, vcpu: Vcpu, payload: Payload, hook: bigint | undefined): HookEnd {
  if (hook === undefined) return { ended: 'returned', value: 0 };
  const restore = livepatch.system.machine.memory.save();
  const end = callHook(livepatch, vcpu, payload, hook);
  if (end.ended === 'failed') restore();
  return end;
}

type HookName = Exclude<keyof LoadedHooks, 'load' | 'unload'>;

const BEFORE: Readonly<Partial<Record<Work['action'], HookName>>> = { APPLY: 'preapply', REVERT: 'prerevert' };
const AFTER: Readonly<Partial<Record<Work['action'], HookName>>> = { APPLY: 'postapply', REVERT: 'postrevert' };
const VETOING: readonly HookName[] = ['preapply', 'postapply', 'prerevert', 'postrevert'];

/** Whether something of the payload runs before or after an action. V2-HOOK-16. */
export const isVetoing = (hooks: LoadedHooks): boolean => VETOING.some((name) => hooks[name] !== undefined);

/** Calls the hook before the action: returns 0, or the hook's error. V2-HOOK-8. */
export function veto(livepatch: Livepatch, vcpu: Vcpu, action: Work['action'], payload: Payload): number {
  const name = BEFORE[action];
  const { ended, value } = callOutside(livepatch, vcpu, payload, name && payload.loaded.hooks[name]);
  if (name !== undefined && ended === 'returned' && value !== 0)
    livepatch.system.console.say(`livepatch: ${payload.name}: hook ${name} is against it (rc=${value})`);
  return value;
}

/** Calls the hook that comes after the action; the outcome, which it finds in rc, stays. V2-HOOK-3. */
export function callAfterwards(livepatch: Livepatch, vcpu: Vcpu, { action }: Work, payload: Payload): void {
  const name = AFTER[action];
  callOutside(livepatch, vcpu, payload, name && payload.loaded.hooks[name]);
}
