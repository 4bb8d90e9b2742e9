/**
 * Pending work: what is done when all vCPUs are held, and what when they did not come together in time.
 * The image's soft-IRQ code calls it through gates. Clauses WHEN, ACT-3, ACT-4, ACT-9, STATE, V2-HOOK-3, V2-HOOK-4.
 */
import { ERRNO } from '../../abi/errno';
import { wordBytes } from '../../bytes';
import type { Vcpu } from '../../machine/vcpu';
import { STACK_RULES } from '../rules/safety';
import { refusal, type Livepatch } from './livepatch';
import { callAfterwards } from './hooks';
import { applyPayload, revertPayload } from './patch';
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

const finish = (livepatch: Livepatch, { name, action }: Work, rc: number, success: LivepatchState): void => {
  livepatch.state =
    rc === 0 ? ended(success, name, action, 'success', 0) : ended(livepatch.state, name, action, 'error', rc);
  livepatch.system.console.say(`livepatch: ${name} finished ${action} with rc=${rc}`);
};

function apply(livepatch: Livepatch, vcpu: Vcpu, work: Work, payload: Payload): void {
  const { rc, undo } = applyPayload(livepatch, vcpu, payload);
  finish(livepatch, work, rc, stacked(livepatch.state, work.name, undo));
}

function revert(livepatch: Livepatch, vcpu: Vcpu, work: Work, payload: Payload): number {
  const rc = revertPayload(livepatch, vcpu, payload);
  finish(livepatch, work, rc, unstacked(livepatch.state, work.name));
  return rc;
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

/** The gate `livepatch_act`: all vCPUs are held with interrupts off. */
export function act(livepatch: Livepatch, vcpu: Vcpu): bigint {
  const taken = take(livepatch);
  if (taken === undefined) return 0n;
  const { work, payload } = taken;
  const found = livepatch.options.has('stack-check') ? foundOnStack(livepatch, work, payload) : undefined;
  const deferred = refusal(livepatch, STACK_RULES, found, found ?? '');
  if (deferred !== undefined) finish(livepatch, work, deferred, livepatch.state);
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
