/**
 * Pending work: what is done when all vCPUs are held, and what when they did not come together in time.
 * The image's soft-IRQ code calls it through gates. Clauses WHEN, ACT-3, ACT-4, ACT-9, STATE, V2-HOOK-3, V2-HOOK-4.
 */
import { ERRNO } from '../../abi/errno';
import { wordBytes } from '../../bytes';
import type { Vcpu } from '../../machine/vcpu';
import { STACK_RULES } from '../rules/safety';
import type { Checked } from '../rules/rule';
import { checkAll, firstBrokenOf, type Asked, type Check } from '../rules/sequence';
import { callAfterwards } from './hooks';
import type { Livepatch } from './livepatch';
import { applyPayload, revertPayload } from './patch';
import { refuse } from './refuse';
import { foundOnStack } from './stack-check';
import { changed, ended, find, stacked, unstacked, type LivepatchState, type Payload, type Work } from './state';

/** Notes an action for the next look at soft IRQs on the calling vCPU; it has `time` ns. */
export function schedule(livepatch: Livepatch, vcpu: Vcpu, work: Work, time: bigint): void {
  const { system } = livepatch;
  livepatch.state = { ...changed(livepatch.state, work.name, { rc: -ERRNO.EAGAIN }), work };
  system.machine.memory.write(system.image.address('livepatch_time'), wordBytes(time, 8));
  system.setWord('livepatch_work_to_do', 1);
  system.setWord('softirq_pending', 1, vcpu.index);
}

/** Takes the pending work, if its payload is still there. */
function take(livepatch: Livepatch): { readonly work: Work; readonly payload: Payload } | undefined {
  const { work } = livepatch.state;
  livepatch.state = { ...livepatch.state, work: undefined, ended: work };
  const payload = work && find(livepatch.state, work.name);
  return work && payload && { work, payload };
}

/** The state after the work: `success`, or that before with the error. Returns rc. */
function finish(
  livepatch: Livepatch,
  { name, action }: Work,
  outcome: Checked<number>,
  success: LivepatchState,
): number {
  const rc = outcome.ok ? outcome.value : refuse(livepatch, outcome.refusal);
  livepatch.state =
    rc === 0 ? ended(success, name, action, 'success', 0) : ended(livepatch.state, name, action, 'error', rc);
  livepatch.system.console.say(`livepatch: ${name} finished ${action} with rc=${rc}`);
  return rc;
}

function apply(livepatch: Livepatch, vcpu: Vcpu, work: Work, payload: Payload): void {
  const { outcome, undo } = applyPayload(livepatch, vcpu, payload);
  finish(livepatch, work, outcome, stacked(livepatch.state, work.name, undo));
}

function revert(livepatch: Livepatch, vcpu: Vcpu, work: Work, payload: Payload): number {
  const outcome = revertPayload(livepatch, vcpu, payload);
  return finish(livepatch, work, outcome, unstacked(livepatch.state, work.name));
}

/** All others newest first, then this one; a revert that fails ends it there. ACT-4, ACT-9, ACT-13. */
function replace(livepatch: Livepatch, vcpu: Vcpu, work: Work, payload: Payload): void {
  for (const name of [...livepatch.state.stack].reverse()) {
    const other = find(livepatch.state, name);
    if (other === undefined) continue;
    if (revert(livepatch, vcpu, { name, action: 'REVERT' }, other) === 0) continue;
    livepatch.state = ended(livepatch.state, work.name, 'REPLACE', 'error', -ERRNO.EINVAL);
    return;
  }
  apply(livepatch, vcpu, work, payload);
}

interface Due {
  readonly livepatch: Livepatch;
  readonly work: Work;
  readonly payload: Payload;
}

function onStacks({ livepatch, work, payload }: Due): readonly Asked<readonly string[]>[] {
  const found = livepatch.options.has('stack-check') ? foundOnStack(livepatch, work, payload) : [];
  return [{ subject: found, where: () => ({ name: found.join() }) }];
}

/** What is asked when all vCPUs are held, before anything is changed. */
export const WORK_CHECKS: readonly Check<Due>[] = [checkAll(STACK_RULES, onStacks)];

/** The gate `livepatch_act`: all vCPUs are held with interrupts off. */
export function act(livepatch: Livepatch, vcpu: Vcpu): bigint {
  const taken = take(livepatch);
  if (taken === undefined) return 0n;
  const { work, payload } = taken;
  const refusal = firstBrokenOf(WORK_CHECKS, { livepatch, work, payload }, livepatch);
  if (refusal !== undefined) finish(livepatch, work, { ok: false, refusal }, livepatch.state);
  else if (work.action === 'APPLY') apply(livepatch, vcpu, work, payload);
  else if (work.action === 'REVERT') revert(livepatch, vcpu, work, payload);
  else replace(livepatch, vcpu, work, payload);
  return 0n;
}

/** The gate `livepatch_give_up`: the vCPUs did not come together in time. ACT-3, WHEN-7. */
export function giveUp(livepatch: Livepatch): bigint {
  const taken = take(livepatch);
  if (taken === undefined) return 0n;
  const { name, action } = taken.work;
  livepatch.state = ended(livepatch.state, name, action, 'timeout', -ERRNO.EBUSY);
  livepatch.system.console.say(`livepatch: ${name}: ${action} gave up, not all CPUs came in time`);
  return 0n;
}

/** The gate `livepatch_ended`: no vCPU is held any more, whether the action was done or given up. V2-HOOK-3, V2-HOOK-4. */
export function afterwards(livepatch: Livepatch, vcpu: Vcpu): bigint {
  const { ended: work } = livepatch.state;
  livepatch.state = { ...livepatch.state, ended: undefined };
  const payload = work && find(livepatch.state, work.name);
  if (work && payload) callAfterwards(livepatch, vcpu, work, payload);
  return 0n;
}
