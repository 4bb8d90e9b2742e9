/**
 * ACTION: unloads at once; applies, reverts and replaces when all vCPUs are held. Clauses ACT, STATE, DEP, BSS, V2-ACT.
 */
import { ACTION_FLAG, ACTION_STRUCT, LIMITS, type Action, type Revision } from '../../abi/hypercall';
import type { Vcpu } from '../../machine/vcpu';
import {
  ACTION_FIELD_RULES,
  ACTION_RULES,
  actionOf,
  DEPENDENCY_RULES,
  OUTCOME_RULES,
  SCHEDULE_RULES,
  type AcceptedAction,
  type Dependency,
} from '../rules/actions';
import { EXPECTATION_RULES } from '../rules/apply';
import { KNOWN_NAME_RULES } from '../rules/calls';
import { REPLACE_RULES } from '../rules/hooks';
import { ofPayload, type Checked, type Where } from '../rules/rule';
import { check, checkAll, each, firstBrokenOf, type Check } from '../rules/sequence';
import { done, refused, type Answer } from './answer';
import { expectations } from './expectations';
import { isVetoing, veto } from './hooks';
import type { Livepatch } from './livepatch';
import type { LoadedPayload } from './load';
import { changed, find, removed, top, type LivepatchState, type Payload, type Work } from './state';
import { schedule } from './work';

export interface ActionRequest {
  readonly cmd: number;
  /** Nanoseconds; 0 for the default. ACT-5, ACT-14. */
  readonly time: number;
  readonly flags: number;
  readonly pad: number;
}

export function decodeAction(revision: Revision, union: Uint8Array): ActionRequest {
  if (revision === 2) return ACTION_STRUCT[2].decode(union);
  return { ...ACTION_STRUCT[1].decode(union), flags: 0, pad: 0 };
}

/** A call as it arrives. */
interface Call {
  readonly name: string;
  readonly request: ActionRequest;
  /** Undefined if there is none of the command's number. */
  readonly action: Action | undefined;
  /** Undefined if none has the name. */
  readonly payload: Payload | undefined;
  /** The payload whose action is pending, if one is. */
  readonly pending: Payload | undefined;
}

const atPayload = ({ payload }: { readonly payload: { readonly name: string } }): Where => ofPayload(payload.name);

const onPayload = ({ payload, ...call }: Call) => (payload === undefined ? [] : [{ ...call, payload }]);

/** Asked before the payload's name is read. */
export const ACTION_FIELD_CHECKS: readonly Check<ActionRequest>[] = [
  check(
    ACTION_FIELD_RULES,
    (request) => request,
    () => ({ name: 'ACTION' }),
  ),
];

/** A refusal by these is what ACTION returns. */
export const ACTION_CHECKS: readonly Check<Call>[] = [
  check(
    KNOWN_NAME_RULES,
    ({ payload }) => payload,
    ({ name }) => ({ name: `name ${name}` }),
  ),
  each(onPayload)(check(ACTION_RULES, (call) => call, atPayload)),
];

/** A refusal by these, and by those of patching, is in the payload's rc. ACT-6. */
export const OUTCOME_CHECKS: readonly Check<AcceptedAction>[] = [check(OUTCOME_RULES, (call) => call, atPayload)];

/** An action that patches, or takes a patch back. */
interface Patching {
  readonly livepatch: Livepatch;
  readonly payload: Payload;
  readonly action: Work['action'];
  readonly flags: number;
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

function dependency({ livepatch, payload, action, flags }: Patching): Dependency {
  const { state, buildId, revision } = livepatch;
  const { loaded, uses } = payload;
  const { depends } = loaded;
  const isApplied = (used: LoadedPayload): boolean => state.stack.some((name) => find(state, name)?.loaded === used);
  return {
    action,
    revision,
    ignoresPrevious: (flags & ACTION_FLAG.NODEPS) !== 0,
    onHypervisor: same(depends, buildId),
    onPrevious: same(depends, top(state)?.loaded.buildId ?? buildId),
    uses: uses.map(isApplied),
  };
}

/** Names of the payloads whose hooks could veto what REPLACE does at once: of this one and of all that are applied. */
function vetoing(state: LivepatchState, payload: Payload): readonly string[] {
  const others = state.stack.flatMap((name) => find(state, name) ?? []);
  return [payload, ...others].filter(({ loaded }) => isVetoing(loaded.hooks)).map(({ name }) => name);
}

export const PATCH_CHECKS: readonly Check<Patching>[] = [
  check(DEPENDENCY_RULES, dependency, atPayload),
  check(
    REPLACE_RULES,
    ({ livepatch: { state }, action, payload }) => ({ action, vetoing: vetoing(state, payload) }),
    atPayload,
  ),
  checkAll(EXPECTATION_RULES, ({ livepatch: { state, system }, action, payload }) =>
    expectations(state, system.machine.memory, action, payload),
  ),
  check(SCHEDULE_RULES, ({ livepatch: { state } }) => state, atPayload),
];

function unload(livepatch: Livepatch, payload: Payload): void {
  livepatch.area.unmap(payload.loaded);
  livepatch.area.free(payload.states);
  livepatch.state = removed(livepatch.state, payload.name);
}

/** Patches the payload once all vCPUs are held, or reverts it: 0, or the error of its own hook. */
function patch(vcpu: Vcpu, patching: Patching, time: number): Checked<number> {
  const { livepatch, payload, action } = patching;
  const refusal = firstBrokenOf(PATCH_CHECKS, patching, livepatch);
  if (refusal !== undefined) return { ok: false, refusal };
  const rc = veto(livepatch, vcpu, action, payload);
  if (rc === 0)
    schedule(livepatch, vcpu, { name: payload.name, action }, time === 0 ? LIMITS.defaultTime : BigInt(time));
  return { ok: true, value: rc };
}

interface Accepted extends AcceptedAction {
  readonly payload: Payload;
  readonly request: ActionRequest;
}

/** Does what was asked, or schedules it: 0, or how it failed at once. */
function perform(livepatch: Livepatch, vcpu: Vcpu, call: Accepted): Checked<number> {
  const refusal = firstBrokenOf(OUTCOME_CHECKS, call, livepatch);
  if (refusal !== undefined) return { ok: false, refusal };
  const { action, payload, request } = call;
  if (action !== 'UNLOAD') return patch(vcpu, { livepatch, payload, action, flags: request.flags }, request.time);
  unload(livepatch, payload);
  return { ok: true, value: 0 };
}

/** The outcome of an action is in the payload's rc; whatever it is, ACTION returns 0. ACT-6, ACT-15. */
export function action(livepatch: Livepatch, vcpu: Vcpu, name: string, request: ActionRequest): Answer {
  const { state } = livepatch;
  const pending = state.work && find(state, state.work.name);
  const call = { name, request, action: actionOf(request.cmd), payload: find(state, name), pending };
  const refusal = firstBrokenOf(ACTION_CHECKS, call, livepatch);
  if (refusal !== undefined) return refused(refusal);
  const { action: asked, payload } = call;
  // Only if a rule is forgotten.
  if (asked === undefined || payload === undefined) return done(0);
  const outcome = perform(livepatch, vcpu, { ...call, action: asked, payload, top: top(state) });
  const rc = outcome.ok ? outcome.value : outcome.refusal.errno;
  if (rc !== 0) livepatch.state = changed(livepatch.state, name, { rc });
  return outcome.ok ? done(0) : { ...refused(outcome.refusal), returned: 0 };
}
